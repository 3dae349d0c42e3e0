import { setTimeout as delay } from 'node:timers/promises'
import { type Request, type Response, Router } from 'express'
import type { AccessDecision, RefusalReason } from '../dcc/entitlement/model.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { CallOutcome } from '../smart/call/calls.ts'
import { SmartError } from '../smart/errors.ts'
import type { PageContext } from '../smart/page-contexts.ts'
import { callVisit, contextOf, draftContext, idOf, sendVisitPage, wayBack } from './call-page.ts'
import { calledView } from './called-view.ts'
import { REASONS, readReason, type TypedReason } from './emergency-reason.ts'
import { holderOfIdentity, readStrictIdentity, strictForm } from './strict-identity.ts'
import { CONTEXT, field, type Pages, sheetAddress, type Visit, type WebOptions } from './visit.ts'

/** Whom an access was refused to: undefined where nobody is known under what was asked; the page is the same. */
export interface Refused {
  patientId: string | undefined
  /** For the trace only. */
  reason: RefusalReason
}

const TITLE = 'Accès non autorisé'

/**
 * Milliseconds that a refusal takes at least: a record that is there takes longer to look at than one that is not, and
 * the page must not tell by its slowness what it does not tell by its words (rule R10).
 */
const STEADY = 250
const TRAIL = [{ label: 'Accueil', href: '/' }]

/**
 * `/access`: the neutral page of rule R10 and its form for an emergency; `/access/{id}` is that of a call. `POST
 * /access` asks by strict identity, `POST /access/emergency` gives the reason; the patient is bound to the context and
 * in no form.
 */
export const access: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  router.get(
    '/access',
    visits.page((visit, _request, response) => sendRefusal(response, visit, contextOf(visit))),
  )
  router.get(
    '/access/:id',
    visits.page(async (visit, request, response) => {
      const context = draftContext(visit, idOf(request))
      sendRefusal(response, visit, context, { call: await callOf(options, visit, context) })
    }),
  )
  router.post(
    '/access',
    visits.form((visit, request, response) => askByIdentity(options, visit, request, response)),
  )
  router.post(
    '/access/emergency',
    visits.form((visit, request, response) => openInEmergency(options, visit, request, response)),
  )
  return router
}

/**
 * Answers 403 with one text, whether or not a record exists (rule R10), and a form for an emergency that is bound to
 * this patient by a context: the one of the visit when it is the patient's, else a new one. Traces the refusal.
 */
export async function notEntitled(
  options: Pick<WebOptions, 'contexts' | 'traces'>,
  visit: Visit,
  response: Response,
  { patientId, reason }: Refused,
): Promise<void> {
  const context = await boundTo(options, visit, patientId)
  await traceRefusal(options, visit, response, patientId, reason)
  sendRefusal(response, { ...visit, context }, context)
}

/** The same after a form: leads to the page, so that one can come back to it; not before `steady`. */
export async function leadToRefusal(
  options: Pick<WebOptions, 'contexts' | 'traces'>,
  visit: Visit,
  response: Response,
  { patientId, reason }: Refused,
  steady?: Promise<unknown>,
): Promise<void> {
  const { id } = await boundTo(options, visit, patientId)
  await traceRefusal(options, visit, response, patientId, reason)
  await steady
  response.redirect(303, `/access?${new URLSearchParams({ [CONTEXT]: id })}`)
}

/** A context of the patient who was refused; that of the visit where it is about nobody else. */
async function boundTo(
  { contexts }: Pick<WebOptions, 'contexts'>,
  { session, context }: Visit,
  patientId: string | undefined,
): Promise<PageContext> {
  if (context !== undefined && context.patientId === patientId && context.draftId === undefined) return context
  return contexts.openFor(patientId, { session, context })
}

async function askByIdentity(options: WebOptions, visit: Visit, request: Request, response: Response): Promise<void> {
  const { session } = visit
  const steady = delay(STEADY)
  const asked = readStrictIdentity((name) => field(request, name))
  if (asked.traits === undefined) {
    response.status(400)
    const frame = { title: 'Demander un accès en urgence', trail: TRAIL }
    sendVisitPage(response, visit, 'strict-form', frame, strictForm(session.csrf, asked))
    return
  }
  const patientId = await holderOfIdentity(options.dcc, asked.traits)
  const decision = patientId === undefined ? NOBODY : await options.entitlements.access(session.professional, patientId)
  const fresh = { ...visit, context: undefined }
  if (!decision.allowed) return leadToRefusal(options, fresh, response, { patientId, reason: decision.reason }, steady)
  const context = await boundTo(options, fresh, patientId)
  response.redirect(303, sheetAddress(patientId ?? '', context.id))
}

const NOBODY: AccessDecision = { allowed: false, reason: 'unknown-patient', emergency: false }

async function openInEmergency(options: WebOptions, visit: Visit, request: Request, response: Response): Promise<void> {
  const context = contextOf(visit)
  const steady = delay(STEADY)
  const call = await callOf(options, visit, context)
  const asked = readReason((name) => field(request, name))
  if (asked.reason === undefined) {
    sendRefusal(response, visit, context, { asked, call })
    return
  }
  const address =
    options.calls === undefined || call === undefined
      ? await emergencyOf(options, visit, response, context, asked.reason)
      : (await options.calls.emergency(callVisit(visit, response), call.id, asked.reason))?.address
  if (address === undefined) {
    await steady
    return sendRefusal(response, visit, context, { refusedAgain: true, call })
  }
  response.redirect(303, address)
}

/** The call that was refused, where a context is that of one. */
async function callOf(
  { calls }: WebOptions,
  { session }: Visit,
  { draftId }: PageContext,
): Promise<CallOutcome | undefined> {
  if (calls === undefined || draftId === undefined) return undefined
  const outcome = await calls.outcome(draftId, session.uid)
  if (outcome.resolution.kind !== 'not-entitled') throw new SmartError('context.other-patient')
  return outcome
}

/** Opens the record of a context in an emergency: the address of its sheet, or undefined when it stays closed. */
async function emergencyOf(
  options: WebOptions,
  visit: Visit,
  response: Response,
  { id, patientId }: PageContext,
  reason: string,
): Promise<string | undefined> {
  if (patientId === undefined) {
    await traceRefusal(options, visit, response, undefined, 'unknown-patient')
    return undefined
  }
  const { allowed } = await options.entitlements.breakGlass(visit.session.professional, patientId, reason)
  return allowed ? sheetAddress(patientId, id) : undefined
}

interface Shown {
  asked?: TypedReason
  refusedAgain?: boolean
  /** Whom the page is about is what this call said: never what the record says. */
  call?: CallOutcome | undefined
}

function sendRefusal(
  response: Response,
  visit: Visit,
  { id }: PageContext,
  { asked, refusedAgain = false, call }: Shown = {},
): void {
  const page = {
    ...wayBack(visit),
    called: call && calledView(call),
    context: id,
    reasons: REASONS,
    typed: asked?.typed ?? { reason: '', words: '', told: '' },
    faults: asked?.faults ?? {},
    refusedAgain,
  }
  response.status(asked === undefined ? 403 : 400)
  sendVisitPage(response, visit, 'access', { title: TITLE, trail: TRAIL }, page)
}

function traceRefusal(
  { traces }: Pick<WebOptions, 'traces'>,
  { session, context }: Visit,
  response: Response,
  patientId: string | undefined,
  reason: RefusalReason,
): Promise<void> {
  return traces.record({
    kind: 'patient-refused',
    actor: session.professional.nationalId,
    client: context?.dpi?.id,
    patientId,
    detail: reason,
    requestId: requestIdOf(response),
  })
}
