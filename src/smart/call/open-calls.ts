import { discordWithRecord } from '../../dcc/call/chosen.ts'
import { type CalledIdentity, insUse } from '../../dcc/call/identity.ts'
import type { Resolution } from '../../dcc/call/resolution.ts'
import type { Entitlements } from '../../dcc/entitlement/model.ts'
import { survivorOf } from '../../dcc/persons.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { SmartError } from '../errors.ts'
import { callPage } from './addresses.ts'
import type { CallRequest } from './call-request.ts'
import type { CallOutcome, Calls, CallVisit, Draft, Opened } from './calls.ts'
import { cancelDraft, confirmDraft } from './confirm-draft.ts'
import { callingDpi } from './dpis.ts'
import { lead, resolved } from './lead.ts'
import { openOutcomes } from './outcomes.ts'
import { traceResolution } from './trace-resolution.ts'
import type { CallFacts, CallsOptions, Work } from './work.ts'

/** Calls, and how a door opens one. */
export interface OpenCalls extends Calls {
  /**
   * Opens a call for who has signed in: authentication first, resolution second. Rejects with SmartError
   * `call.other-user`, `call.unknown-dpi` or `call.wrong-domain`; nothing is opened then.
   */
  open(visit: CallVisit, request: CallRequest): Promise<Opened>
}

/** The calls of a record. */
export function openCalls(options: CallsOptions): OpenCalls {
  const work: Work = { ...options, outcomes: openOutcomes(options.dcc.store.authorization, options.now) }
  const { outcomes } = work
  const draft = async (id: string, sessionUid: string): Promise<Draft> => {
    const outcome = await outcomes.find(id, sessionUid)
    if (!isDraft(outcome)) throw new SmartError('draft.gone')
    return outcome
  }
  return {
    open: (visit, request) => open(work, visit, request),
    outcome: (id, sessionUid) => outcomes.find(id, sessionUid),
    draft,
    confirmDraft: async (visit, id, form) => confirmDraft(work, visit, await draft(id, visit.session.uid), form),
    cancelDraft: (visit, id) => cancelDraft(work, visit, id),
    async choose(visit, id, patientId, verified) {
      const outcome = await outcomes.find(id, visit.session.uid)
      if (outcome.origin === 'form' && !verified) throw new SmartError('call.unverified')
      return choose(work, visit, outcome, patientId)
    },
    async emergency(visit, id, reason) {
      return emergency(work, visit, await outcomes.find(id, visit.session.uid), reason)
    },
  }
}

async function open(work: Work, visit: CallVisit, request: CallRequest): Promise<Opened> {
  const { session, requestId } = visit
  const { professional } = session
  const dpi = await work.dpis.find(request.dpiId)
  const refuse = async (key: 'call.other-user' | 'call.unknown-dpi' | 'call.wrong-domain'): Promise<never> => {
    const facts = { actor: professional.nationalId, client: request.dpiId, patientId: undefined, requestId }
    await work.traces.record({ kind: 'call-refused', ...facts, detail: key })
    throw new SmartError(key)
  }
  if (dpi === undefined) return refuse('call.unknown-dpi')
  if (request.subject !== undefined && !isSubject(request.subject, professional)) return refuse('call.other-user')
  const facts = {
    sessionUid: session.uid,
    dpi: callingDpi(dpi, request.returnUrl),
    origin: request.door,
    intent: request.intent,
    declined: [],
  }
  if (request.identity === undefined) return search(work, visit, { ...facts, identity: NOBODY, insUse: 'none' })
  const policy = { domain: work.dcc.insDomain, believed: dpi.ins_believed === true }
  const use = insUse(request.identity, policy)
  if (use === 'other-domain') return refuse('call.wrong-domain')
  const call: CallFacts = { ...facts, identity: request.identity, insUse: use }
  if (request.door === 'form') return lead(work, visit, call, { kind: 'hints' })
  return lead(work, visit, call, await resolved(work, visit, call))
}

const NOBODY: CalledIdentity = {
  ins: undefined,
  ipp: undefined,
  traits: {},
  usedFamily: undefined,
  usedGiven: undefined,
  corrected: [],
}

/** Whether a call is for this professional: by the national id, or by the RPPS that is most of it. */
function isSubject(subject: string, { nationalId, rpps }: { nationalId: string; rpps: string | undefined }): boolean {
  return subject === nationalId || (rpps !== undefined && subject === rpps)
}

/** A call without patient: the search, for a professional who is known. */
async function search(work: Work, visit: CallVisit, call: CallFacts): Promise<Opened> {
  const { sessionUid, dpi, origin, intent } = call
  await traceResolution(work, visit, call, { kind: 'hints' })
  const nobody = { patientId: undefined, draftId: undefined, unqualified: false }
  const context = await work.contexts.open({ sessionUid, origin, dpi, intent, ...nobody })
  return { kind: 'search', context, address: callPage('search', context) }
}

