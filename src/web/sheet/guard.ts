import type { Patient } from '@medplum/fhirtypes'
import type { Request, RequestHandler, Response } from 'express'
import { recordsOf } from '../../dcc/persons.ts'
import type { Trace, TraceKind } from '../../dcc/traces.ts'
import { requestIdOf } from '../../http/request-id.ts'
import { SmartError } from '../../smart/errors.ts'
import type { PageContext } from '../../smart/page-contexts.ts'
import type { PatientState } from '../../store/store.ts'
import { notEntitled } from '../access.ts'
import { CONTEXT, type Visit, type Visits, type WebOptions } from '../visit.ts'

/** A request for a page of a patient whom the professional may see, within a context of that very patient. */
export interface PatientVisit extends Visit {
  context: PageContext
  patientId: string
  patient: Patient
  /** Every record of the person: what was filed before a merge is read with the rest. */
  records: readonly string[]
  /** Why the professional may see the patient. */
  basis: string
}

/** A page of a patient. */
type Handler = (visit: PatientVisit, request: Request, response: Response) => Promise<void>

/**
 * Guards a page of a patient (`:id` in its address): habilitated, entitled, and opened for this patient and no other.
 * Without context a new one is opened and the page redirected to it. Who may not see the patient, or asks for one who
 * is not there, is given the same neutral page (rule R10). A record that was merged leads to the one that stands (R9).
 */
export function patientPage(options: WebOptions, visits: Visits, handler: Handler): RequestHandler[] {
  return visits.page((visit, request, response) => guarded(options, visit, request, response, handler))
}

/** The same for a form of a patient, which must carry its context. */
export function patientForm(options: WebOptions, visits: Visits, handler: Handler): RequestHandler[] {
  return visits.form((visit, request, response) => {
    if (visit.context === undefined) throw new SmartError('context.unknown')
    return guarded(options, visit, request, response, handler)
  })
}

/** Traces what happened on a page of a patient. */
export function traceOf(
  { session, context, patientId }: Pick<PatientVisit, 'session' | 'context' | 'patientId'>,
  response: Response,
  kind: TraceKind,
  detail: string | undefined,
): Trace {
  const actor = session.professional.nationalId
  return { kind, actor, client: context.dpi?.id, patientId, detail, requestId: requestIdOf(response) }
}

async function guarded(
  options: WebOptions,
  visit: Visit,
  request: Request,
  response: Response,
  handler: Handler,
): Promise<void> {
  const { store } = options.dcc
  const patientId = String(request.params.id)
  const { context } = visit
  if (context !== undefined && context.patientId !== patientId) throw new SmartError('context.other-patient')
  const state = await store.patient(patientId)
  const decision = await options.entitlements.access(visit.session.professional, patientId)
  if (!decision.allowed || state === undefined) {
    const reason = decision.allowed ? 'unknown-patient' : decision.reason
    await notEntitled(options, visit, response, { patientId: state?.id, reason })
    return
  }
  const standing = await standingRecord(options, state)
  if (context === undefined || standing !== patientId) {
    const opened = await options.contexts.openFor(standing, visit)
    response.redirect(303, withContext(request, patientId, opened))
    return
  }
  const patient: Patient = JSON.parse(state.text)
  const records = await recordsOf(store, [patientId])
  await handler({ ...visit, context, patientId, patient, records, basis: decision.basis }, request, response)
}

/** The record that took this one in, if need be through others. */
async function standingRecord({ dcc }: WebOptions, state: PatientState): Promise<string> {
  const seen = new Set<string>()
  let standing: PatientState = state
  while (standing.state === 'merged' && standing.mergedInto !== undefined && !seen.has(standing.id)) {
    seen.add(standing.id)
    const next = await dcc.store.patient(standing.mergedInto)
    if (next === undefined) break
    standing = next
  }
  return standing.id
}

/** The address that was asked for, of the patient of a context. A form is not sent again: it leads to the sheet. */
function withContext({ method, originalUrl }: Request, patientId: string, context: PageContext): string {
  const url = new URL(originalUrl, 'http://own.invalid')
  const own = `/patients/${context.patientId}`
  const path = method === 'POST' ? own : url.pathname.replace(`/patients/${patientId}`, own)
  url.searchParams.delete(CONTEXT)
  url.searchParams.set(CONTEXT, context.id)
  return `${path}?${url.searchParams}`
}
