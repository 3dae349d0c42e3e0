import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MOST_CHARACTERS, MOST_SCOPES } from '../../src/smart/scope-grammar.ts'
import { formatScope, narrowed, parseScopes, ScopeError } from '../../src/smart/scopes.ts'

const LOINC = 'http://loinc.org'

/** Row: id, what is written, how it is answered; undefined for what is none of ours. */
const RESOURCE_SCOPES: readonly (readonly [string, string, string | undefined])[] = [
  ['one letter', 'patient/Patient.r', 'patient/Patient.r'],
  ['all letters', 'system/DocumentReference.cruds', 'system/DocumentReference.cruds'],
  ['some letters', 'user/List.cus', 'user/List.cus'],
  ['wildcard', 'system/*.cruds', 'system/*.cruds'],
  ['a type that is not held', 'patient/Observation.rs', 'patient/Observation.rs'],
  ['v1 read', 'patient/Patient.read', 'patient/Patient.read'],
  ['v1 write', 'user/DocumentReference.write', 'user/DocumentReference.write'],
  ['v1 all', 'system/*.*', 'system/*.*'],
  ['URI', 'http://smarthealthit.org/fhir/scopes/patient/Patient.rs', 'patient/Patient.rs'],
  ['restriction', 'patient/DocumentReference.rs?status=current', 'patient/DocumentReference.rs?status=current'],
  [
    'restriction with a system',
    `patient/DocumentReference.rs?type=${LOINC}|57133-1`,
    `patient/DocumentReference.rs?type=${LOINC}|57133-1`,
  ],
  [
    'two restrictions',
    'user/DocumentReference.r?status=current&category=11',
    'user/DocumentReference.r?status=current&category=11',
  ],
  [
    'encoded restriction',
    `user/DocumentReference.r?type=${encodeURIComponent(`${LOINC}|57133-1`)}`,
    `user/DocumentReference.r?type=${LOINC}|57133-1`,
  ],
  ['restriction twice', 'user/Patient.r?gender=male&gender=male', 'user/Patient.r?gender=male'],
  ['alternatives in a restriction', 'user/Patient.r?gender=male,female', 'user/Patient.r?gender=male,female'],
  ['an ampersand in a value', 'user/Patient.r?identifier=a%26b', 'user/Patient.r?identifier=a%26b'],
  ['letters out of order', 'patient/Patient.sr', undefined],
  ['letters twice', 'patient/Patient.rr', undefined],
  ['dus', 'patient/Patient.dus', undefined],
  ['dr', 'patient/Patient.dr', undefined],
  ['unknown letter', 'patient/Patient.rx', undefined],
  ['no letter', 'patient/Patient.', undefined],
  ['no permission', 'patient/Patient', undefined],
  ['upper case letters', 'patient/Patient.RS', undefined],
  ['v1 misspelt', 'patient/Patient.reads', undefined],
  ['unknown level', 'practitioner/Patient.r', undefined],
  ['level in capitals', 'Patient/Patient.r', undefined],
  ['no level', 'Patient.r', undefined],
  ['unknown type', 'patient/Unicorn.r', undefined],
  ['abstract type', 'patient/DomainResource.r', undefined],
  ['datatype', 'patient/HumanName.r', undefined],
  ['two wildcards', 'patient/**.r', undefined],
  ['wildcard level', '*/Patient.r', undefined],
  ['empty restriction', 'patient/Patient.r?', undefined],
  ['restriction without value', 'patient/Patient.r?gender=', undefined],
  ['restriction without name', 'patient/Patient.r?=male', undefined],
  ['restriction that nobody knows', 'patient/Patient.r?shoe-size=43', undefined],
  ['restriction of another type', 'patient/Patient.r?category=11', undefined],
  ['restriction of a wildcard', 'patient/*.r?status=current', undefined],
  ['restriction of a type that is not held', 'patient/Observation.r?status=final', undefined],
  ['restriction of a type that is not searched', 'patient/Binary.r?contenttype=application/pdf', undefined],
  ['modifier', 'patient/Patient.r?gender:not=male', undefined],
  ['chain', 'patient/DocumentReference.r?author.identifier=1', undefined],
  ['reference', 'user/DocumentReference.r?patient=Patient/1', undefined],
  ['date, which means another day tomorrow', 'user/DocumentReference.r?date=2026', undefined],
  ['text', 'user/Patient.r?family=martin', undefined],
  ['_filter', 'user/Patient.r?_filter=x', undefined],
  ['_id', 'user/Patient.r?_id=1', undefined],
  ['_has', 'user/Patient.r?_has:List:item:code=1', undefined],
  ['broken encoding', 'user/Patient.r?identifier=%E0%A4%A', undefined],
  ['quote', 'user/Patient.r?identifier="a"', undefined],
  ['tab', 'patient/Patient.r\tpatient/List.r', undefined],
  ['prototype', '__proto__', undefined],
  ['private scope', '__dcc.context.create', undefined],
  ['URI of somebody else', 'https://example.org/patient/Patient.rs', undefined],
  ['URI of OpenID before a resource', 'http://openid.net/specs/openid-connect-core-1_0#patient', undefined],
  [
    'more restrictions than can be kept',
    `user/Patient.r?${Array.from({ length: 17 }, (_, i) => `identifier=${i}`).join('&')}`,
    undefined,
  ],
]

describe('a resource scope', () => {
  for (const [id, written, answered] of RESOURCE_SCOPES) {
    test(`${id}: ${answered === undefined ? 'none of ours' : 'understood'}`, () => {
      const { scopes, context, unknown } = parseScopes(written)
      assert.deepEqual(scopes.map(formatScope), answered === undefined ? [] : [answered])
      assert.deepEqual(context, [])
      assert.deepEqual(unknown, answered === undefined ? [written] : [])
      if (answered === undefined) assert.throws(() => parseScopes(written, 'strict'), new ScopeError('scope.unknown'))
      else assert.deepEqual(parseScopes(answered, 'strict').scopes, scopes)
    })
  }
})

