import { missingTraits, type StrictTraits, type TraitName } from '../../french/traits.ts'
import type { IdentifierKey } from '../../store/store.ts'
import { type CalledIdentity, type InsUse, unproved } from './identity.ts'
import type { Resolution } from './resolution.ts'
import { differingTraits, discordantTraits } from './traits.ts'

/** A record of the store, as the rules see it. */
export interface KnownRecord {
  id: string
  state: 'current' | 'deleted' | 'merged'
  mergedInto: string | undefined
  traits: StrictTraits
  /** The current official INS, if the record has one. */
  ins: IdentifierKey | undefined
  /** Whether the professional who has signed in may open it. */
  entitled: boolean
}

/** What the store knows of whom a DPI calls for. */
export interface CallFacts {
  /** Holder of the INS; undefined when nobody holds it, or when it may not be used (R3). */
  byIns: string | undefined
  /** Holder of the number of the hospital. */
  byIpp: string | undefined
  /** Records whose strict traits are alike. */
  byTraits: readonly string[]
  /** All of them, and those that merges lead to. */
  records: ReadonlyMap<string, KnownRecord>
  /** Candidates of whom the professional has said that none is the patient. */
  declined: readonly string[]
}

/**
 * The rules of smart-launch.md 4.3 in their order. Whatever would tell of a record that the professional may not open,
 * a conflict with it included, is the one answer of R10 (docs/decisions/0018).
 */
export function resolveCall(identity: CalledIdentity, use: InsUse, facts: CallFacts): Resolution {
  const insIgnored = use === 'usable' || use === 'none' ? undefined : use
  const byIns = use === 'usable' ? survivorOf(facts, facts.byIns) : undefined
  const byIpp = survivorOf(facts, facts.byIpp)
  if (byIns !== undefined && byIpp !== undefined && byIns.id !== byIpp.id) {
    return conflict('R6', ['identifiers'], [byIns, byIpp])
  }
  if (byIns !== undefined) return matched('R1', 'R2', byIns)
  if (byIpp !== undefined) {
    return holdsAnotherIns(identity, use, byIpp.ins)
      ? conflict('R5', ['identifiers'], [byIpp])
      : matched('R4', 'R5', byIpp)
  }
  const alike = candidates()
  if (alike.length > 0) return { kind: 'candidates', rule: 'R7', candidates: alike, insIgnored }
  if (!isNumbered() || unproved(identity.traits).length > 0) return { kind: 'search', rule: 'R7', insIgnored }
  return { kind: 'unknown', rule: 'R8', insIgnored }

  function matched(equal: 'R1' | 'R4', differs: 'R2' | 'R5', record: KnownRecord): Resolution {
    const differing = discordantTraits(identity.traits, record.traits)
    if (differing.length > 0) return conflict(differs, differing, [record])
    if (!record.entitled) return notEntitled(record.id, undefined)
    return { kind: 'match', rule: equal, patientId: record.id, insIgnored }
  }

  function conflict(
    rule: 'R2' | 'R5' | 'R6',
    differing: readonly (TraitName | 'identifiers')[],
    records: readonly KnownRecord[],
  ): Resolution {
    const hidden = records.find(({ entitled }) => !entitled)
    if (hidden !== undefined) return notEntitled(hidden.id, rule)
    return { kind: 'conflict', rule, differing, patientIds: records.map(({ id }) => id), insIgnored }
  }

  function notEntitled(patientId: string, behind: 'R2' | 'R5' | 'R6' | undefined): Resolution {
    return { kind: 'not-entitled', rule: 'R10', patientId, behind, insIgnored }
  }

  /** R7: only those whom the professional may open anyway, and whom no number of the call rules out. */
  function candidates(): { patientId: string }[] {
    if (unproved(identity.traits).length > 0) return []
    const records = facts.byTraits.map((id) => survivorOf(facts, id)).filter((record) => record !== undefined)
    const fitting = records.filter(
      (record) =>
        record.entitled &&
        !facts.declined.includes(record.id) &&
        !holdsAnotherIns(identity, use, record.ins) &&
        differingTraits(identity.traits, record.traits).length === 0,
    )
    return [...new Set(fitting.map(({ id }) => id))].sort().map((patientId) => ({ patientId }))
  }

  /** Somebody without any number could be registered twice at once, and never be found again by the hospital. */
  function isNumbered(): boolean {
    return (use === 'usable' && missingTraits(identity.traits).length === 0) || identity.ipp !== undefined
  }
}

/**
 * Whether a record has another INS than the one that was called for: two qualified numbers of one authority are two
 * persons; a waiting number and the final one may be one person's.
 */
export function holdsAnotherIns(identity: CalledIdentity, use: InsUse, held: IdentifierKey | undefined): boolean {
  const called = use === 'usable' ? identity.ins : undefined
  return called !== undefined && held?.system === `urn:oid:${called.oid}` && held.value !== called.value
}

/** R9: the record that stands for the person today, through chains of merges; undefined when it is no longer there. */
export function survivorOf({ records }: Pick<CallFacts, 'records'>, id: string | undefined): KnownRecord | undefined {
  const seen = new Set<string>()
  for (let at = id; at !== undefined && !seen.has(at); ) {
    seen.add(at)
    const record = records.get(at)
    if (record?.state === 'current') return record
    at = record?.state === 'merged' ? record.mergedInto : undefined
  }
  return undefined
}
