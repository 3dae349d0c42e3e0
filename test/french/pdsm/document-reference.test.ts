import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { DocumentReference, Patient, PractitionerRole } from '@medplum/fhirtypes'
import { type CdaHeader, readHeader } from '../../../src/french/cda/header.ts'
import { documentMetadata } from '../../../src/french/cda/metadata.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { insOf } from '../../../src/french/identity.ts'
import { documentReferenceOf } from '../../../src/french/pdsm/document-reference.ts'
import { brokenCardinalities, type Snapshot } from '../cardinality.ts'
import { documentBytes, structuredBytes } from '../cda/a-document.ts'
import { needsOfficial, officialBytes, officialCdaFiles, officialJson } from '../official.ts'

const PROFILES = ['3.1.1', 'ci-2026-06-30'].map(
  (build) => [build, `pdsm/${build}/StructureDefinition-pdsm-comprehensive-document-reference.json`] as const,
)

function entryOf(bytes: Uint8Array): { entry: DocumentReference; header: CdaHeader; sha1: string } {
  const sha1 = createHash('sha1').update(bytes).digest('hex')
  const header = readHeader(parseCda(bytes))
  const metadata = documentMetadata(header, { size: bytes.length, sha1 })
  const entry = documentReferenceOf({
    header,
    metadata,
    facts: { contentType: metadata.mimeType, size: bytes.length, sha1 },
    patientRef: 'Patient/p1',
    contentUrl: 'Binary/b1',
    date: '2026-07-12T16:00:00Z',
  })
  return { entry, header, sha1 }
}

