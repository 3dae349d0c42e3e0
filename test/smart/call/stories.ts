import assert from 'node:assert/strict'
import type { Patient } from '@medplum/fhirtypes'
import { addToCareTeam, grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { registerPatient } from '../../../src/dcc/patients.ts'
import type { Professional } from '../../../src/dcc/professional.ts'
import type { TraceKind } from '../../../src/dcc/traces.ts'
import { UnitOfWork } from '../../../src/dcc/unit-of-work.ts'
import { newPatientId } from '../../../src/store/ids.ts'
import { aContextToken, calledPatient, type TestDpi, type TokenParts } from '../../support/dpi.ts'
import type { TestServer } from '../../support/server.ts'
import { ONCOLOGIST, type SignedIn, signedIn } from '../../support/signed-in.ts'
import { aVisitor, type Shown, type Visitor } from '../../support/visitor.ts'

/** Registers a patient with a pathway; the oncologist is in the care team unless it is `ofOthers`. */
export async function aKnownPatient(
  { record: { dcc } }: Pick<TestServer, 'record'>,
  patient: Patient,
  { pathway = true, ofOthers = false } = {},
): Promise<string> {
  const unit = new UnitOfWork(dcc)
  const id = newPatientId()
  const pathwayOrigin = pathway ? 'test' : undefined
  await registerPatient(unit, patient, { id, pathwayOrigin, takenIdentifier: 'refuse' })
  await unit.commit()
  if (!ofOthers) await addToCareTeam(dcc, { patientId: id, nationalId: ONCOLOGIST.nationalId })
  return id
}

/** Who is in front of a browser. */
export interface Seated extends SignedIn {
  visitor: Visitor
}

/** A browser in which a habilitated professional has signed in. */
export async function seated(server: TestServer, professional: Professional = ONCOLOGIST): Promise<Seated> {
  const { nationalId } = professional
  await grantHabilitation(server.record.dcc, { nationalId, profile: 'clinician', reach: 'care-team' })
  const signed = await signedIn(server, professional)
  return { ...signed, visitor: aVisitor(server, signed.cookie) }
}

/** Posts a context from the DPI's page and presses the button of the page that it leads to. */
export async function called(
  server: TestServer,
  visitor: Visitor,
  dpi: TestDpi,
  ctx: object,
  { sub = ONCOLOGIST.nationalId, parts }: { sub?: string; parts?: TokenParts } = {},
): Promise<Shown> {
  const token = await aContextToken(server, dpi, ctx, sub, parts)
  const page = await visitor.post(`${server.config.baseUrl}/contextual-call`, { context_token: token }, FROM_DPI)
  if (page.status !== 200) return page
  return visitor.submit(/^\/c\//)
}

/** What a browser says of a form that another site sends. */
export const FROM_DPI = { 'sec-fetch-site': 'cross-site', origin: 'https://dpi.example.test' }

/** A context about a patient. */
export function about(patient: Patient, change: object = {}): object {
  return { intent: 'open-record', patient: calledPatient(patient, change) }
}

/** Kinds and details of the traces of a server, oldest first. */
export async function tracesOf({ record }: TestServer, kind?: TraceKind): Promise<string[]> {
  const rows = await record.dcc.store.entitlement.traces({ limit: 1000 })
  return rows
    .filter((row) => kind === undefined || row.kind === kind)
    .reverse()
    .map((row) => `${row.kind} ${row.detail ?? ''}`.trim())
}

/** Where a page is, by its path without what is secret. */
export function pathOf({ url }: Pick<Shown, 'url'>): string {
  return url.pathname.replaceAll(/[A-Za-z0-9_-]{43}/g, '*')
}

/** A page that refuses: its status and stable key. */
export function assertError({ status, text }: Shown, expected: number, key: string): void {
  assert.equal(status, expected, text)
  assert.ok(text.includes(key), `${key} is not told`)
}
