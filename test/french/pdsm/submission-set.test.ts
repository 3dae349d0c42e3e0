import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coding, List } from '@medplum/fhirtypes'
import { readHeader } from '../../../src/french/cda/header.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { FACILITY_TYPES } from '../../../src/french/document-codes.ts'
import { TRE_R02 } from '../../../src/french/oids.ts'
import { submissionSetOf } from '../../../src/french/pdsm/submission-set.ts'
import { brokenCardinalities, type Snapshot } from '../cardinality.ts'
import { documentBytes } from '../cda/a-document.ts'
import { needsOfficial, officialBytes, officialCdaFiles, officialJson } from '../official.ts'

const UUID = 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'
const MHD = 'https://profiles.ihe.net/ITI/MHD'
const TRE_R209 = 'https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite'
const PROFILES = ['3.1.1', 'ci-2026-06-30'].map(
  (build) => [build, `pdsm/${build}/StructureDefinition-pdsm-submissionset-comprehensive.json`] as const,
)

function setOf(bytes: Uint8Array): List {
  return submissionSetOf({
    header: readHeader(parseCda(bytes)),
    uuid: UUID,
    patientRef: 'Patient/p1',
    documentRef: 'DocumentReference/d1',
    date: '2026-07-12T16:00:00Z',
  })
}

test('a document becomes a submission set of its own', () => {
  const { contained, extension, ...rest } = setOf(documentBytes())
  const type = (code: string) => ({ coding: [{ system: `${MHD}/CodeSystem/IHE.MHD.MHDIdentifierType`, code }] })
  assert.deepEqual(rest, {
    resourceType: 'List',
    meta: {
      profile: ['https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive'],
    },
    identifier: [
      {
        use: 'usual',
        type: type('uniqueId'),
        system: 'urn:ietf:rfc:3986',
        value: 'urn:oid:2.25.329800735698586629295641978511506172918',
      },
      {
        use: 'official',
        type: type('entryUUID'),
        system: 'urn:ietf:rfc:3986',
        value: 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      },
    ],
    status: 'current',
    mode: 'working',
    title: 'FRCP DSRC ESSAI / 3C ESSAI / Sein',
    code: { coding: [{ system: `${MHD}/CodeSystem/MHDlistTypes`, code: 'submissionset' }] },
    subject: { reference: 'Patient/p1' },
    date: '2026-07-12T16:00:00Z',
    source: { reference: '#practitionerrole-1' },
    entry: [{ item: { reference: 'DocumentReference/d1' } }],
  })
  assert.equal(contained?.length, 3)
  assert.equal(extension?.length, 2)
})

test('its source is the first author alone, with structure, contained', () => {
  const { contained = [] } = setOf(documentBytes())
  const role = contained.find(({ resourceType }) => resourceType === 'PractitionerRole')
  assert.ok(role?.resourceType === 'PractitionerRole')
  assert.deepEqual([role.practitioner?.reference, role.organization?.reference], ['#practitioner-1', '#organization-1'])
  assert.deepEqual(contained.map(({ id }) => id).sort(), ['organization-1', 'practitioner-1', 'practitionerrole-1'])
})

test('a device may be the source', () => {
  const set = setOf(documentBytes([/<author>[\s\S]*?<\/author>/, '']))
  assert.equal(set.source?.reference, '#device-1')
})

const CLASSES: [id: string, changes: readonly (readonly [string | RegExp, string])[], activity: Coding][] = [
  ['an inpatient encounter', [['code="VR"', 'code="IMP"']], activity('03')],
  ['an outpatient encounter', [['code="VR"', 'code="AMB"']], activity('07')],
  ['an emergency', [['code="VR"', 'code="EMER"']], activity('07')],
  ['a meeting without the patient', [], activity('97')],
  ['no class, a group practice', [noClass(), ['code="SA36"', 'code="SA08"']], sector('SA08')],
  ['an unknown class, a cancer centre', [['code="VR"', 'code="XX"']], sector('SA36')],
  ['no class, a public hospital', [noClass(), ['code="SA36"', 'code="SA01"']], activity('97')],
  ['no class, an unknown facility', [noClass(), ['code="SA36"', 'code="SA99"']], activity('97')],
]

