import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { aPatient, fictitiousMatricule, INS_TEST } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'
import { attached, attachmentOf, published, register, simplified, stateOf } from './documents.ts'

/** ITI-105: what is refused, with nothing stored (reference/ihe.md 2.4, 2.8). */
const lenient = sharedServer()

describe('what is refused, with nothing stored', () => {
  type Row = readonly [
    ids: string,
    change: (sent: DocumentReference) => object,
    status: number,
    key: string,
    xds?: string | undefined,
  ]
  const RELATED = (['appends', 'transforms', 'signs'] as const).map(
    (code): Row => [
      `MHD-105-08: a document that it ${code} and that is not there`,
      (sent) => ({ ...sent, relatesTo: [{ code, target: { reference: 'DocumentReference/unknown' } }] }),
      422,
      'document.related-unknown',
      'UnresolvedReferenceException',
    ],
  )
  const rows: readonly Row[] = [
    [
      'MHD-105-06 PDSM-63: a size that is not that of the bytes',
      (sent) => attached(sent, { size: 1 }),
      422,
      'document.content-mismatch',
      'XDSNonIdenticalHash',
    ],
    [
      'MHD-105-06 PDSM-63: the hash of other bytes',
      (sent) => attached(sent, { hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
      422,
      'document.content-mismatch',
      'XDSNonIdenticalHash',
    ],
    [
      'MHD-105-06 P-21: the hash in hexadecimal, as base64',
      (sent) =>
        attached(sent, {
          hash: Buffer.from(Buffer.from(attachmentOf(sent).hash ?? '', 'base64').toString('hex')).toString('base64'),
        }),
      422,
      'document.content-mismatch',
      'XDSNonIdenticalHash',
    ],
    [
      'MHD-105-02: several contents',
      (sent) => ({ ...sent, content: [...(sent.content ?? []), ...(sent.content ?? [])] }),
      422,
      'document.content-single',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-02 PDSM-62: an address beside the bytes',
      (sent) => attached(sent, { url: 'https://example.test/document' }),
      422,
      'simplified.url',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-02 PDSM-62: no bytes, on demand',
      (sent) => attached(sent, { data: undefined, size: undefined, hash: undefined }),
      422,
      'simplified.content-missing',
      'XDSMissingDocument',
    ],
    [
      'MHD-105-02: no bytes yet, delayed assembly',
      (sent) => attached(sent, { data: undefined, size: 0, hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
      422,
      'simplified.content-missing',
      'XDSMissingDocument',
    ],
    [
      'MHD-105-02: recipients',
      (sent) => ({
        ...sent,
        extension: [
          {
            url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient',
            valueReference: { reference: 'Organization/x' },
          },
        ],
      }),
      422,
      'simplified.recipient',
      'XDSRegistryMetadataError',
    ],
    [
      'PDSM-62: a document that is superseded at birth',
      (sent) => ({ ...sent, status: 'superseded' }),
      422,
      'simplified.status',
      'XDSRegistryMetadataError',
    ],
    [
      'P-29: a modifier extension',
      (sent) => ({ ...sent, modifierExtension: [{ url: 'urn:x', valueBoolean: true }] }),
      400,
      'mhd.modifier-extension',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-09: no patient',
      (sent) => ({ ...sent, subject: undefined }),
      422,
      'patient.missing',
      'XDSRegistryMetadataError',
    ],
    [
      'MHD-105-09: an unknown patient',
      (sent) => ({ ...sent, subject: { reference: 'Patient/unknown' } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-09: a search that finds nobody',
      (sent) => ({ ...sent, subject: { reference: `Patient?identifier=${INS_TEST}|${fictitiousMatricule(9000)}` } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-09: a search by name, which is no identity',
      (sent) => ({ ...sent, subject: { reference: 'Patient?family=TESTFICTIF' } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-09: a search by a number without its domain',
      (sent) => ({ ...sent, subject: { reference: 'Patient?identifier=IPP-000001' } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-09: a search for one patient beside the identifier of another',
      (sent) => ({
        ...sent,
        subject: { reference: `Patient?identifier=${INS_TEST}|1`, identifier: { system: INS_TEST, value: '2' } },
      }),
      422,
      'patient.several',
      'XDSPatientIdDoesNotMatch',
    ],
    [
      'MHD-105-09: a group',
      (sent) => ({ ...sent, subject: { reference: 'Group/x' } }),
      422,
      'patient.unknown',
      'XDSUnknownPatientId',
    ],
    [
      'MHD-105-08: a document to replace that is not there',
      (sent) => ({ ...sent, relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/unknown' } }] }),
      422,
      'document.replaced-unknown',
      'XDSReplaceFailed',
    ],
    ...RELATED,
    [
      'MHD-105-02: a custodian of the directory who is not there',
      (sent) => ({ ...sent, custodian: { reference: 'Organization/unknown' } }),
      422,
      'document.reference-unknown',
      'UnresolvedReferenceException',
    ],
    [
      'MHD-105-09: another name at the source',
      (sent) => ({
        ...sent,
        contained: sent.contained?.map((one) =>
          one.resourceType === 'Patient' ? { ...one, name: [{ use: 'official', family: 'AUTREFICTIF' }] } : one,
        ),
      }),
      422,
      'mhd.source-traits',
      'XDSPatientIdDoesNotMatch',
    ],
    [
      'PDSM-65: an element that R4 does not have',
      (sent) => ({ ...sent, colour: 'red' }),
      400,
      'structure.unknown-element',
    ],
    ['PDSM-65: bytes that are no base64', (sent) => attached(sent, { data: 'é' }), 400, 'structure.value'],
  ]
  for (const [row, change, status, key, xds] of rows) {
    const [ids, story] = row.split(': ')
    test(`${ids} MHD-105-07: ${story}: ${status} ${key}`, async () => {
      const server = lenient()
      const sent = simplified(await register(server))
      const before = await stateOf(server)
      const issue = assertRefused(await server.post('DocumentReference', change(sent)), status, key)
      assert.equal(issue.details?.coding?.[1]?.code, xds)
      assert.deepEqual(await stateOf(server), before)
    })
  }

  test('MHD-105-09: somebody else’s identity at the source: 422', async () => {
    const server = lenient()
    const [sent, other] = [simplified(await register(server)), aPatient().qualified()]
    await register(server, other)
    const subject = { ...sent.subject, identifier: { system: INS_TEST, value: other.ins } }
    const before = await stateOf(server)
    assertRefused(await server.post('DocumentReference', { ...sent, subject }), 422, 'patient.several')
    assert.deepEqual(await stateOf(server), before)
  })

  test('MHD-105-08 P-06: a document to replace that is another patient’s: 422', async () => {
    const server = lenient()
    const foreign = published(await server.post('DocumentReference', simplified(await register(server))))
    const relatesTo = [{ code: 'replaces' as const, target: { reference: `DocumentReference/${foreign.id}` } }]
    const sent = simplified(await register(server), { relatesTo })
    const before = await stateOf(server)
    assertRefused(await server.post('DocumentReference', sent), 422, 'document.replaced-other-patient')
    assert.deepEqual(await stateOf(server), before)
  })
})
