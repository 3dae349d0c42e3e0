import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SearchError } from '../../../src/fhir/search/errors.ts'
import { SEARCH_ISSUES } from '../../../src/fhir/search/issues.ts'
import type { ParsedSearch, SearchOptions } from '../../../src/fhir/search/parsed.ts'
import type { Condition, SearchableType } from '../../../src/store/store.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { condition, finds, search } from './matching.ts'
import {
  meetingSheet,
  organization,
  patientAdditions,
  practitioner,
  practitionerRole,
  submissionSet,
} from './samples.ts'

const patient = {
  ...qualifiedPatient(),
  ...patientAdditions,
  extension: [...(qualifiedPatient().extension ?? []), ...patientAdditions.extension],
}

const INS = 'urn:oid:1.2.250.1.213.1.4.10'
const token = (param: string, ...anyOf: { system?: string; code?: string }[]): Condition => ({
  kind: 'token',
  param,
  anyOf,
})
const string = (param: string, match: 'starts' | 'contains' | 'exact', ...anyOf: string[]): Condition => ({
  kind: 'string',
  param,
  anyOf,
  match,
})

const READ: readonly (readonly [id: string, type: SearchableType, query: string, expected: Condition])[] = [
  ['token: code', 'Patient', 'identifier=1', token('identifier', { code: '1' })],
  ['token: system and code', 'Patient', `identifier=${INS}|1`, token('identifier', { system: INS, code: '1' })],
  ['token: no system', 'Patient', 'identifier=|1', token('identifier', { system: '', code: '1' })],
  ['token: any of a system', 'Patient', `identifier=${INS}|`, token('identifier', { system: INS })],
  ['token: alternatives', 'DocumentReference', 'type=a,b|c', token('type', { code: 'a' }, { system: 'b', code: 'c' })],
  ['token: escaped comma', 'DocumentReference', 'type=a\\,b', token('type', { code: 'a,b' })],
  ['token: escaped bar', 'DocumentReference', 'type=a\\|b', token('type', { code: 'a|b' })],
  ['token: escaped dollar and backslash', 'DocumentReference', 'type=\\$a\\\\', token('type', { code: '$a\\' })],
  ['token: backslash before nothing special', 'DocumentReference', 'type=a\\b', token('type', { code: 'a\\b' })],
  [
    'token: second bar belongs to the code',
    'DocumentReference',
    'type=s|a|b',
    token('type', { system: 's', code: 'a|b' }),
  ],
  [
    'token: plus percent-encoded',
    'DocumentReference',
    'contenttype=application/fhir%2Bxml',
    token('contenttype', { code: 'application/fhir+xml' }),
  ],
  [
    'token: not',
    'DocumentReference',
    'status:not=current',
    { kind: 'token', param: 'status', anyOf: [{ code: 'current' }], not: true },
  ],
  [
    'token: implicit system written out',
    'Patient',
    'gender=http://hl7.org/fhir/administrative-gender|female',
    token('gender', { code: 'female' }),
  ],
  ['token: implicit system as none', 'DocumentReference', 'status=|current', token('status', { code: 'current' })],
  ['token: implicit system is another', 'DocumentReference', 'status=urn:x|current', { kind: 'none' }],
  [
    'token: superseded means retired for a List',
    'List',
    'status=current,superseded',
    token('status', { code: 'current' }, { code: 'retired' }),
  ],
  [
    'token: list type with http:',
    'List',
    'code=http://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|folder',
    token('code', { system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'folder' }),
  ],
  ['token: phone in another form', 'Patient', 'phone=%2B33 1 00.00.00.00', token('phone', { code: '0100000000' })],
  ['token: e-mail in capitals', 'Patient', 'telecom=A@B.FR', token('telecom', { code: 'a@b.fr' })],
  [
    'token: active counts absent as true',
    'Patient',
    'active=true',
    {
      kind: 'any',
      conditions: [
        token('active', { code: 'true' }),
        { kind: 'missing', param: 'active', index: 'token', missing: true },
      ],
    },
  ],
  ['token: inactive is explicit', 'Patient', 'active=false', token('active', { code: 'false' })],
  ['string: starts', 'Patient', 'family=dupont', string('family', 'starts', 'DUPONT')],
  ['string: folded', 'Patient', 'family=Lefèvre-d’Œuvre', string('family', 'starts', 'LEFEVRE D OEUVRE')],
  ['string: exact', 'Patient', 'family:exact=Dupont', string('family', 'exact', 'Dupont')],
  ['string: contains', 'Patient', 'family:contains=ssai', string('family', 'contains', 'SSAI')],
  ['string: alternatives', 'Patient', 'given=Lucie,Anne', string('given', 'starts', 'LUCIE', 'ANNE')],
  ['string: escaped comma', 'Patient', 'address=1\\, rue', string('address', 'starts', '1, RUE')],
  ['reference: a document is never without its patient', 'DocumentReference', 'patient:missing=true', { kind: 'none' }],
  ['reference: patient by type and id', 'DocumentReference', 'patient=Patient/p1', { kind: 'patient', ids: ['p1'] }],
  ['reference: patient by id', 'List', 'patient=p1', { kind: 'patient', ids: ['p1'] }],
  [
    'reference: patient by address on our base',
    'DocumentReference',
    'patient=https://dcc.test/fhir/Patient/p1',
    { kind: 'patient', ids: ['p1'] },
  ],
  [
    'reference: patient of one version',
    'DocumentReference',
    'patient=Patient/p1/_history/2',
    { kind: 'patient', ids: ['p1'] },
  ],
  [
    'reference: several patients',
    'DocumentReference',
    'patient=p1,Patient/p2,p1',
    { kind: 'patient', ids: ['p1', 'p2'] },
  ],
  ['reference: subject with its type', 'DocumentReference', 'subject:Patient=p1', { kind: 'patient', ids: ['p1'] }],
  [
    'reference: patient elsewhere',
    'DocumentReference',
    'patient=https://else.test/Patient/1',
    token('patient', { code: 'https://else.test/Patient/1' }),
  ],
  [
    'reference: any target of an id',
    'DocumentReference',
    'authenticator=x',
    token('authenticator', { code: 'Practitioner/x' }, { code: 'PractitionerRole/x' }, { code: 'Organization/x' }),
  ],
  [
    'reference: one target of an id',
    'DocumentReference',
    'author:Practitioner=x',
    token('author', { code: 'Practitioner/x' }),
  ],
  ['reference: type and modifier disagree', 'DocumentReference', 'author:Practitioner=Device/x', { kind: 'none' }],
  [
    'reference: logical',
    'DocumentReference',
    'related:identifier=s|v',
    token('related:identifier', { system: 's', code: 'v' }),
  ],
  [
    'reference: bare id of a replaced document',
    'DocumentReference',
    'relatesto=p1.d0',
    token('relatesto', { code: 'DocumentReference/p1.d0' }),
  ],
  ['missing string', 'List', 'title:missing=true', { kind: 'missing', param: 'title', index: 'string', missing: true }],
  [
    'missing date',
    'DocumentReference',
    'creation:missing=false',
    { kind: 'missing', param: 'creation', index: 'date', missing: false },
  ],
  [
    'missing reference',
    'DocumentReference',
    'custodian:missing=true',
    { kind: 'missing', param: 'custodian', index: 'token', missing: true },
  ],
  ['_id', 'Patient', '_id=p1,p2', { kind: 'id', ids: ['p1', 'p2'] }],
  ['_id that cannot be one', 'Patient', '_id=../etc', { kind: 'none' }],
  [
    '_lastUpdated',
    'Patient',
    '_lastUpdated=2025-01-01T00:00:00Z',
    {
      kind: 'date',
      param: '_lastUpdated',
      anyOf: [{ op: 'eq', lo: '2025-01-01T00:00:00.000Z', hi: '2025-01-01T00:00:00.999Z' }],
    },
  ],
  [
    '_lastUpdated as MHD prints it',
    'Patient',
    '_lastupdated=2025-01-01T00:00:00Z',
    {
      kind: 'date',
      param: '_lastUpdated',
      anyOf: [{ op: 'eq', lo: '2025-01-01T00:00:00.000Z', hi: '2025-01-01T00:00:00.999Z' }],
    },
  ],
]

