import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPatient } from '../../../src/fhir/search/datatypes.ts'
import { indexValues, sortValues } from '../../../src/fhir/search/extract.ts'
import { SEARCH_PARAMETERS } from '../../../src/fhir/search/parameters.ts'
import { LONGEST } from '../../../src/fhir/search/text.ts'
import type { IndexValues, SearchableType } from '../../../src/store/store.ts'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { qualifiedPatient } from '../../french/patients.ts'
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
  telecom: [...(qualifiedPatient().telecom ?? []), ...patientAdditions.telecom],
}

const SAMPLES: Readonly<Record<SearchableType, unknown[]>> = {
  Patient: [patient],
  DocumentReference: [meetingSheet],
  List: [submissionSet, { ...submissionSet, source: { reference: '#outside' } }],
  Practitioner: [practitioner],
  PractitionerRole: [practitionerRole],
  Organization: [organization],
}

/** Rows of one parameter, in the notation `system|code`, exact text or `lo/hi`. */
function rows(values: IndexValues, param: string): string[] {
  return [
    ...values.tokens.filter((row) => row.param === param).map(({ system, code }) => `${system}|${code}`),
    ...values.strings.filter((row) => row.param === param).map(({ exact }) => exact),
    ...values.dates.filter((row) => row.param === param).map(({ lo, hi }) => `${lo}/${hi}`),
  ]
}

for (const [type, parameters] of Object.entries(SEARCH_PARAMETERS)) {
  for (const { name, from, as } of parameters) {
    // The patient of a clinical resource is the key of its row.
    if (from === undefined || as === ownPatient) continue
    test(`${type} is found by ${name}`, () => {
      const found = SAMPLES[type as SearchableType].flatMap((sample) => rows(indexValues(sample), name))
      assert.notDeepEqual(found, [])
    })
  }
}

const EXPECTED: readonly (readonly [id: string, resource: unknown, param: string, rows: readonly string[]])[] = [
  [
    'B0 by INS and IPP',
    patient,
    'identifier',
    ['urn:oid:1.2.250.1.213.1.4.10|284016322000210', 'urn:oid:1.2.250.1.71.4.2.2.990000001|IPP-0001'],
  ],
  ['B0 by birth and used name', patient, 'family', ['TESTFICTIF', 'DUPONT-ESSAI']],
  ['B0 by any name part', patient, 'name', ['TESTFICTIF', 'LUCIE', 'DUPONT-ESSAI', 'LULU', 'MME']],
  ['B0 by each birth given name', patient, 'birth-given-list', ['LUCIE ANNE', 'LUCIE', 'ANNE']],
  ['B0 by birth date, zone-free', patient, 'birthdate', ['1984-01-15T00:00:00.000Z/1984-01-15T23:59:59.999Z']],
  [
    'B0 by commune of birth',
    patient,
    'birthplace-cog',
    ['https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM|63220'],
  ],
  [
    'B0 by identity status',
    patient,
    'identity-status',
    ['https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445|VALI'],
  ],
  ['B0 by gender', patient, 'gender', ['|female']],
  ['phone without punctuation', patient, 'phone', ['phone|0100000000']],
  ['email in lower case', patient, 'email', ['email|lucie.testfictif@example.test']],
  ['death as a French day', patient, 'death-date', ['2025-12-23T23:00:00.000Z/2025-12-24T22:59:59.999Z']],
  ['deceased', patient, 'deceased', ['|true']],
  ['not deceased', qualifiedPatient(), 'deceased', ['|false']],
  [
    'both identifiers of a document',
    meetingSheet,
    'identifier',
    ['urn:ietf:rfc:3986|urn:oid:1.2.3.4', 'urn:ietf:rfc:3986|urn:uuid:0c287d32-01e3-4d87-9953-9fcc9404eb21'],
  ],
  ['patient of a document: the key of its row', meetingSheet, 'patient', []],
  [
    'logical identifier of the patient',
    meetingSheet,
    'patient:identifier',
    ['urn:oid:1.2.250.1.213.1.4.10|284016322000210'],
  ],
  ['author: literal and contained', meetingSheet, 'author', ['|#', '|PractitionerRole/r7']],
  ['author names in contained resources', meetingSheet, 'author.family', ['Leclerc-Dupré']],
  [
    'author identifiers in contained resources',
    meetingSheet,
    'author.identifier',
    ['https://rpps.esante.gouv.fr|10101201234', 'urn:oid:1.2.250.1.71.4.2.2|1750100125'],
  ],
  ['author behind a contained role', meetingSheet, 'author.practitioner', ['|Practitioner/dr9']],
  ['organisation behind a contained role', meetingSheet, 'author.organization', ['|Organization/org9']],
  [
    'French and HL7 confidentiality are one',
    meetingSheet,
    'security-label',
    ['https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality|R'],
  ],
  [
    'replaced documents by identifier: replaces only',
    meetingSheet,
    'relatesto.identifier',
    ['urn:ietf:rfc:3986|urn:oid:1.2.3.9'],
  ],
  [
    'related documents by identifier: every relation',
    meetingSheet,
    'relatesto:identifier',
    ['urn:ietf:rfc:3986|urn:oid:1.2.3.9', 'urn:ietf:rfc:3986|urn:oid:1.2.3.8'],
  ],
  ['relation', meetingSheet, 'relation', ['|replaces', '|appends']],
  ['referenceIdList', meetingSheet, 'related:identifier', ['urn:oid:1.2.250.1.98|ORDER-1']],
  ['encounter by identifier', meetingSheet, 'encounter:identifier', ['urn:oid:1.2.250.1.99|VENUE-1']],
  ['period with a day as its end', meetingSheet, 'period', ['2025-04-20T06:00:00.000Z/2025-04-25T21:59:59.999Z']],
  ['archived', meetingSheet, 'isArchived', ['|true']],
  [
    'list type written with http:',
    submissionSet,
    'code',
    ['https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|submissionset'],
  ],
  ['sourceId without system', submissionSet, 'sourceId', ['urn:ietf:rfc:3986|urn:oid:1.2.250.1.7']],
  ['authorOrg on List.source', submissionSet, 'authorOrg', ['|Organization/org6']],
  ['source in a contained role', submissionSet, 'source.given', ['Sophie']],
  ['alias of an organisation', organization, 'name', ['CHU de test', 'Hôpital Nord']],
]

