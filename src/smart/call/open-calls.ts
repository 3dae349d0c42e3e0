import { discordWithRecord } from '../../dcc/call/chosen.ts'
import { type CalledIdentity, insUse } from '../../dcc/call/identity.ts'
import { SmartError } from '../errors.ts'
import { callPage } from './addresses.ts'
import type { CallRequest } from './call-request.ts'
import type { CallOutcome, Calls, CallVisit, Draft, Opened } from './calls.ts'
import { confirmDraft } from './confirm-draft.ts'
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
  const { outcomes, traces } = work
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
    async cancelDraft({ session, requestId }, id) {
      const { dpi } = await outcomes.find(id, session.uid)
      await outcomes.remove(id)
      const actor = session.professional.nationalId
      const facts = { actor, client: dpi.id, patientId: undefined, detail: undefined, requestId }
      await traces.record({ kind: 'draft-cancelled', ...facts })
    },
    choose: async (visit, id, patientId) => choose(work, visit, await outcomes.find(id, visit.session.uid), patientId),
    async again(visit, id) {
      return again(work, visit, await outcomes.find(id, visit.session.uid))
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
  return pick(work, visit, outcome, patientId)
}

/** Opens a record that a person chose, if they may see it and no trait contradicts the call. */
async function pick(work: Work, visit: CallVisit, outcome: CallOutcome, patientId: string): Promise<Opened> {
  const { resolution } = outcome
  const insIgnored = 'insIgnored' in resolution ? resolution.insIgnored : undefined
  const { allowed } = await work.entitlements.access(visit.session.professional, patientId)
  if (!allowed) {
    return lead(work, visit, outcome, { kind: 'not-entitled', rule: 'R10', patientId, chosen: true, insIgnored })
  }
  const differing = await discordWithRecord(work.dcc.store, outcome.identity, patientId)
  if (differing.length > 0) {
    const patientIds = [patientId]
    return lead(work, visit, outcome, { kind: 'conflict', rule: 'R5', differing, patientIds, insIgnored })
  }
  // Chosen by a person, proved by no number: the page says so, as after a match by the hospital's own number.
  return lead(work, visit, outcome, { kind: 'match', rule: 'R4', patientId, insIgnored })
}

/** What was chosen stays chosen; an unsigned call is never held to the rules, which would open what nobody proved. */
async function again(work: Work, visit: CallVisit, outcome: CallOutcome): Promise<Opened> {
  const { resolution, origin } = outcome
  if (resolution.kind === 'not-entitled' && resolution.chosen === true && resolution.patientId !== undefined) {
    return pick(work, visit, outcome, resolution.patientId)
  }
  return lead(work, visit, outcome, origin === 'form' ? { kind: 'hints' } : await resolved(work, visit, outcome))
}

function isDraft(outcome: CallOutcome): outcome is Draft {
  return outcome.resolution.kind === 'unknown'
}
