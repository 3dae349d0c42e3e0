import { isDeepStrictEqual } from 'node:util'
import type { Patient, PatientLink } from '@medplum/fhirtypes'
import { insOf } from '../french/identity.ts'
import { insAuthority } from '../french/ins.ts'
import { sameTraits, traitsOfPatient } from '../french/traits.ts'
import type { IdentifierKey, PatientState } from '../store/store.ts'
import { DccError } from './errors.ts'
import { bringPathways } from './pathways.ts'
import { keysOf, type PatientChange, statesOf, writeRecord } from './patient-record.ts'
import { alreadyMerged, revisePatient } from './patients.ts'
import { mergedInto, survivorOf } from './persons.ts'
import { separatePatient } from './separate.ts'
import type { UnitOfWork, Written } from './unit-of-work.ts'

/**
 * Changes a stored patient as the resource sent asks: a revision; the merge into the patient whom its link replaced-by
 * names (ITI-104 Resolve Duplicate, PIX-104-2); or, of a merged record sent as active again, the end of its merge.
 */
export async function changePatient(
  unit: UnitOfWork,
  current: PatientState,
  sent: Patient,
  change: PatientChange,
): Promise<Written> {
  const link = replacedBy(sent)
  if (current.mergedInto !== undefined) {
    return link === undefined
      ? separatePatient(unit, current, sent, change)
      : repeated(unit, current, sent, link, change)
  }
  return link === undefined
    ? revisePatient(unit, current, sent, { method: change.method })
    : mergePatient(unit, current, sent, link, change)
}

/**
 * Merges a patient into another one (docs/decisions/0011): the record becomes inactive and names its survivor, its
 * identifiers lead there, its documents stay where they are and are read with the survivor's. Nothing is lost of what a
 * separation needs. Two identities that contradict each other are never merged (design.md section 6, rule 1).
 */
async function mergePatient(
  unit: UnitOfWork,
  subsumed: PatientState,
  sent: Patient,
  link: FoundLink,
  { method, feed }: PatientChange,
): Promise<Written> {
  const survivor = await survivorNamed(unit, link)
  if (survivor.id === subsumed.id) throw notLegal(link)
  const [before, kept]: [Patient, Patient] = [JSON.parse(subsumed.text), JSON.parse(survivor.text)]
  refuseContradiction(before, kept)
  refuseContradiction(before, sent)
  refuseContradiction(kept, sent)
  if (feed !== undefined && kept.identifier?.some(({ system }) => system === feed.system) !== true) {
    throw new DccError('patient.merge-domain', { expression: link.expression })
  }
  for (const { id } of [subsumed, survivor]) unit.add({ kind: 'require-patient', id })
  const { store } = unit.context
  const [own, taken] = await Promise.all([mergedInto(store, subsumed.id), mergedInto(store, survivor.id)])
  await unite(unit, subsumed, survivor, own, taken)
  await movePathways(unit, [subsumed.id, ...own.map(({ id }) => id)], [survivor.id, ...taken.map(({ id }) => id)])
  const written = await writeRecord(
    unit,
    { ...before, active: false, link: [...(before.link ?? []), linkTo(survivor.id, 'replaced-by', link)] },
    { id: subsumed.id, expectedVersion: subsumed.version, method, mergedInto: survivor.id, held: false },
  )
  const records = [...taken, ...own].map(({ id }) => id)
  const survivorWritten = await writeRecord(
    unit,
    { ...kept, link: [...(kept.link ?? []), linkTo(subsumed.id, 'replaces')] },
    { id: survivor.id, expectedVersion: survivor.version, method, held: false, merged: [...records, subsumed.id] },
  )
  for (const { id, domain } of [{ id: subsumed.id, domain: feed?.system ?? '' }, ...own]) {
    unit.add({ kind: 'merge', survivorId: survivor.id, id, domain })
  }
  unit.event('patient.merged', subsumed.id, written)
  unit.event('patient.updated', survivor.id, survivorWritten)
  return written
}

/** Has every identifier that leads to the subsumed record lead to the survivor; what was read of merges must still hold. */
async function unite(
  unit: UnitOfWork,
  subsumed: PatientState,
  survivor: PatientState,
  own: readonly { id: string }[],
  taken: readonly { id: string }[],
): Promise<void> {
  unit.add({ kind: 'require-merges', patientId: subsumed.id, count: own.length })
  unit.add({ kind: 'require-merges', patientId: survivor.id, count: taken.length })
  const records = await statesOf(
    unit,
    own.map(({ id }) => id),
  )
  for (const { text } of [subsumed, ...records]) {
    for (const identifier of keysOf(JSON.parse(text))) {
      unit.add({ kind: 'release', directory: 'patient', ...identifier, id: subsumed.id })
      unit.add({ kind: 'claim', directory: 'patient', ...identifier, id: survivor.id })
    }
  }
}

