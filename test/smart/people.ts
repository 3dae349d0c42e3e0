import type { DocumentReference } from '@medplum/fhirtypes'
import { addToCareTeam, grantHabilitation } from '../../src/dcc/entitlement/administration.ts'
import { aContent, aDocument, aPatient, IPP, type PatientBuilder } from '../support/builders.ts'
import type { TestServer } from '../support/server.ts'

/** Code system of the labels by which documents are hidden. */
export const A07 =
  'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument'

/** A professional of a test. */
export interface Someone {
  nationalId: string
  rpps: string | undefined
}

let numbers = 0

/** A professional with an RPPS of their own, habilitated unless `reach` is undefined. */
export async function aProfessional(
  { record }: TestServer,
  reach: 'care-team' | 'region' | undefined = 'care-team',
): Promise<Someone> {
  numbers += 1
  const rpps = `108${String(numbers).padStart(8, '0')}`
  const nationalId = `8${rpps}`
  if (reach !== undefined) await grantHabilitation(record.dcc, { nationalId, profile: 'clinician', reach })
  return { nationalId, rpps }
}

/** A patient of the record, cared for by these professionals. */
export async function aPatientOf(server: TestServer, team: readonly Someone[], builder: PatientBuilder = aPatient()) {
  const patient = await server.create(builder.build())
  for (const { nationalId } of team) await addToCareTeam(server.record.dcc, { patientId: patient.id, nationalId })
  return patient
}

/** A document of a patient; `labels` of TRE_A07, `by` the RPPS of its contained author. */
export function aLabelled(patientId: string, labels: readonly string[] = [], by?: string): DocumentReference {
  const document = aDocument(`Patient/${patientId}`)
    .ordinary()
    .inline(aContent())
    .with(labels.length === 0 ? {} : { securityLabel: labels.map((code) => ({ coding: [{ system: A07, code }] })) })
    .build()
  if (by === undefined) return document
  const contained = document.contained?.map((one) =>
    one.resourceType === 'Practitioner'
      ? { ...one, identifier: [{ system: 'https://rpps.esante.gouv.fr', value: by }] }
      : one,
  )
  return { ...document, ...(contained === undefined ? {} : { contained }) }
}

/** The address of a document's content. */
export function contentOf(document: DocumentReference): string {
  const url = document.content?.[0]?.attachment?.url ?? ''
  return url.slice(url.indexOf('Binary/'))
}

/** Has the record of a number taken in by that of another one, as a hospital tells. */
export async function merged(server: TestServer, gone: PatientBuilder, kept: PatientBuilder): Promise<void> {
  const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: kept.ipp } } }]
  const answer = await server.put(`Patient?identifier=${IPP}|${gone.ipp}`, gone.with({ active: false, link }).build())
  if (answer.status !== 200) throw new Error(answer.text)
}