for (const [id, changes, expected] of CLASSES) {
  test(`the activity of ${id} is ${expected.code}`, () => {
    const coding = designationType(setOf(documentBytes(...changes)))
    assert.deepEqual([coding?.system, coding?.code], [expected.system, expected.code])
  })
}

const CUSTODIAN = /(<representedCustodianOrganization>\s*)<id root="[^"]*" extension="[^"]*"\/>/
const SOURCES: [id: string, custodian: string, sourceId: string][] = [
  [
    'a national structure id',
    '<id root="1.2.250.1.71.4.2.2" extension="1990000036"/>',
    '1.2.250.1.71.4.2.2.1990000036',
  ],
  ['an OID', '<id root="1.2.250.1.999.3"/>', '1.2.250.1.999.3'],
  [
    'a Corsican structure, whose number is no arc',
    '<id root="1.2.250.1.71.4.2.2" extension="12A0000014"/>',
    '1.2.250.1.71.4.2.2',
  ],
  ['a UUID', `<id root="${UUID}"/>`, '2.25.329800735698586629295641978511506172918'],
]

for (const [id, custodian, expected] of SOURCES) {
  test(`the system of a custodian with ${id} is ${expected}`, () => {
    const { extension = [] } = setOf(documentBytes([CUSTODIAN, `$1${custodian}`]))
    const source = extension.find(({ url }) => url === `${MHD}/StructureDefinition/ihe-sourceId`)?.valueIdentifier
    assert.deepEqual(source, { system: 'urn:ietf:rfc:3986', value: `urn:oid:${expected}` })
  })
}

for (const { name, path } of officialCdaFiles()) {
  test(
    `the submission set of ${name} satisfies both builds of PDSm and takes its activity from JDV_J03`,
    needsOfficial,
    () => {
      const set = setOf(officialBytes(path))
      for (const [build, profile] of PROFILES) {
        assert.deepEqual(brokenCardinalities(set, officialJson<Snapshot>(profile), 2), [], build)
      }
      const { system = '', code = '', display } = designationType(set) ?? {}
      assert.equal(contentTypes().get(`${system}|${code}`), display)
    },
  )
}

test('every facility that may stand for an activity is in JDV_J03', needsOfficial, () => {
  for (const code of Object.keys(FACILITY_TYPES[TRE_R02])) {
    const set = setOf(documentBytes(noClass(), ['code="SA36"', `code = "${code}"`]))
    const { system = '', display } = designationType(set) ?? {}
    assert.equal(contentTypes().get(`${system}|${designationType(set)?.code}`), display)
  }
})

function designationType({ extension = [] }: List): Coding | undefined {
  const url = `${MHD}/StructureDefinition/ihe-designationType`
  return extension.find((one) => one.url === url)?.valueCodeableConcept?.coding?.[0]
}

/** Displays of JDV_J03 by `system|code`. */
function contentTypes(): Map<string, string> {
  type ValueSet = { compose: { include: { system: string; concept: { code: string; display: string }[] }[] } }
  const { compose } = officialJson<ValueSet>('documents/ValueSet-JDV-J03-XdsContentTypeCode-CISIS.json')
  return new Map(
    compose.include.flatMap(({ system, concept }) =>
      concept.map(({ code, display }): [string, string] => [`${system}|${code}`, display]),
    ),
  )
}

function noClass(): readonly [string | RegExp, string] {
  return [/<code code="VR"[^>]*>/, '']
}

function activity(code: string): Coding {
  return { system: TRE_R209, code }
}

function sector(code: string): Coding {
  return { system: TRE_R02, code }
}
