import type { Patient } from '@medplum/fhirtypes'
import { type Request, type Response, Router } from 'express'
import { survivorOf } from '../dcc/persons.ts'
import type { Trace } from '../dcc/traces.ts'
import { UnitOfWork } from '../dcc/unit-of-work.ts'
import { requestIdOf } from '../http/request-id.ts'
import { practitionerOf } from '../smart/directory.ts'
import { SmartError } from '../smart/errors.ts'
import type { LaunchContext } from '../smart/launch-contexts.ts'
import type { AuthorizationRefusal, PendingAuthorization } from '../smart/oidc/pending.ts'
import { identityView } from './identity-view.ts'
import { rightsOf } from './interaction-rights.ts'
import { renderPage, sendPage } from './pages.ts'
import { type AskedQuery, NOTHING_ASKED, readQuery } from './patient-query.ts'
import { type Findings, findPatients } from './patient-search.ts'
import { field, type Pages, signedInAs, type Visit, type WebOptions } from './visit.ts'

/** One step of an authorization, with whoever answers it. */
interface Step {
  options: WebOptions
  visit: Visit
  pending: PendingAuthorization
  request: Request
  response: Response
}

/**
 * `/interaction/{uid}`: what a person is asked before an app is let in: to sign in, which patient it is about where the
 * launch does not say, and whether they agree. It ends at the app, with a code or without.
 */
export const interaction: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const step =
    (handler: (step: Step) => Promise<void>) => async (visit: Visit, request: Request, response: Response) => {
      const pending = await options.authorization.find({ request, response }, String(request.params.uid))
      await handler({ options, visit, pending, request, response })
    }
  router.get('/interaction/:uid', visits.page(step(begin)))
  router.post('/interaction/:uid/search', visits.form(step(searchPatient)))
  router.post('/interaction/:uid/patient', visits.form(step(choosePatient)))
  router.post('/interaction/:uid/decision', visits.form(step(decide)))
  return router
}

async function begin(step: Step): Promise<void> {
  const context = await launched(step)
  if (context === undefined) return refuse(step, { kind: 'call-refused', detail: 'launch' }, NO_LAUNCH)
  return goOn(step, context)
}

/** What the launch of this session is about; a patient who was merged meanwhile is the one who remains. */
async function launched({ options, visit, pending }: Step): Promise<LaunchContext | undefined> {
  const context = await options.authorization.launchOf(pending, visit.session)
  if (context?.patientId === undefined) return context
  return { ...context, patientId: await survivorOf(new UnitOfWork(options.dcc), context.patientId) }
}

/** The next thing to ask, or the end. */
async function goOn(step: Step, context: LaunchContext): Promise<void> {
  const { options, visit, pending } = step
  const { patientId } = context
  const { session } = visit
  if (patientId !== undefined) {
    const decision = await options.entitlements.access(session.professional, patientId)
    if (!decision.allowed) {
      return refuse(step, { kind: 'patient-refused', patientId, detail: decision.reason }, NOT_ALLOWED)
    }
  }
  const isAboutPatient = patientId === undefined && pending.scope.some((word) => ABOUT_PATIENT.test(word))
  if (!isAboutPatient && pending.client.consent === 'implied') return grant(step, context)
  await options.authorization.remember(pending, session, context)
  if (isAboutPatient) sendPicker(step, NOTHING_ASKED)
  else await sendConsent(step, context)
}

/** Scopes that give nothing without a patient; `launch/patient` is inferred from the others (smart-launch.md 1.5). */
const ABOUT_PATIENT = /^(launch\/patient$|patient\/)/

async function searchPatient(step: Step): Promise<void> {
  const { options, visit, request, response } = step
  const asked = readQuery((name) => field(request, name))
  if (asked.query === undefined) {
    response.status(400)
    return sendPicker(step, asked)
  }
  sendPicker(step, asked, await findPatients(options, visit.session.professional, asked.query))
}