async function choose(
  work: Work,
  visit: CallVisit,
  outcome: CallOutcome,
  patientId: string | undefined,
): Promise<Opened> {
  const { resolution } = outcome
  const offered = resolution.kind === 'candidates' ? resolution.candidates.map((one) => one.patientId) : undefined
  if (patientId === undefined) {
    if (offered === undefined) throw new SmartError('form.invalid')
    const call = { ...outcome, declined: [...outcome.declined, ...offered] }
    return lead(work, visit, call, await resolved(work, visit, call))
  }
  const isSearched = resolution.kind === 'hints' || resolution.kind === 'search'
  if (!isSearched && offered?.includes(patientId) !== true) throw new SmartError('form.invalid')
  return lead(work, visit, outcome, await picked(work, visit, outcome, patientId))
}

/** What becomes of a record that a person chose: it is opened if they may see it and no trait contradicts the call. */
async function picked(
  { entitlements, dcc }: Work,
  { session }: CallVisit,
  { resolution, identity, insUse: use }: CallOutcome,
  chosen: string,
): Promise<Resolution> {
  const insIgnored = 'insIgnored' in resolution ? resolution.insIgnored : undefined
  // The list may be older than a merge: who stands for the person today is compared (R9).
  const patientId = await survivorOf(new UnitOfWork(dcc), chosen)
  const { allowed } = await entitlements.access(session.professional, patientId)
  if (!allowed) return { kind: 'not-entitled', rule: 'R10', patientId, chosen: true, insIgnored }
  const differing = await discordWithRecord(dcc.store, identity, use, patientId)
  if (differing.length > 0) return { kind: 'conflict', rule: 'R5', differing, patientIds: [patientId], insIgnored }
  // Chosen by a person, proved by no number: the page says so, as after a match by the hospital's own number.
  return { kind: 'match', rule: 'R4', patientId, insIgnored }
}

/**
 * What the rules say now of a call that was refused. What was chosen stays chosen; an unsigned call is never held to the
 * rules, which would open what nobody proved.
 */
async function asked(work: Work, visit: CallVisit, outcome: CallOutcome): Promise<CallOutcome['resolution']> {
  const { resolution, origin } = outcome
  if (resolution.kind === 'not-entitled' && resolution.chosen === true && resolution.patientId !== undefined) {
    return picked(work, visit, outcome, resolution.patientId)
  }
  return origin === 'form' ? { kind: 'hints' } : resolved(work, visit, outcome)
}

/**
 * The rules first, as if the emergency had been granted: only a record that they would open is broken into. A conflict is
 * told, because who declares an emergency could see the record, and nobody is let into it.
 */
async function emergency(
  work: Work,
  visit: CallVisit,
  outcome: CallOutcome,
  reason: string,
): Promise<Opened | undefined> {
  if (outcome.resolution.kind !== 'not-entitled') throw new SmartError('context.other-patient')
  const { professional } = visit.session
  const { entitlements, traces } = work
  const granted: Entitlements['access'] = async (asking, patientId) => {
    const decision = await entitlements.access(asking, patientId)
    return !decision.allowed && decision.emergency ? { allowed: true, basis: 'emergency' } : decision
  }
  const resolution = await asked({ ...work, entitlements: { ...entitlements, access: granted } }, visit, outcome)
  const refused = (patientId: string | undefined, detail: string) => {
    const facts = { actor: professional.nationalId, client: outcome.dpi.id, requestId: visit.requestId }
    return traces.record({ kind: 'patient-refused', ...facts, patientId, detail: `emergency: ${detail}` })
  }
  switch (resolution.kind) {
    case 'match': {
      const { allowed } = await entitlements.breakGlass(professional, resolution.patientId, reason)
      return allowed ? lead(work, visit, outcome, resolution) : undefined
    }
    case 'conflict':
      for (const patientId of resolution.patientIds) await refused(patientId, resolution.rule)
      return lead(work, visit, outcome, resolution)
    case 'not-entitled': {
      const { patientId, behind } = resolution
      const decision = patientId === undefined ? undefined : await entitlements.access(professional, patientId)
      await refused(patientId, behind ?? (decision?.allowed === false ? decision.reason : 'unknown-patient'))
      return undefined
    }
    default:
      // Of whom the rules know nobody any more, only what may be seen anyway is told.
      return lead(work, visit, outcome, await asked(work, visit, outcome))
  }
}

function isDraft(outcome: CallOutcome): outcome is Draft {
  return outcome.resolution.kind === 'unknown'
}