for (const [id, type, query, expected] of READ) {
  test(`reads ${id}: ${type}?${query}`, () => assert.deepEqual(condition(type, query), expected))
}

test('every document has its patient: that it is there adds no condition', () => {
  assert.deepEqual(search('DocumentReference', 'subject:missing=false').conditions, [])
})

test('a negation of what can never be adds no condition', () => {
  assert.deepEqual(search('DocumentReference', 'status:not=urn:x|current').conditions, [])
})

test('a negation of the value that absence stands for excludes the absent ones too', () => {
  assert.deepEqual(search('List', 'isArchived:not=false').conditions, [
    { kind: 'token', param: 'isArchived', anyOf: [{ code: 'false' }], not: true },
    { kind: 'missing', param: 'isArchived', index: 'token', missing: false },
  ])
})

test('repeated parameters must all hold', () => {
  assert.deepEqual(search('Patient', 'given=a&given=b').conditions, [
    string('given', 'starts', 'A'),
    string('given', 'starts', 'B'),
  ])
})

/** Queries that find the sample and queries that do not. */
const FOUND: readonly (readonly [SearchableType, unknown, found: readonly string[], not: readonly string[]])[] = [
  [
    'Patient',
    patient,
    [
      `identifier=${INS}|284016322000210`,
      `identifier=${INS}|`,
      'family=testf',
      'family=Dupont essai',
      'family:exact=DUPONT-ESSAI',
      'given=lu',
      'name=lulu',
      'birthdate=1984-01-15',
      'birthdate=1984',
      'birthdate=ge1984-01-15',
      'gender=female',
      'birth-given-list=anne',
      'birthplace-cog=63220',
      'identity-status=VALI',
      'active=true',
      'mothersMaidenName=lefevre',
      'address=eglise,1 rue',
      'address-city=CLERMONT',
      'address-postalcode=63',
      'address-country=fra',
      'address-state=auvergne',
      'address-use=home',
      'email=lucie.testfictif@example.test',
      'deceased=true',
      'death-date=2025-12-24',
      'link=Patient/p0',
      'general-practitioner=gp1',
      'organization=Organization/org1',
      'family:missing=false',
      'gender:not=male',
      'birthplace-cog=https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune|63220',
      'name=mme',
    ],
    [
      `identifier=${INS}|284016322000211`,
      'identifier=|284016322000210',
      'family=essai',
      'family:exact=dupont-essai',
      'birthdate=1984-01-16',
      'birthdate=gt1984-01-15',
      'birthdate=lt1984-01-15',
      'gender=male',
      'active=false',
      'deceased=false',
      'family:missing=true',
      'gender:not=female',
      'link=Patient/p9',
      'identity-status=QUAL',
    ],
  ],
  [
    'DocumentReference',
    meetingSheet,
    [
      'patient=p1&status=current',
      'subject=Patient/p1',
      'type=http://loinc.org|55107-7',
      'category=10',
      'author=PractitionerRole/r7',
      'authenticator=dr7',
      'custodian=org7',
      'creation=2025-04-25',
      'date=2025-04-29',
      'event=C50.9',
      'facility=SA01',
      'setting=ETABLISSEMENT',
      'format=urn:asip:ci-sis:cancer-frcp:2022',
      'identifier=urn:oid:1.2.3.4',
      'identifier=urn:ietf:rfc:3986|urn:uuid:0c287d32-01e3-4d87-9953-9fcc9404eb21',
      'period=2025',
      'period=2025-04',
      'period=gt2025-04-22',
      'period=lt2025-04-22',
      'period-start=2025-04-20',
      'period-end=2025-04-25',
      'related:identifier=ORDER-1',
      'relatesto=DocumentReference/p1.d0',
      'relatesto:identifier=urn:oid:1.2.3.9',
      'relation=replaces',
      'security-label=R',
      'security-label=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R',
      'isArchived=true',
      'description=reunion',
      'description:contains=oncologie',
      'encounter=e1',
      'encounter:identifier=VENUE-1',
      'language=fr-FR',
      'contenttype=application/pdf',
      'author:missing=false',
    ],
    [
      'patient=p2',
      'status=superseded',
      'type=http://snomed.info/sct|55107-7',
      'period=2025-04-22',
      'creation=sa2025-04-25',
      'creation=eb2025-04-25',
      'isArchived=false',
      'isArchived:not=true',
      'relation=transforms',
      'description=oncologie',
      'author:missing=true',
      'security-label=http://loinc.org|R',
    ],
  ],
  [
    'List',
    submissionSet,
    [
      'patient=p1',
      'subject=p1',
      'code=submissionset',
      'code=https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|submissionset',
      'date=2025-04-30',
      'designationType=SA05',
      'identifier=urn:oid:1.2.3.5',
      'sourceId=urn:oid:1.2.250.1.7',
      'status=superseded',
      'status=retired',
      'isArchived=false',
      'title=lot de',
      'authorOrg=org6',
      'item=DocumentReference/p1.d1',
      'item=p1.d1',
      'intendedRecipient=Organization/org5',
      'source:missing=false',
    ],
    ['code=folder', 'status=current', 'isArchived=true', 'date=2025-04-29', 'item=List/p1.d1'],
  ],
  [
    'Practitioner',
    practitioner,
    [
      'family=leclerc',
      'given=sophie',
      'name=dupre,lec',
      'identifier=https://rpps.esante.gouv.fr|10101201234',
      'active=true',
      'telecom=0100000001',
      'email=SOPHIE@mssante.test',
      'phone=%2B33100000001',
      'gender=female',
      'address-city=clermont',
    ],
    ['active=false', 'phone=0100000002'],
  ],
  [
    'PractitionerRole',
    practitionerRole,
    [
      'practitioner=dr1',
      'organization=Organization/org1',
      'identifier=10101201234-1',
      'role=FON-05',
      'specialty=SM40',
      'active=false',
      'phone=0100000001',
    ],
    ['active=true', 'practitioner=dr2'],
  ],
  [
    'Organization',
    organization,
    [
      'name=chu',
      'name=hopital',
      'identifier=urn:oid:1.2.250.1.71.4.2.2|1750100125',
      'type=LEGAL-ENTITY',
      'active=true',
      'address-city=Clermont',
      'partof=org0',
    ],
    ['name=nord', 'partof=org1'],
  ],
]