async function choosePatient(step: Step): Promise<void> {
  const context = await launched(step)
  // Whom a launch is about is not to be changed; who was chosen here may be, until it is agreed to.
  const isGiven = context?.patientId !== undefined && step.pending.launch !== undefined
  if (context === undefined || isGiven) throw new SmartError('context.other-patient')
  const patientId = await survivorOf(new UnitOfWork(step.options.dcc), field(step.request, 'patient'))
  return goOn(step, { ...context, patientId })
}

async function decide(step: Step): Promise<void> {
  if (field(step.request, 'decision') === 'refuse')
    return refuse(step, { kind: 'call-refused', detail: 'consent' }, REFUSED)
  const context = await launched(step)
  if (context === undefined || field(step.request, 'decision') !== 'accept') throw new SmartError('form.invalid')
  // What was agreed to is what the page showed, whatever another tab has chosen since.
  if (field(step.request, 'patient') !== (context.patientId ?? '')) throw new SmartError('context.other-patient')
  const decision = await accessOf(step, context.patientId)
  if (decision !== undefined) return refuse(step, decision, NOT_ALLOWED)
  return grant(step, context)
}

/** Entitlement may have ended while the page was open. */
async function accessOf({ options, visit }: Step, patientId: string | undefined) {
  if (patientId === undefined) return undefined
  const decision = await options.entitlements.access(visit.session.professional, patientId)
  return decision.allowed ? undefined : ({ kind: 'patient-refused', patientId, detail: decision.reason } as const)
}

async function grant(step: Step, context: LaunchContext): Promise<void> {
  const { options, visit, pending, request, response } = step
  const { session } = visit
  const fhirUser = `Practitioner/${await practitionerOf(options.dcc, session.professional)}`
  const address = await options.authorization.grant({ request, response }, pending, { session, fhirUser, context })
  await trace(step, { kind: 'launch', patientId: context.patientId, detail: context.intent })
  response.redirect(303, address)
}

async function refuse(
  step: Step,
  refused: Partial<Trace> & Pick<Trace, 'kind'>,
  to: AuthorizationRefusal,
): Promise<void> {
  const { options, request, response } = step
  const address = await options.authorization.refuse({ request, response }, to)
  await trace(step, refused)
  response.redirect(303, address)
}

/** What the app is told: the same whether a patient is unknown, of others or opposed (rule R10). */
const NOT_ALLOWED = { error: 'access_denied', error_description: 'access is not allowed' } as const
const REFUSED = { error: 'access_denied', error_description: 'the person has refused' } as const
const NO_LAUNCH = {
  error: 'invalid_request',
  error_description: 'launch is unknown, used, expired or of another',
} as const

function trace(
  { options, visit, pending, response }: Step,
  { kind, patientId, detail }: Partial<Trace> & Pick<Trace, 'kind'>,
) {
  const actor = visit.session.professional.nationalId
  return options.traces.record({
    kind,
    actor,
    client: pending.client.id,
    patientId,
    detail,
    requestId: requestIdOf(response),
  })
}

function sendPicker({ visit, pending, response }: Step, { typed, faults }: AskedQuery, findings?: Findings): void {
  const page = { ...shown(pending, visit), typed, faults, findings }
  const frame = { title: 'Choisir le patient', signedIn: signedInAs(visit.session) }
  sendPage(response, renderPage('picker', frame, page), { leadsTo: pending.redirectUri })
}

async function sendConsent({ options, visit, pending, response }: Step, { patientId }: LaunchContext): Promise<void> {
  const state = patientId === undefined ? undefined : await options.dcc.store.patient(patientId)
  if (patientId !== undefined && state?.state !== 'current') throw new SmartError('context.unknown')
  const record: Patient | undefined = state?.state === 'current' ? JSON.parse(state.text) : undefined
  const page = {
    ...shown(pending, visit),
    rights: rightsOf(pending.scope),
    patientId: patientId ?? '',
    patient: record && identityView(record),
  }
  const frame = { title: 'Autoriser une application', signedIn: signedInAs(visit.session) }
  sendPage(response, renderPage('consent', frame, page), { leadsTo: pending.redirectUri })
}

function shown({ uid, client }: PendingAuthorization, { session }: Visit) {
  return { action: `/interaction/${uid}`, app: client.name, hospital: client.hospital, csrf: session.csrf }
}