for (const [id, resource, param, expected] of EXPECTED) {
  test(`index rows: ${id}`, () => {
    assert.deepEqual(rows(indexValues(resource), param), expected)
  })
}

test('names are folded: accents, case, hyphens and apostrophes do not count', () => {
  const { strings } = indexValues(meetingSheet)
  assert.deepEqual(
    strings.find(({ param }) => param === 'author.family'),
    {
      param: 'author.family',
      folded: 'LECLERC DUPRE',
      exact: 'Leclerc-Dupré',
    },
  )
})

test('a period without end is open, and so is one without start', () => {
  const dates = (period: unknown) => rows(indexValues({ ...meetingSheet, context: { period } }), 'period')
  assert.deepEqual(dates({ start: '2025-04-20T08:00:00Z' }), ['2025-04-20T08:00:00.000Z/9999-12-31T23:59:59.999Z'])
  assert.deepEqual(dates({ end: '2025-04-20T08:00:00Z' }), ['0001-01-01T00:00:00.000Z/2025-04-20T08:00:00.999Z'])
  assert.deepEqual(dates({ start: '2025-05-01', end: '2025-04-01' }), [])
  assert.deepEqual(dates({}), [])
})

test('dates that are none are left out, the rest of the resource stays findable', () => {
  const values = indexValues({ ...meetingSheet, date: '2025-02-30', context: { period: { start: 'hier' } } })
  assert.deepEqual(rows(values, 'date'), [])
  assert.deepEqual(rows(values, 'period'), [])
  assert.deepEqual(rows(values, 'status'), ['|current'])
})

test('elements of another shape than their datatype are left out', () => {
  const odd = {
    resourceType: 'DocumentReference',
    status: 3,
    type: 'text',
    category: [[{ coding: [{ code: 'nested' }] }], null, { coding: { code: 'single' } }],
    subject: 'Patient/p1',
    identifier: { value: ['x'] },
    content: { attachment: { contentType: {} }, format: { code: true } },
    contained: 'none',
    author: [{ reference: '#x' }],
  }
  assert.deepEqual(indexValues(odd).tokens, [
    { param: 'category', system: '', code: 'single' },
    { param: 'author', system: '', code: '#' },
  ])
})