for (const [type, resource, found, not] of FOUND) {
  for (const query of found) test(`finds ${type}?${query}`, () => assert.equal(finds(resource, type, query), true))
  for (const query of not)
    test(`does not find ${type}?${query}`, () => assert.equal(finds(resource, type, query), false))
}

test('a document without the archive extension counts as not archived', () => {
  const { extension: _, ...plain } = meetingSheet
  assert.equal(finds(plain, 'DocumentReference', 'isArchived=false'), true)
  assert.equal(finds(plain, 'DocumentReference', 'isArchived=true'), false)
  assert.equal(finds(plain, 'DocumentReference', 'isArchived:missing=true'), true)
})

const REFUSED: readonly (readonly [SearchableType, query: string, key: string, options?: Partial<SearchOptions>])[] = [
  ['Patient', 'family:fuzzy=x', 'search.modifier-unknown'],
  ['Patient', 'family:not=x', 'search.modifier-unknown'],
  ['Patient', 'identifier:text=x', 'search.modifier-unknown'],
  ['Patient', 'identifier:of-type=a|b|c', 'search.modifier-unknown'],
  ['Patient', 'birthdate:exact=2025', 'search.modifier-unknown'],
  ['Patient', '_id:not=x', 'search.modifier-unknown'],
  ['Patient', '_lastUpdated:missing=true', 'search.modifier-unknown'],
  ['Patient', '_sort:desc=birthdate', 'search.modifier-unknown'],
  ['DocumentReference', 'author:Observation=x', 'search.modifier-unknown'],
  ['DocumentReference', 'patient.identifier:not=x', 'search.modifier-unknown'],
  ['DocumentReference', 'patient:Group.identifier=x', 'search.modifier-unknown'],
  ['DocumentReference', '_include:recurse=DocumentReference:author', 'search.modifier-unknown'],
  ['Patient', 'birthdate=1984-13', 'search.value-invalid'],
  ['Patient', 'birthdate=hier', 'search.value-invalid'],
  ['Patient', 'birthdate=xx1984', 'search.value-invalid'],
  ['Patient', 'birthdate=1984,zz', 'search.value-invalid'],
  ['Patient', 'family:missing=peut-être', 'search.value-invalid'],
  ['Patient', 'family:missing=true,false', 'search.value-invalid'],
  ['Patient', "family='", 'search.value-invalid'],
  ['Patient', 'identifier=|', 'search.value-invalid'],
  ['DocumentReference', 'status=http://hl7.org/fhir/document-reference-status|', 'search.value-invalid'],
  ['DocumentReference', 'patient=not an id', 'search.value-invalid'],
  ['DocumentReference', 'patient=Patient/', 'search.value-invalid'],
  ['Patient', '_count=-1', 'search.value-invalid'],
  ['Patient', '_count=ten', 'search.value-invalid'],
  ['Patient', '_count=1,2', 'search.value-invalid'],
  ['Patient', '_summary=yes', 'search.value-invalid'],
  ['Patient', '_total=some', 'search.value-invalid'],
  ['Patient', '_elements=name;drop', 'search.value-invalid'],
  ['Patient', 'identifier=a,b,c,d', 'search.too-many-values', { maxValues: 3 }],
  ['Patient', 'given=a&given=b', 'search.too-many-values', { maxValues: 1 }],
  ['DocumentReference', 'date=ap2020,ap2021,ap2022,ap2023,ap2024', 'search.too-many-values'],
]