/** Row: id, written, what it is as a scope of launch or identity; undefined for none. */
const CONTEXT_SCOPES: readonly (readonly [string, string, string | undefined])[] = [
  ['launch', 'launch', 'launch'],
  ['launch/patient', 'launch/patient', 'launch/patient'],
  ['launch/encounter', 'launch/encounter', 'launch/encounter'],
  ['a role', 'launch/questionnaire?role=http://example.org/role', 'launch/questionnaire?role=http://example.org/role'],
  ['openid', 'openid', 'openid'],
  ['openid as URI', 'http://openid.net/specs/openid-connect-core-1_0#openid', 'openid'],
  ['fhirUser', 'fhirUser', 'fhirUser'],
  ['fhirUser as URI', 'http://smarthealthit.org/fhir/scopes/fhirUser', 'fhirUser'],
  ['profile of the first version', 'profile', 'profile'],
  ['offline', 'offline_access', 'offline_access'],
  ['online', 'online_access', 'online_access'],
  ['launch of a capitalised type', 'launch/Patient', undefined],
  ['launch of nothing', 'launch/', undefined],
  ['offline misspelt', 'offline', undefined],
  ['email', 'email', undefined],
]

describe('a scope of launch or identity', () => {
  for (const [id, written, answered] of CONTEXT_SCOPES) {
    test(id, () => {
      assert.deepEqual(parseScopes(written), {
        scopes: [],
        context: answered === undefined ? [] : [answered],
        unknown: answered === undefined ? [written] : [],
      })
    })
  }
})

test('a scope string is a set: order is kept, repetitions and spaces are not', () => {
  const { scopes, context } = parseScopes('  patient/List.r openid  patient/List.r openid patient/Patient.r ')
  assert.deepEqual(scopes.map(formatScope), ['patient/List.r', 'patient/Patient.r'])
  assert.deepEqual(context, ['openid'])
  assert.deepEqual(parseScopes(''), { scopes: [], context: [], unknown: [] })
})

test('.read is two letters of the second version, not four of its letters', () => {
  const [scope] = parseScopes('patient/Patient.read').scopes
  assert.deepEqual(scope?.letters, ['r', 's'])
  assert.deepEqual(parseScopes('patient/Patient.write').scopes[0]?.letters, ['c', 'u', 'd'])
})

test('a scope string has a bounded length and number of scopes', () => {
  const tooLong = new ScopeError('scope.too-long')
  assert.throws(() => parseScopes('x'.repeat(MOST_CHARACTERS + 1)), tooLong)
  assert.throws(() => parseScopes(Array.from({ length: MOST_SCOPES + 1 }, (_, i) => `__${i}`).join(' ')), tooLong)
  assert.equal(
    parseScopes(Array.from({ length: MOST_SCOPES }, (_, i) => `__${i}`).join(' ')).unknown.length,
    MOST_SCOPES,
  )
})

/** Row: id, requested, allowed, granted. */
const NARROWED: readonly (readonly [string, string, string, string])[] = [
  ['the same', 'system/Patient.rs', 'system/Patient.rs', 'system/Patient.rs'],
  ['fewer letters asked for', 'system/Patient.r', 'system/Patient.cruds', 'system/Patient.r'],
  ['fewer letters allowed', 'system/Patient.cruds', 'system/Patient.rs', 'system/Patient.rs'],
  ['no letter in common', 'system/Patient.c', 'system/Patient.rs', ''],
  ['another type', 'system/List.rs', 'system/Patient.rs', ''],
  ['another level', 'user/Patient.rs', 'system/Patient.rs', ''],
  ['a patient is not a user', 'patient/Patient.rs', 'user/*.cruds', ''],
  ['wildcard allowed', 'system/Patient.rs', 'system/*.cruds', 'system/Patient.rs'],
  ['wildcard asked for', 'system/*.rs', 'system/Patient.cruds system/List.r', 'system/Patient.rs system/List.r'],
  ['wildcard both', 'system/*.cruds', 'system/*.rs', 'system/*.rs'],
  ['restriction asked for', 'user/Patient.r?gender=male', 'user/Patient.r', 'user/Patient.r?gender=male'],
  ['restriction allowed', 'user/Patient.r', 'user/Patient.r?gender=male', 'user/Patient.r?gender=male'],
  [
    'both restricted',
    'user/Patient.r?gender=male',
    'user/Patient.r?active=true',
    'user/Patient.r?gender=male&active=true',
  ],
  ['v1 whole', 'user/Patient.read', 'user/Patient.cruds', 'user/Patient.read'],
  ['v1 in part', 'user/Patient.write', 'user/Patient.cu', 'user/Patient.cu'],
  ['v1 all, of which reading', 'user/Patient.*', 'user/Patient.rs', 'user/Patient.read'],
  ['v2 of v1', 'user/Patient.rs', 'user/Patient.read', 'user/Patient.rs'],
  ['union of what is allowed', 'user/Patient.rs', 'user/Patient.r user/Patient.s', 'user/Patient.r user/Patient.s'],
  ['nothing asked for', '', 'system/*.cruds', ''],
  ['nothing allowed', 'system/*.cruds', '', ''],
]

describe('what is granted of a request', () => {
  for (const [id, requested, allowed, granted] of NARROWED) {
    test(id, () => {
      const scopes = narrowed(parseScopes(requested).scopes, parseScopes(allowed).scopes)
      assert.equal(scopes.map(formatScope).join(' '), granted)
      assert.deepEqual(parseScopes(granted).scopes, scopes)
    })
  }
})