/** Each side gains the pathways of the other: what is visible of one record of a person is visible of all. */
async function movePathways(
  unit: UnitOfWork,
  [subsumed = '', ...own]: readonly string[],
  [survivor = '', ...taken]: readonly string[],
): Promise<void> {
  const { store } = unit.context
  const [before, kept] = await Promise.all([store.pathways(subsumed), store.pathways(survivor)])
  unit.add({ kind: 'require-pathways', patientId: subsumed, count: before.length })
  unit.add({ kind: 'require-pathways', patientId: survivor, count: kept.length })
  for (const id of [survivor, ...taken]) bringPathways(unit, subsumed, before, id)
  for (const id of [subsumed, ...own]) bringPathways(unit, survivor, kept, id)
}

/**
 * The same merge told again changes nothing: a source that got no answer sends it twice. A change by id that would
 * alter the record besides is refused, not lost.
 */
async function repeated(
  unit: UnitOfWork,
  current: PatientState,
  sent: Patient,
  link: FoundLink,
  { feed }: PatientChange,
): Promise<Written> {
  const record: Patient = JSON.parse(current.text)
  const { reference } = link.other
  const key = keyOf(link)
  const survivor = await survivorOf(unit, current.id)
  const byNumber = key === undefined ? undefined : await unit.context.store.lookup('patient', key)
  const named = reference === undefined ? byNumber : await survivorOf(unit, reference.replace(/^Patient\//, ''))
  const itself = reference === `Patient/${current.id}` || (key !== undefined && holds(record, key))
  const altered = feed === undefined && !isDeepStrictEqual(withoutMeta(sent), withoutMeta(record))
  if (named !== survivor || itself || altered) throw alreadyMerged(survivor)
  const { id, version, text } = current
  return { type: 'Patient', id, version, updatedAt: record.meta?.lastUpdated ?? unit.startedAt, created: false, text }
}

function withoutMeta({ meta: _meta, ...patient }: Patient): Patient {
  return patient
}

interface FoundLink {
  other: NonNullable<PatientLink['other']>
  expression: string
}

/** The link by which a patient is replaced; refuses a resource that is still active or replaced by several. */
function replacedBy(sent: Patient): FoundLink | undefined {
  const links = (sent.link ?? []).flatMap(({ type, other }, index) =>
    type === 'replaced-by' ? [{ other: other ?? {}, expression: `Patient.link[${index}]` }] : [],
  )
  const [first, second] = links
  if (first === undefined) return undefined
  if (second !== undefined) throw notLegal(second)
  if (sent.active !== false) throw notLegal({ ...first, expression: 'Patient.active' })
  return first
}

/** The current patient whom a link names, by id or by an identifier of that very record. */
async function survivorNamed(unit: UnitOfWork, { other, expression }: FoundLink): Promise<PatientState> {
  const { store } = unit.context
  const key = keyOf({ other })
  const named = key === undefined ? undefined : await store.lookup('patient', key)
  const [, referred] = /^Patient\/([^/]+)$/.exec(other.reference ?? '') ?? []
  const id = referred ?? named
  const state = id === undefined ? undefined : await unit.patientState(id)
  if (state?.mergedInto !== undefined) throw alreadyMerged(await survivorOf(unit, state.id))
  // By id a hidden patient must not differ from an unknown one; an identity source knows whom it has sent.
  const hidden = referred !== undefined && state?.visible !== true
  if (state === undefined || state.state !== 'current' || hidden || (key !== undefined && named !== state.id)) {
    throw new DccError('patient.unknown', { expression: `${expression}.other` })
  }
  if (key !== undefined) {
    const merged = (await mergedInto(store, state.id)).filter(({ domain }) => domain === key.system)
    const states = await statesOf(
      unit,
      merged.map((record) => record.id),
    )
    if (states.some(({ text }) => holds(JSON.parse(text), key))) throw alreadyMerged(state.id)
  }
  return state
}

/** The identifier by which a link names the other record. */
function keyOf({ other }: Pick<FoundLink, 'other'>): IdentifierKey | undefined {
  const { system, value } = other.identifier ?? {}
  return system === undefined || value === undefined ? undefined : { system, value }
}

/** Whether a record has this identifier. */
export function holds(patient: Patient, key: IdentifierKey): boolean {
  return patient.identifier?.some(({ system, value }) => system === key.system && value === key.value) === true
}

/** Two identities with another matricule or another strict trait are two persons, whoever says otherwise. */
function refuseContradiction(one: Patient, other: Patient): void {
  const [ins, another] = [insOf(one), insOf(other)]
  const differing: string[] = sameTraits(traitsOfPatient(one), traitsOfPatient(other))
  if (ins !== undefined && another !== undefined && ins.value !== another.value) differing.unshift('matricule')
  if (differing.length > 0) throw new DccError('identity.conflict', { detail: { traits: differing.join(', ') } })
}

/** The link to the other record of a merge. An INS goes out with the identity it belongs to, never in a link. */
function linkTo(id: string, type: 'replaced-by' | 'replaces', named?: FoundLink): PatientLink {
  const key = named === undefined ? undefined : keyOf(named)
  const told = key !== undefined && insAuthority(key.system) === undefined
  return { other: { reference: `Patient/${id}`, ...(told ? { identifier: key } : {}) }, type }
}

function notLegal({ expression }: FoundLink): DccError {
  return new DccError('patient.merge', { expression })
}