for (const [type, query, key, options] of REFUSED) {
  test(`refuses ${type}?${query} even when lenient: ${key}`, () => {
    assert.throws(
      () => search(type, query, options),
      (error) => error instanceof SearchError && error.key === key,
    )
  })
}

/** What lenient handling leaves out and reports, strict handling refuses. */
const LEFT_OUT: readonly (readonly [SearchableType, query: string, name: string, key: string])[] = [
  ['Patient', 'nom=Dupont', 'nom', 'search.parameter-unknown'],
  ['Patient', 'nom:exact=Dupont', 'nom:exact', 'search.parameter-unknown'],
  ['Patient', 'constructor=x', 'constructor', 'search.parameter-unknown'],
  ['DocumentReference', 'patient.telecom=1', 'patient.telecom', 'search.parameter-unknown'],
  ['DocumentReference', 'relatesto.identifier=1', 'relatesto.identifier', 'search.parameter-unknown'],
  ['DocumentReference', 'author.practitioner=1', 'author.practitioner', 'search.parameter-unknown'],
  ['DocumentReference', '_has:List:item:date=2020', '_has:List:item:date', 'search.parameter-unknown'],
  ['Patient', '284016322000210=x', '?', 'search.parameter-unknown'],
  ['Patient', 'family=', 'family', 'search.value-empty'],
  ['Patient', 'family= ', 'family', 'search.value-empty'],
  ['Patient', '_count=', '_count', 'search.value-empty'],
  ['Patient', '_sort=telecom', '_sort', 'search.sort-unknown'],
  ['Patient', '_count=1&_count=2', '_count', 'search.parameter-repeated'],
  ['Patient', '_include=Observation:subject', '_include', 'search.include-unknown'],
  ['DocumentReference', '_include=PractitionerRole:practitioner', '_include', 'search.include-unknown'],
  ['DocumentReference', '_include=DocumentReference:author:Patient2', '_include', 'search.include-unknown'],
  ['Patient', '_revinclude=Observation:patient', '_revinclude', 'search.include-unknown'],
  ['Patient', '_summary=true&_elements=name', '_elements', 'search.parameter-conflict'],
  ['Patient', '_elements=name&_summary=true', '_elements', 'search.parameter-conflict'],
]

