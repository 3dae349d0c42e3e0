import { type Request, type Response, Router } from 'express'
import type { AccessDecision, RefusalReason } from '../dcc/entitlement/model.ts'
import { requestIdOf } from '../http/request-id.ts'
import { SmartError } from '../smart/errors.ts'
import type { PageContext } from '../smart/page-contexts.ts'
import { REASONS, readReason, type TypedReason } from './emergency-reason.ts'
import type { Pages } from './open.ts'
import { renderPage, sendPage } from './pages.ts'
import { holderOfIdentity, readStrictIdentity, strictForm } from './strict-identity.ts'
import { field, sheetAddress, signedInAs, type Visit, type WebOptions } from './visit.ts'

/** What a page of refusal works with. */
type Needs = Pick<WebOptions, 'contexts' | 'traces'>

/** Whom an access was refused to: undefined where nobody is known under what was asked; the page is the same. */
export interface Refused {
  patientId: string | undefined
  /** For the trace only. */
  reason: RefusalReason
}

const TITLE = 'Accès non autorisé'
const TRAIL = [{ label: 'Accueil', href: '/' }]

/**
 * `/access`: the neutral page of rule R10 and its form for an emergency. `POST /access` asks by strict identity,
 * `POST /access/emergency` gives the reason; the patient is bound to the context and in no form.
 */
export const access: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  router.get(
    '/access',
    visits.page((visit, _request, response) => sendRefusal(response, visit, contextOf(visit))),
  )
  router.post(
    '/access',
    visits.form((visit, request, response) => askByIdentity(options, visit, request, response)),
  )
  router.post(
    '/access/emergency',
    visits.form((visit, request, response) => breakGlass(options, visit, request, response)),
  )
  return router
}

/**
 * Answers 403 with one text, whether or not a record exists (rule R10), and a form for an emergency that is bound to
 * this patient by a context: the one of the visit when it is the patient's, else a new one. Traces the refusal.
 */
export async function notEntitled(
  options: Needs,
  visit: Visit,
  response: Response,
  { patientId, reason }: Refused,
): Promise<void> {
  const context = await boundTo(options, visit, patientId)
  await trace(options, visit, response, context, 'patient-refused', reason)
  sendRefusal(response, visit, context)
}

/** A context of the patient who was refused; that of the visit where it is about nobody else. */
async function boundTo({ contexts }: Needs, { session, context }: Visit, patientId: string | undefined) {
  if (context !== undefined && context.patientId === patientId && context.draftId === undefined) return context
  return contexts.open({
    sessionUid: session.uid,
    origin: context?.origin ?? 'search',
    patientId,
    draftId: undefined,
    dpi: context?.dpi,
    intent: context?.intent,
    unqualified: context?.unqualified ?? false,
  })
}

async function askByIdentity(options: WebOptions, visit: Visit, request: Request, response: Response): Promise<void> {
  const { session } = visit
  const asked = readStrictIdentity((name) => field(request, name))
  if (asked.traits === undefined) {
    response.status(400)
    const frame = { title: 'Demander un accès en urgence', trail: TRAIL, signedIn: signedInAs(session) }
    sendPage(response, renderPage('strict-form', frame, strictForm(session.csrf, asked)))
    return
  }
  const patientId = await holderOfIdentity(options.dcc, asked.traits)
  const decision: AccessDecision =
    patientId === undefined
      ? { allowed: false, reason: 'unknown-patient', emergency: false }
      : await options.entitlements.access(session.professional, patientId)
  if (!decision.allowed) return notEntitled(options, visit, response, { patientId, reason: decision.reason })
  const context = await boundTo(options, { ...visit, context: undefined }, patientId)
  response.redirect(303, sheetAddress(patientId ?? '', context.id))
}

async function breakGlass(options: WebOptions, visit: Visit, request: Request, response: Response): Promise<void> {
  const context = contextOf(visit)
  const asked = readReason((name) => field(request, name))
  if (asked.reason === undefined) {
    response.status(400)
    sendRefusal(response, visit, context, { asked })
    return
  }
  const { professional } = visit.session
  const { patientId } = context
  const decision: AccessDecision =
    patientId === undefined
      ? { allowed: false, reason: 'unknown-patient', emergency: false }
      : await options.entitlements.breakGlass(professional, patientId, asked.reason)
  if (decision.allowed && patientId !== undefined) {
    response.redirect(303, sheetAddress(patientId, context.id))
    return
  }
  const reason = decision.allowed ? 'unknown-patient' : decision.reason
  await trace(options, visit, response, context, 'patient-refused', reason)
  sendRefusal(response, visit, context, { refusedAgain: true })
}

function sendRefusal(
  response: Response,
  { session }: Visit,
  context: PageContext,
  { asked, refusedAgain = false }: { asked?: TypedReason; refusedAgain?: boolean } = {},
): void {
  const { dpi } = context
  const frame = { title: TITLE, trail: TRAIL, signedIn: signedInAs(session) }
  const page = {
    csrf: session.csrf,
    context: context.id,
    dpi: dpi?.name,
    returnUrl: dpi?.returnUrl,
    reasons: REASONS,
    typed: asked?.typed ?? { reason: '', words: '', told: '' },
    faults: asked?.faults ?? {},
    refusedAgain,
  }
  if (asked === undefined) response.status(403)
  sendPage(response, renderPage('access', frame, page), { frameOrigins: dpi?.frameOrigins ?? [] })
}

function trace(
  { traces }: Needs,
  { session, context: opened }: Visit,
  response: Response,
  { patientId, dpi }: PageContext,
  kind: 'patient-refused',
  detail: string,
): Promise<void> {
  return traces.record({
    kind,
    actor: session.professional.nationalId,
    client: dpi?.id ?? opened?.dpi?.id,
    patientId,
    detail,
    requestId: requestIdOf(response),
  })
}

function contextOf({ context }: Visit): PageContext {
  if (context === undefined) throw new SmartError('context.unknown')
  return context
}