test('long texts are cut to what an index row takes, without breaking a character', () => {
  const values = indexValues({
    resourceType: 'List',
    title: `${'é'.repeat(900)}`,
    identifier: [{ value: `a${'😀'.repeat(600)}` }],
  })
  const exact = values.strings[0]?.exact ?? ''
  assert.equal(Buffer.byteLength(exact), LONGEST)
  assert.equal(exact, 'é'.repeat(500))
  const code = values.tokens[0]?.code ?? ''
  assert.ok(Buffer.byteLength(code) <= LONGEST && code.isWellFormed() && !code.includes('\ufffd'))
})

test('one parameter of one resource has at most 500 rows, and none twice', () => {
  const identifier = Array.from({ length: 3000 }, (_, index) => ({ system: 's', value: String(index % 700) }))
  const values = indexValues({ resourceType: 'Patient', identifier })
  assert.equal(rows(values, 'identifier').length, 500)
  assert.equal(new Set(rows(values, 'identifier')).size, 500)
  const twice = indexValues({
    resourceType: 'Patient',
    identifier: [
      { system: 's', value: 'a' },
      { system: 's', value: 'a' },
    ],
  })
  assert.deepEqual(rows(twice, 'identifier'), ['s|a'])
})

test('texts that a database would refuse or merge are made storable', () => {
  const values = indexValues({ resourceType: 'List', title: 'a\u0000b\ud800', status: '\udc00' })
  assert.deepEqual(rows(values, 'title'), ['ab\ufffd'])
  assert.deepEqual(rows(values, 'status'), ['|\ufffd'])
})

test('what cannot be searched has no rows', () => {
  for (const resource of [undefined, null, 1, 'x', [], {}, { resourceType: 'Binary' }, { resourceType: '__proto__' }]) {
    assert.deepEqual({ ...pick(indexValues(resource)) }, { tokens: [], strings: [], dates: [] })
  }
})

function pick({ tokens, strings, dates }: IndexValues): IndexValues {
  return { tokens, strings, dates }
}

test('sort values: UTC instants, the birth name first', () => {
  assert.deepEqual(sortValues(meetingSheet), {
    date: '2025-04-29T10:00:00.000Z',
    creation: '2025-04-25T07:30:00.000Z',
    periodStart: '2025-04-20T06:00:00.000Z',
    birthDate: '',
    family: '',
  })
  assert.equal(sortValues(submissionSet).date, '2025-04-29T22:00:00.000Z')
  assert.equal(sortValues(patient).birthDate, '1984-01-15T00:00:00.000Z')
  assert.equal(sortValues(patient).family, 'TESTFICTIF')
  assert.equal(sortValues({ ...patient, name: [{ text: 'X' }, { use: 'usual', family: 'Noël' }] }).family, 'NOEL')
  assert.equal(sortValues(practitioner).family, 'LECLERC DUPRE')
  assert.equal(sortValues(organization).family, 'CHU DE TEST')
  assert.deepEqual(sortValues(null), { date: '', creation: '', periodStart: '', birthDate: '', family: '' })
})

const OFFICIAL: readonly (readonly [file: string, param: string, rows: readonly string[]])[] = [
  [
    'pdsm/3.1.1/DocumentReference-exemple-pdsm-documentreference.json',
    'identifier',
    ['urn:ietf:rfc:3986|urn:uuid:12345678-abcd-1234-abcd-1234567890ab'],
  ],
  [
    'pdsm/3.1.1/DocumentReference-exemple-pdsm-documentreference.json',
    'period-end',
    ['2025-04-25T07:00:00.000Z/2025-04-25T07:00:00.999Z'],
  ],
  ['pdsm/3.1.1/List-ExampleSubmissionSet.json', 'source.practitioner', ['|Practitioner/practitioner-example']],
  [
    'ihe/mhd/examples/DocumentReference-ex-DocumentReferenceComprehensive.json',
    'creation',
    ['2021-01-01T04:50:50.000Z/2021-01-01T04:50:50.999Z'],
  ],
  [
    'ihe/mhd/examples/DocumentReference-ex-DocumentReferenceMinimalEncounter.json',
    'encounter',
    ['|Encounter/ex-encounter'],
  ],
  ['ihe/mhd/examples/List-ex-compSubmissionSetFull.json', 'authorOrg', ['|Organization/ex-organization']],
  [
    'ihe/mhd/examples/List-ex-compSubmissionSetFull.json',
    'item',
    ['|DocumentReference/ex-documentreference', '|List/ex-list'],
  ],
]

for (const [file, param, expected] of OFFICIAL) {
  test(`official example ${file} is found by ${param}`, needsOfficial, () => {
    assert.deepEqual(rows(indexValues(officialJson(file)), param), expected)
  })
}