test('a document becomes a PDSm entry', () => {
  const bytes = documentBytes()
  const { entry, sha1 } = entryOf(bytes)
  const { contained, author, authenticator, custodian, context, ...rest } = entry
  const loinc = { system: 'http://loinc.org', code: '34794-8' }
  assert.deepEqual(rest, {
    resourceType: 'DocumentReference',
    meta: {
      profile: [
        'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference',
      ],
    },
    masterIdentifier: {
      use: 'usual',
      type: {
        coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/IHE.MHD.MHDIdentifierType', code: 'uniqueId' }],
      },
      system: 'urn:ietf:rfc:3986',
      value: 'urn:oid:2.25.1988034244',
    },
    identifier: [{ use: 'secondary', system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.999.1.77' }],
    status: 'current',
    type: { coding: [{ ...loinc, display: 'CR de réunion de concertation pluridisciplinaire' }] },
    category: [
      {
        coding: [
          {
            system: 'https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument',
            code: '10',
            display: 'Compte rendu',
          },
        ],
      },
    ],
    subject: { reference: 'Patient/p1' },
    date: '2026-07-12T16:00:00Z',
    relatesTo: [
      {
        code: 'replaces',
        target: {
          identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:90e1c8ec-f951-4b26-a305-a34848818dd6' },
        },
      },
    ],
    securityLabel: [
      {
        coding: [
          {
            system: 'https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality',
            code: 'R',
            display: 'Restreint',
          },
        ],
      },
    ],
    content: [
      {
        attachment: {
          contentType: 'text/xml',
          language: 'fr-FR',
          url: 'Binary/b1',
          size: bytes.length,
          hash: Buffer.from(sha1, 'hex').toString('base64'),
          title: 'FRCP DSRC ESSAI / 3C ESSAI / Sein',
          creation: '2026-07-12T17:45:00+02:00',
        },
        format: {
          system: 'https://mos.esante.gouv.fr/NOS/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode',
          code: 'urn:ihe:iti:xds-sd:pdf:2008',
          display: 'Document à corps non structuré en Pdf/A-1',
        },
      },
    ],
  })
})

test('the context of an entry gives the acts, the period, the place and the ids it refers to', () => {
  const { context } = entryOf(documentBytes()).entry
  assert.deepEqual(context?.period, { start: '2026-07-12T17:11:00+02:00', end: '2026-07-12T17:30:00+02:00' })
  assert.equal(context?.practiceSetting?.coding?.[0]?.display, 'Etablissement de santé')
  assert.equal(context?.facilityType?.coding?.[0]?.display, 'Centre anti-cancer')
  assert.deepEqual(
    context?.event?.map(({ coding }) => coding?.map(({ code }) => code)),
    [['39'], ['C50.2', 'QEQK004'], ['MG']],
  )
  const ids = [...(context?.encounter ?? []), ...(context?.related ?? [])].map(({ identifier }) => [
    identifier?.type?.coding?.[0]?.code,
    identifier?.system,
    identifier?.value,
  ])
  assert.deepEqual(ids, [
    ['urn:ihe:iti:xds:2015:encounterId', 'urn:oid:1.2.250.1.161.1.20.3.1', '27999001'],
    ['urn:ihe:iti:xds:2013:order', 'urn:oid:1.2.250.1.999.8', 'ORD-1'],
    ['urn:ihe:iti:xds:2013:accession', 'urn:oid:1.2.250.1.999.9', 'ACC-1'],
  ])
})

test('participants are contained once each: role, professional, structure, device', () => {
  const { contained = [], author, authenticator, custodian } = entryOf(documentBytes()).entry
  const kinds = contained.map(({ resourceType, id }) => `${resourceType} ${id}`)
  assert.deepEqual(kinds, [
    'Practitioner practitioner-1',
    'Organization organization-1',
    'PractitionerRole practitionerrole-1',
    'Organization organization-2',
    'Device device-1',
    'PractitionerRole practitionerrole-2',
    'Patient patient',
  ])
  assert.deepEqual(author, [{ reference: '#practitionerrole-1' }, { reference: '#device-1' }])
  assert.deepEqual(authenticator, { reference: '#practitionerrole-2' })
  assert.deepEqual(custodian, { reference: '#organization-2' })
  const role = contained.find((one): one is PractitionerRole => one.id === 'practitionerrole-1')
  assert.deepEqual(role?.code, [
    {
      coding: [
        {
          system:
            'https://mos.esante.gouv.fr/NOS/TRE_A02-ProfessionSavFaire-CISIS/FHIR/TRE-A02-ProfessionSavFaire-CISIS',
          code: 'G15_10/SM36',
          display: 'Médecin - Oncologie, opt médicale (SM)',
        },
      ],
    },
    { text: 'Coordonnateur' },
  ])
})

test('the contained patient has its identifiers and traits, neither address nor telephone', () => {
  const patient = entryOf(documentBytes()).entry.contained?.find(
    (one): one is Patient => one.resourceType === 'Patient',
  )
  assert.ok(patient !== undefined)
  assert.equal(insOf(patient)?.value, '284016322000210')
  assert.equal(patient.identifier?.length, 2)
  assert.deepEqual([patient.meta, patient.telecom, patient.address], [undefined, undefined, undefined])
})

test('a document not finished is tagged, a finished one is not', () => {
  const tag = [{ system: 'urn:dcc:document-state', code: 'in-progress' }]
  assert.deepEqual(entryOf(structuredBytes('385651009')).entry.meta?.tag, tag)
  assert.deepEqual(entryOf(structuredBytes('GEN-034')).entry.meta?.tag, tag)
  assert.equal(entryOf(structuredBytes('9571008')).entry.meta?.tag, undefined)
})

for (const { name, path } of officialCdaFiles()) {
  test(
    `the entry of ${name} keeps every cardinality of PDSm and every contained resource in use`,
    needsOfficial,
    () => {
      const { entry } = entryOf(officialBytes(path))
      for (const [build, profile] of PROFILES) {
        assert.deepEqual(brokenCardinalities(entry, officialJson<Snapshot>(profile), 4), [], build)
      }
      const text = JSON.stringify(entry)
      for (const { id } of entry.contained ?? []) assert.ok(text.includes(`"#${id}"`), `${id} is not referenced`)
      const ids = (entry.contained ?? []).map(({ id }) => id)
      for (const [, id] of text.matchAll(/"reference":"#([^"]+)"/g))
        assert.ok(ids.includes(id), `${id} is not contained`)
      assert.ok(!/(\[\]|\{\}|null|"")/.test(text), 'an empty value')
      assert.ok(entry.type?.coding?.[0]?.display !== undefined)
      assert.ok(entry.content?.[0]?.format?.display !== undefined)
    },
  )
}

test('an imaging report refers to its studies, orders and accession numbers', needsOfficial, () => {
  const { entry } = entryOf(officialBytes('cda/n3/IMG_CR_IMG_2024.01.xml'))
  const types = entry.context?.related?.map(({ identifier }) => identifier?.type?.coding?.[0]?.code?.split(':').pop())
  assert.deepEqual(types, [
    'order',
    'order',
    'accession',
    'accession',
    'studyInstanceUID',
    'studyInstanceUID',
    'studyInstanceUID',
  ])
  assert.equal(entry.context?.related?.[4]?.identifier?.value, '1.2.250.1.925.994044.27.123.1876360')
  assert.equal(entry.relatesTo?.[0]?.code, 'replaces')
})
