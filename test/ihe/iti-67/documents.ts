import assert from 'node:assert/strict'
import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import { NOS, PDSM } from '../../support/builders/urls.ts'
import { aContent, aDocument, anOrganization, aPatient, aPractitioner, aRole } from '../../support/builders.ts'
import type { TestServer } from '../../support/server.ts'
import { findByEveryWay } from '../find.ts'

/** Code systems of the documents. */
export const A08 = `${NOS}/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality`
export const A07 = `${NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument`
export const A03 = `${NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument`
export const A01 = `${NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice`
export const R02 = `${NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`
export const A11 = `${NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode`
export const ICD10 = 'http://hl7.org/fhir/sid/icd-10'

/** Whose documents they are. */
export const lea = aPatient().qualified()
export const marc = aPatient().qualified()
/** `Type/id` by the name that the rows give them, and elements of what is stored. */
export const at = new Map<string, string>()
export const stored = new Map<string, Resource>()
/** A document by its name. */
export const documentNamed = (name: string): DocumentReference => {
  const found = stored.get(name)
  assert.ok(found?.resourceType === 'DocumentReference')
  return found
}

async function keep<T extends Resource>(server: TestServer, name: string, resource: T): Promise<T & { id: string }> {
  const created = await server.create(resource)
  at.set(name, `${created.resourceType}/${created.id}`)
  stored.set(name, created)
  return created
}

/** Fills a server with the documents that the rows name. */
export async function fill(server: TestServer): Promise<void> {
  await keep(server, 'lea', lea.build())
  await keep(server, 'marc', marc.build())
  await keep(server, 'camille', { ...aPractitioner(), name: [{ family: 'Étoile-Fictive', given: ['Camille'] }] })
  await keep(server, 'chu', anOrganization())
  await keep(server, 'role', aRole(at.get('camille') ?? '', at.get('chu') ?? ''))
  const of = (name: string) => aDocument(at.get(name) ?? '').inline(aContent())
  await keep(server, 'rcp', of('lea').with({ date: '2026-03-10T10:00:00Z', description: 'Réunion du 10 mars' }).build())
  const pps = of('lea')
    .with({
      date: '2026-03-20T10:00:00Z',
      type: { coding: [{ system: 'http://loinc.org', code: '18776-5' }] },
      category: [{ coding: [{ system: A03, code: '11' }] }],
      author: [{ reference: at.get('role') ?? '' }],
      securityLabel: [{ coding: [{ system: A08, code: 'R' }] }, { coding: [{ system: A07, code: 'MASQUE_PS' }] }],
      extension: [{ url: `${PDSM}/StructureDefinition/pdsm-ext-is-archived`, valueBoolean: true }],
      context: {
        event: [{ coding: [{ system: ICD10, code: 'C50.2' }] }],
        period: { start: '2026-01-10T08:00:00+01:00', end: '2026-01-12T18:00:00+01:00' },
        facilityType: { coding: [{ system: R02, code: 'SA07' }] },
        practiceSetting: { coding: [{ system: A01, code: 'AMBULATOIRE' }] },
        related: [
          {
            identifier: {
              type: { coding: [{ system: 'urn:ietf:rfc:3986', code: 'urn:ihe:iti:xds:2013:accession' }] },
              system: 'urn:oid:1.2.250.1.999.9',
              value: 'ACC-1',
            },
          },
          { reference: 'ServiceRequest/demande-1' },
        ],
      },
    })
    .build()
  const [content] = pps.content ?? []
  await keep(server, 'pps', {
    ...pps,
    content: [
      {
        attachment: { ...content?.attachment, creation: '2026-03-19T09:00:00+01:00' },
        format: { system: A11, code: 'urn:ihe:iti:xds-sd:text:2008' },
      },
    ],
  })
  await keep(server, 'old', of('lea').with({ date: '2025-03-10T10:00:00Z' }).build())
  await keep(
    server,
    'new',
    of('lea')
      .with({ date: '2026-03-21T10:00:00Z' })
      .replacing(at.get('old') ?? '')
      .build(),
  )
  await keep(server, 'marcs', of('marc').with({ date: '2026-03-15T10:00:00Z' }).build())
}

/** A query in its percent-encoded form. */
export const encoded = (pairs: Record<string, string>) => new URLSearchParams(pairs).toString()
/** A query on the documents of Léa. */
export const leas = (parameters: Record<string, string>) => encoded({ patient: at.get('lea') ?? '', ...parameters })

/** Names of what a query finds by GET and POST, in JSON and XML. */
export async function found(server: TestServer, query: string): Promise<string[]> {
  const names = new Map([...at].map(([name, address]) => [address, name]))
  return (await findByEveryWay(server, 'DocumentReference', query))
    .map((address) => names.get(address) ?? address)
    .sort()
}
