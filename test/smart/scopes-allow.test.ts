import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Interaction, Verdict } from '../../src/fhir/access.ts'
import { allows, type CallerFacts, parseScopes } from '../../src/smart/scopes.ts'

const SYSTEM: CallerFacts = { kind: 'system' }
const USER: CallerFacts = { kind: 'user', fhirUser: 'Practitioner/me' }
const LAUNCHED: CallerFacts = { kind: 'user', patient: 'p' }

const YES: Verdict = { kind: 'allowed' }
const NO: Verdict = { kind: 'refused', key: 'auth.scope' }
const ELSEWHERE: Verdict = { kind: 'refused', key: 'auth.compartment' }
const OF_PATIENT: Verdict = { kind: 'restricted', alternatives: [{ patient: 'p', criteria: [] }] }
const MEN: Verdict = { kind: 'restricted', alternatives: [{ criteria: [['gender', 'male']] }] }

type Row = readonly [
  caller: CallerFacts,
  scopes: string,
  interaction: Interaction,
  type: string,
  expected: Verdict,
  more?: { id?: string; compartment?: string },
]

const ROWS: readonly Row[] = [
  // Letters of interactions.
  [SYSTEM, 'system/Patient.r', 'read', 'Patient', YES],
  [SYSTEM, 'system/Patient.r', 'vread', 'Patient', YES],
  [SYSTEM, 'system/Patient.r', 'history-instance', 'Patient', YES],
  [SYSTEM, 'system/Patient.r', 'search-type', 'Patient', NO],
  [SYSTEM, 'system/Patient.r', 'history-type', 'Patient', NO],
  [SYSTEM, 'system/Patient.s', 'search-type', 'Patient', YES],
  [SYSTEM, 'system/Patient.s', 'history-type', 'Patient', YES],
  [SYSTEM, 'system/Patient.s', 'read', 'Patient', NO],
  [SYSTEM, 'system/List.c', 'create', 'List', YES],
  [SYSTEM, 'system/List.c', 'update', 'List', NO],
  [SYSTEM, 'system/List.u', 'update', 'List', YES],
  [SYSTEM, 'system/List.u', 'patch', 'List', YES],
  [SYSTEM, 'system/List.u', 'create', 'List', NO],
  [SYSTEM, 'system/List.u', 'delete', 'List', NO],
  [SYSTEM, 'system/List.d', 'delete', 'List', YES],
  [SYSTEM, 'system/List.cruds', 'read', 'Patient', NO],
  [SYSTEM, 'system/*.rs', 'read', 'Organization', YES],
  [SYSTEM, 'system/*.rs', 'create', 'Organization', NO],
  // Union, v1.
  [SYSTEM, 'system/List.r system/List.s', 'search-type', 'List', YES],
  [SYSTEM, 'system/List.read', 'search-type', 'List', YES],
  [SYSTEM, 'system/List.read', 'update', 'List', NO],
  [SYSTEM, 'system/List.write', 'delete', 'List', YES],
  [SYSTEM, 'system/List.write', 'read', 'List', NO],
  [SYSTEM, 'system/List.*', 'patch', 'List', YES],
  [SYSTEM, '', 'read', 'List', NO],
  // Whose rights.
  [SYSTEM, 'user/List.cruds', 'read', 'List', NO],
  [SYSTEM, 'patient/List.cruds', 'read', 'List', NO],
  [USER, 'system/List.cruds', 'read', 'List', NO],
  [USER, 'user/List.cruds', 'read', 'List', YES],
  [USER, 'patient/List.cruds', 'read', 'List', NO],
  [LAUNCHED, 'user/List.cruds', 'read', 'List', YES],
  [LAUNCHED, 'system/List.cruds', 'read', 'List', NO],
  [{ kind: 'system', patient: 'p' }, 'patient/List.cruds', 'read', 'List', NO],
  // The compartment of the launch.
  [LAUNCHED, 'patient/List.rs', 'read', 'List', OF_PATIENT],
  [LAUNCHED, 'patient/List.rs', 'search-type', 'List', OF_PATIENT],
  [LAUNCHED, 'patient/List.rs', 'history-type', 'List', OF_PATIENT],
  [LAUNCHED, 'patient/*.cruds', 'create', 'DocumentReference', OF_PATIENT],
  [LAUNCHED, 'patient/*.cruds', 'update', 'Patient', OF_PATIENT],
  [LAUNCHED, 'patient/*.cruds', 'create', 'Patient', NO],
  [LAUNCHED, 'patient/List.rs', 'read', 'List', YES, { compartment: 'p' }],
  [LAUNCHED, 'patient/List.rs', 'read', 'List', ELSEWHERE, { compartment: 'q' }],
  [LAUNCHED, 'patient/List.rs user/List.r', 'read', 'List', YES, { compartment: 'q' }],
  [LAUNCHED, 'patient/List.rs user/List.r', 'search-type', 'List', ELSEWHERE, { compartment: 'q' }],
  [LAUNCHED, 'patient/List.rs', 'create', 'List', NO, { compartment: 'p' }],
  // Directories are no patient's: read with any level, written with none of a patient.
  [LAUNCHED, 'patient/*.cruds', 'read', 'Practitioner', YES],
  [LAUNCHED, 'patient/*.cruds', 'search-type', 'Organization', YES],
  [LAUNCHED, 'patient/*.cruds', 'history-instance', 'PractitionerRole', YES],
  [LAUNCHED, 'patient/*.cruds', 'create', 'Practitioner', NO],
  [LAUNCHED, 'patient/*.cruds', 'patch', 'Organization', NO],
  [LAUNCHED, 'patient/*.cruds', 'delete', 'PractitionerRole', NO],
  [USER, 'patient/*.cruds', 'read', 'Practitioner', NO],
  // A user's own entry (1.7).
  [USER, '', 'read', 'Practitioner', YES, { id: 'me' }],
  [USER, '', 'read', 'Practitioner', NO, { id: 'other' }],
  [USER, '', 'read', 'Organization', NO, { id: 'me' }],
  [USER, '', 'update', 'Practitioner', NO, { id: 'me' }],
  [LAUNCHED, '', 'read', 'Practitioner', NO, { id: 'me' }],
  // A Binary is what its document is.
  [SYSTEM, 'system/DocumentReference.r', 'read', 'Binary', YES],
  [SYSTEM, 'system/Binary.r', 'read', 'Binary', NO],
  [SYSTEM, 'system/DocumentReference.c', 'create', 'Binary', YES],
  [SYSTEM, 'system/Binary.c', 'create', 'Binary', NO],
  [SYSTEM, 'system/DocumentReference.r', 'vread', 'Binary', YES],
  [LAUNCHED, 'patient/DocumentReference.r', 'read', 'Binary', OF_PATIENT],
  [LAUNCHED, 'patient/DocumentReference.r', 'read', 'Binary', ELSEWHERE, { compartment: 'q' }],
  // Search restrictions.
  [SYSTEM, 'system/Patient.r?gender=male', 'read', 'Patient', MEN],
  [SYSTEM, 'system/Patient.c?gender=male', 'create', 'Patient', MEN],
  [SYSTEM, 'system/Patient.r?gender=male system/Patient.r', 'read', 'Patient', YES],
  [SYSTEM, 'system/Patient.r?gender=male system/Patient.s', 'read', 'Patient', MEN],
  [SYSTEM, 'system/Patient.r?gender=male', 'search-type', 'Patient', NO],
  [SYSTEM, 'system/Patient.r?gender=male', 'read', 'Patient', MEN, { compartment: 'q' }],
  [
    SYSTEM,
    'system/Patient.r?gender=male system/Patient.r?active=true',
    'read',
    'Patient',
    { kind: 'restricted', alternatives: [{ criteria: [['gender', 'male']] }, { criteria: [['active', 'true']] }] },
  ],
  [
    LAUNCHED,
    'patient/List.s?status=current user/List.s?code=folder',
    'search-type',
    'List',
    {
      kind: 'restricted',
      alternatives: [{ patient: 'p', criteria: [['status', 'current']] }, { criteria: [['code', 'folder']] }],
    },
  ],
  [
    LAUNCHED,
    'patient/List.s?status=current user/List.s?code=folder',
    'search-type',
    'List',
    { kind: 'restricted', alternatives: [{ criteria: [['code', 'folder']] }] },
    { compartment: 'q' },
  ],
  // What shows nothing of the record, and what compares the whole registry.
  [SYSTEM, '', 'capabilities', '', YES],
  [SYSTEM, '', 'batch', '', YES],
  [SYSTEM, '', 'transaction', '', YES],
  [LAUNCHED, '', '$lookup', 'CodeSystem', YES],
  [LAUNCHED, '', '$expand', 'ValueSet', YES],
  [LAUNCHED, '', '$translate', 'ConceptMap', YES],
  [SYSTEM, '', '$validate', 'Patient', YES],
  [SYSTEM, 'system/Patient.s', '$match', 'Patient', YES],
  [SYSTEM, 'system/Patient.r', '$match', 'Patient', NO],
  [SYSTEM, 'system/Patient.s', '$ihe-pix', 'Patient', YES],
  [USER, 'user/Patient.rs', '$match', 'Patient', YES],
  [LAUNCHED, 'patient/Patient.rs', '$match', 'Patient', NO],
  [LAUNCHED, 'patient/*.cruds', '$ihe-pix', 'Patient', NO],
  [SYSTEM, 'system/Patient.s?gender=male', '$match', 'Patient', NO],
  [SYSTEM, 'system/DocumentReference.c', '$generate-metadata', 'DocumentReference', YES],
  [SYSTEM, 'system/DocumentReference.rus', '$generate-metadata', 'DocumentReference', NO],
  [LAUNCHED, 'patient/*.cruds', '$generate-metadata', 'DocumentReference', NO],
  [SYSTEM, 'system/*.cruds', '$everything', 'Patient', NO],
  [SYSTEM, 'system/*.cruds', '$constructor', 'Patient', NO],
]

describe('what scopes allow', () => {
  for (const [index, [caller, scopes, interaction, type, expected, more = {}]] of ROWS.entries()) {
    const who = caller.kind === 'system' ? 'back end' : caller.patient === undefined ? 'user' : 'user with patient'
    const what = `${interaction} ${type} ${Object.entries(more).join(' ')}`.trim()
    test(`${index + 1}. ${who}, ${scopes === '' ? 'no scope' : scopes}: ${what} is ${expected.kind}`, () => {
      assert.deepEqual(allows(parseScopes(scopes, 'strict').scopes, { interaction, type, caller, ...more }), expected)
    })
  }
})
