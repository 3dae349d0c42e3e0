import { setTimeout as delay } from 'node:timers/promises'
import { registerCalled } from '../../dcc/call/confirm.ts'
import { corrected, isNameable } from '../../dcc/call/corrections.ts'
import { pathwayStatus, TOPOGRAPHY } from '../../dcc/call/pathway-reasons.ts'
import { isDccError } from '../../dcc/errors.ts'
import { missingTraits } from '../../french/traits.ts'
import { isStoreError } from '../../store/errors.ts'
import { SmartError } from '../errors.ts'
import type { CallVisit, Draft, DraftForm, Opened } from './calls.ts'
import { lead, resolved } from './lead.ts'
import type { Work } from './work.ts'

/** How often somebody may be faster before we give up. */
const ATTEMPTS = 3
/** How often, and how many milliseconds each time, one waits for whoever is deciding about the same sheet. */
const PATIENCE = { times: 30, each: 100 }
/**
 * Seconds after which a confirmation that has not ended is over: for another one soon, since the number of the patient lets
 * one of two through; for giving up only when it can have stored nothing any more.
 */
const ABANDONED = { confirming: 2, cancelling: 30 }

/**
 * Registers the patient of a pre-filled sheet. The rules are asked again, with what the professional corrected: the
 * patient may have become known meanwhile, and of two who confirm at once one hears of it from the store.
 */
export async function confirmDraft(work: Work, visit: CallVisit, draft: Draft, form: DraftForm): Promise<Opened> {
  // What a DPI said that was shut out since is registered no more.
  if ((await work.dpis.find(draft.dpi.id)) === undefined) throw new SmartError('call.unknown-dpi')
  const status = pathwayStatus(form.reason)
  const topography = topographyOf(form.topography)
  if (status === undefined || topography === undefined) throw new SmartError('form.invalid')
  const correction = corrected(draft.identity, draft.insUse, form.fields)
  if (correction.kind === 'invalid') throw new SmartError('form.invalid')
  if (correction.kind === 'other-identity') throw new SmartError('draft.other-identity')
  const { identity, changed } = correction
  if (!isNameable(identity)) throw new SmartError('draft.identity-rules')
  const call = { ...draft, identity }
  const { professional } = visit.session
  const confirmation = { identity, use: draft.insUse, professional, dpi: draft.dpi.id, reason: form.reason, status }
  const { requestId } = visit
  let isTaken = false
  for (let attempt = 0, waited = 0; attempt < ATTEMPTS; ) {
    const resolution = await resolved(work, visit, call)
    if (resolution.kind !== 'unknown') {
      const opened = await lead(work, visit, call, resolution)
      await work.outcomes.remove(draft.id)
      return opened
    }
    isTaken ||= await work.outcomes.take(draft.id, ABANDONED.confirming)
    if (!isTaken) {
      // A second click, or somebody who gives the sheet up: who was first decides, and the rules tell what came of it.
      await work.outcomes.find(draft.id, draft.sessionUid)
      waited += 1
      if (waited > PATIENCE.times) break
      await delay(PATIENCE.each)
      continue
    }
    attempt += 1
    const facts = { ...confirmation, topography: topography === '' ? undefined : topography, changed, requestId }
    const patientId = await registered(() => registerCalled(work.dcc, facts)).catch(async (error: unknown) => {
      await work.outcomes.giveBack(draft)
      throw error
    })
    if (patientId === undefined) continue
    const { insIgnored } = resolution
    const rule = draft.insUse === 'usable' && missingTraits(identity.traits).length === 0 ? 'R1' : 'R4'
    const opened = await lead(work, visit, call, { kind: 'match', rule, patientId, insIgnored })
    await work.outcomes.remove(draft.id)
    return opened
  }
  if (!isTaken) throw new SmartError('page.uncertain')
  await work.outcomes.giveBack(draft)
  throw new SmartError('page.unavailable')
}

/** Throws a sheet away, unless somebody is confirming it: then what they did stands. */
export async function cancelDraft(
  { outcomes, traces }: Work,
  { session, requestId }: CallVisit,
  id: string,
): Promise<void> {
  for (let waited = 0; waited <= PATIENCE.times; waited += 1) {
    const { dpi } = await outcomes.find(id, session.uid)
    if (await outcomes.take(id, ABANDONED.cancelling)) {
      await outcomes.remove(id)
      const actor = session.professional.nationalId
      const facts = { actor, client: dpi.id, patientId: undefined, detail: undefined, requestId }
      return traces.record({ kind: 'draft-cancelled', ...facts })
    }
    await delay(PATIENCE.each)
  }
  throw new SmartError('page.uncertain')
}

/** The id of the new patient; undefined when somebody else was faster with one of the numbers. */
async function registered(register: () => Promise<string>): Promise<string | undefined> {
  try {
    return await register()
  } catch (error) {
    const isTaken = TAKEN.some((key) => isDccError(error, key)) || isStoreError(error, 'store.identifier-taken')
    if (isTaken) return undefined
    const isRule = isDccError(error, 'identity.rule') || isDccError(error, 'resource.invalid')
    throw isRule ? new SmartError('draft.identity-rules', { cause: error }) : error
  }
}

const TAKEN = ['identity.identifier-taken', 'identity.known', 'identity.conflict'] as const

/** A topography as CIM-10 writes it; '' for none, undefined for what is none. */
function topographyOf(text: string): string | undefined {
  const code = text
    .trim()
    .toUpperCase()
    .replace(/^([A-Z]\d{2})(\d{1,2})$/, '$1.$2')
  return code === '' || TOPOGRAPHY.test(code) ? code : undefined
}
