import { isRpps } from '../../french/rpps.ts'
import type { EntitlementChange, HabilitationRow, MembershipRow } from '../../store/entitlement.ts'
import { traceRow } from '../trace-row.ts'
import type { DccContext } from '../unit-of-work.ts'

/** What the administration of entitlements works with; each act is traced in its own commit. */
export type Administration = Pick<DccContext, 'store' | 'now'>

/** The national id (IDNPS) of a professional, by an RPPS or as it is; undefined when it cannot be one. */
export function nationalIdOf(given: { rpps: string } | { nationalId: string | undefined }): string | undefined {
  if ('rpps' in given) return isRpps(given.rpps) ? `8${given.rpps}` : undefined
  return given.nationalId !== undefined && /^[0-9A-Za-z][0-9A-Za-z./-]{0,63}$/.test(given.nationalId)
    ? given.nationalId
    : undefined
}

/** Grants a habilitation, or changes the one that the professional has for that structure ('': wherever). */
export async function grantHabilitation(
  context: Administration,
  granted: Pick<HabilitationRow, 'nationalId' | 'profile' | 'reach'> & Partial<HabilitationRow>,
): Promise<HabilitationRow> {
  const row: HabilitationRow = {
    structure: '',
    from: context.now().toISOString(),
    until: undefined,
    suspended: false,
    ...granted,
  }
  await act(context, 'habilitation add', row.nationalId, undefined, [{ kind: 'put-habilitation', ...row }])
  return row
}

/** Suspends, resumes or ends a habilitation; undefined when there is none. */
export async function changeHabilitation(
  context: Administration,
  { nationalId, structure = '' }: { nationalId: string; structure?: string },
  how: 'suspend' | 'resume' | 'remove',
): Promise<HabilitationRow | undefined> {
  const rows = await context.store.entitlement.habilitations(nationalId)
  const before = rows.find((row) => row.structure === structure)
  if (before === undefined) return undefined
  const at = context.now().toISOString()
  const ended = before.until !== undefined && before.until <= at ? before.until : at
  const row: HabilitationRow = {
    suspend: { ...before, suspended: true },
    resume: { ...before, suspended: false },
    remove: { ...before, until: ended },
  }[how]
  await act(context, `habilitation ${how}`, nationalId, undefined, [{ kind: 'put-habilitation', ...row }])
  return row
}

/** Puts a professional into the care team of a patient. Rejects with StoreError when the patient is not there. */
export async function addToCareTeam(
  context: Administration,
  member: Pick<MembershipRow, 'patientId' | 'nationalId'> & Partial<MembershipRow>,
): Promise<void> {
  const row: MembershipRow = {
    basis: 'care-team',
    role: undefined,
    reason: undefined,
    from: context.now().toISOString(),
    until: undefined,
    ...member,
  }
  await act(context, 'care-team add', row.nationalId, row.patientId, [{ kind: 'put-membership', ...row }])
}

/** Ends whatever has a professional in the care team of a patient, an emergency included. */
export async function removeFromCareTeam(
  context: Administration,
  { patientId, nationalId }: Pick<MembershipRow, 'patientId' | 'nationalId'>,
): Promise<void> {
  const at = context.now().toISOString()
  const change = { kind: 'end-memberships', patientId, nationalId, at } as const
  await act(context, 'care-team remove', nationalId, patientId, [change])
}

/** Keeps what a patient has decided of the sharing of the record. */
export async function recordChoice(
  context: Administration,
  patientId: string,
  decision: 'permit' | 'oppose',
): Promise<void> {
  const at = context.now().toISOString()
  const change = { kind: 'put-choice', patientId, purpose: 'dcc_share', decision, at } as const
  await act(context, `choice ${decision}`, undefined, patientId, [change])
}

/** Closes a record to a professional, or opens it again. */
export async function changeBlock(
  context: Administration,
  { patientId, nationalId }: Pick<MembershipRow, 'patientId' | 'nationalId'>,
  how: 'add' | 'remove',
): Promise<void> {
  const at = context.now().toISOString()
  const change =
    how === 'add'
      ? ({ kind: 'put-block', patientId, nationalId, from: at, until: undefined } as const)
      : ({ kind: 'end-block', patientId, nationalId, at } as const)
  await act(context, `block ${how}`, nationalId, patientId, [change])
}

/** One act of the administration: the change and its trace, in one commit. */
function act(
  { store, now }: Administration,
  name: string,
  nationalId: string | undefined,
  patientId: string | undefined,
  changes: readonly EntitlementChange[],
): Promise<void> {
  const detail = nationalId === undefined ? name : `${name} ${nationalId}`
  const trace = { kind: 'entitlement-changed', actor: undefined, client: undefined, patientId, detail } as const
  const row = traceRow({ ...trace, requestId: undefined }, now())
  return store.entitlement.commit([...changes, { kind: 'trace', trace: row }])
}