for (const [type, query, name, key] of LEFT_OUT) {
  test(`lenient leaves out ${type}?${query} and says why; strict refuses it`, () => {
    const { ignored } = search(type, query)
    assert.deepEqual(
      ignored.map((one) => [one.name, one.key]),
      [[name, key]],
    )
    assert.ok(ignored.every(({ fr, en }) => fr !== '' && en !== '' && fr !== en && !/[{}]/.test(fr + en)))
    assert.throws(
      () => search(type, query, { handling: 'strict' }),
      (error) => error instanceof SearchError && error.key === key,
    )
  })
}

test('an empty alternative is left out, the others count', () => {
  const parsed = search('Patient', 'given=Lucie,,Anne')
  assert.deepEqual(parsed.conditions, [string('given', 'starts', 'LUCIE', 'ANNE')])
  assert.deepEqual(parsed.used, [['given', 'Lucie,Anne']])
  assert.equal(parsed.ignored[0]?.key, 'search.value-empty')
})

test('several sort keys: lenient keeps the first and says so, strict refuses', () => {
  const parsed = search('Patient', '_sort=-birthdate,family')
  assert.deepEqual(parsed.sort, { key: 'birthdate', descending: true })
  assert.deepEqual(parsed.used, [['_sort', '-birthdate']])
  assert.equal(parsed.ignored[0]?.key, 'search.sort-multiple')
  assert.throws(() => search('Patient', '_sort=-birthdate,family', { handling: 'strict' }), SearchError)
})

