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

/**
 * Registers the patient of a pre-filled sheet. The rules are asked again, with what the professional corrected: the
 * patient may have become known meanwhile, and of two who confirm at once one hears of it from the store.
 */
export async function confirmDraft(work: Work, visit: CallVisit, draft: Draft, form: DraftForm): Promise<Opened> {
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
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const resolution = await resolved(work, visit, call)
    if (resolution.kind !== 'unknown') {
      const opened = await lead(work, visit, call, resolution)
      await work.outcomes.remove(draft.id)
      return opened
    }
    const facts = { ...confirmation, topography: topography === '' ? undefined : topography, changed, requestId }
    const patientId = await registered(() => registerCalled(work.dcc, facts))
    if (patientId === undefined) continue
    const { insIgnored } = resolution
    const rule = draft.insUse === 'usable' && missingTraits(identity.traits).length === 0 ? 'R1' : 'R4'
    const opened = await lead(work, visit, call, { kind: 'match', rule, patientId, insIgnored })
    await work.outcomes.remove(draft.id)
    return opened
  }
  throw new SmartError('page.unavailable')
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