const SORTS: readonly (readonly [SearchableType, query: string, key: string, descending: boolean])[] = [
  ['Patient', '', '_id', false],
  ['DocumentReference', '', 'date', true],
  ['List', '', 'date', true],
  ['Patient', '_sort=_lastUpdated', '_lastUpdated', false],
  ['Patient', '_sort=family', 'family', false],
  ['DocumentReference', '_sort=-creation', 'creation', true],
  ['DocumentReference', '_sort=period', 'period', false],
  ['DocumentReference', '_sort=_id', '_id', false],
  ['Practitioner', '_sort=family', 'family', false],
  ['Organization', '_sort=name', 'family', false],
]

for (const [type, query, key, descending] of SORTS) {
  test(`orders ${type}?${query} by ${descending ? '-' : ''}${key}`, () => {
    assert.deepEqual(search(type, query).sort, { key, descending })
  })
}

const CONTROLS: readonly (readonly [query: string, expected: Partial<ParsedSearch>])[] = [
  ['', { count: 20, summary: 'false', total: undefined, elements: undefined, page: undefined }],
  ['_count=5', { count: 5, used: [['_count', '5']] }],
  ['_count=0', { count: 0 }],
  ['_count=100000', { count: 200, used: [['_count', '200']] }],
  ['_summary=count', { summary: 'count' }],
  ['_summary=text', { summary: 'text' }],
  ['_total=none', { total: 'none' }],
  ['_total=accurate', { total: 'accurate' }],
  ['_elements=identifier,Patient.name,birthDate', { elements: ['identifier', 'name', 'birthDate'] }],
  ['_elements=identifier&_elements=name.family', { elements: ['identifier', 'name'] }],
  ['_cursor=abc', { page: 'abc', used: [] }],
  [
    '_format=json&_pretty=true',
    {
      used: [
        ['_format', 'json'],
        ['_pretty', 'true'],
      ],
      ignored: [],
      conditions: [],
    },
  ],
]

for (const [query, expected] of CONTROLS) {
  test(`reads the controls of Patient?${query}`, () => {
    const parsed = search('Patient', query)
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(parsed[name as keyof ParsedSearch], value, name)
  })
}

test('the self link holds what was honoured, in order, and nothing else', () => {
  const query =
    'patient=p1&nom=x&status=current&_sort=-date&_count=3&author.family=leclerc&_include=DocumentReference:author'
  assert.deepEqual(search('DocumentReference', query).used, [
    ['patient', 'p1'],
    ['status', 'current'],
    ['_sort', '-date'],
    ['_count', '3'],
    ['author.family', 'leclerc'],
    ['_include', 'DocumentReference:author'],
  ])
})

const DOMAINS: readonly (readonly [id: string, type: SearchableType, query: string, domains: readonly string[]])[] = [
  ['PDQ-78-2, one domain', 'Patient', 'identifier=urn:oid:1.2|', ['urn:oid:1.2']],
  ['PDQ-78-2, several', 'Patient', 'identifier=urn:oid:1.2|,urn:oid:1.3|&family=x', ['urn:oid:1.2', 'urn:oid:1.3']],
  ['beside an identifier', 'Patient', 'identifier=urn:oid:1.2|7&identifier=urn:oid:1.3|', ['urn:oid:1.3']],
  ['an identifier is no domain', 'Patient', 'identifier=urn:oid:1.2|7', []],
  ['a mixed list restricts nothing', 'Patient', 'identifier=urn:oid:1.2|7,urn:oid:1.3|', []],
  ['other types have none', 'Practitioner', 'identifier=urn:oid:1.2|', []],
]

for (const [id, type, query, domains] of DOMAINS) {
  test(`identifier domains: ${id}`, () => assert.deepEqual(search(type, query).identifierDomains, domains))
}

test('no error shows a value, and every key has texts', () => {
  const secret = '284016322000210'
  for (const query of [
    `birthdate=${secret}`,
    `${secret}=x`,
    `family:${secret}=x`,
    `patient.${secret}=x`,
    `_sort=${secret}`,
    `_count=${secret}`,
  ]) {
    for (const type of ['Patient', 'DocumentReference'] as const) {
      try {
        search(type, query, { handling: 'strict' })
        assert.fail(`${type}?${query} was accepted`)
      } catch (error) {
        assert.ok(error instanceof SearchError)
        assert.ok(Object.hasOwn(SEARCH_ISSUES, error.key))
        assert.doesNotMatch(
          JSON.stringify([error.message, error.detail, error.parameter, error.fr, error.en]),
          /284016/,
        )
        assert.equal(error.status, SEARCH_ISSUES[error.key].status)
      }
    }
  }
})
