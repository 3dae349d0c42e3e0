import type { Extension, Identifier, Patient } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import { holds } from '../dcc/merge.ts'
import { mergedInto } from '../dcc/persons.ts'
import { BIRTH_PLACE, IDENTITY_RELIABILITY } from '../french/fr-core/urls.ts'
import { insOf } from '../french/identity.ts'
import { isStatus, statusCodes } from '../french/identity-status.ts'
import { insAuthority } from '../french/ins.ts'
import { missingTraits, sameTraits, traitsOfPatient } from '../french/traits.ts'
import type { DccStore, IdentifierKey } from '../store/store.ts'

/**
 * ITI-104 Patient Identity Feed FHIR, Patient Identifier Cross-reference Manager (reference/ihe.md 4.2). A message is a
 * conditional interaction on one identifier; what it does to the record is in src/dcc (patients.ts, merge.ts,
 * separate.ts). Here is what a source may say about a record that it shares with others.
 */

/** The identifier of `Patient?identifier=system|value`; undefined for any other criteria. */
export function feedKeyOf(query: readonly (readonly [string, string])[]): IdentifierKey | undefined {
  const [pair, ...others] = query.filter(([name]) => !name.startsWith('_'))
  if (pair?.[0] !== 'identifier' || others.length > 0) return undefined
  const [, system, value] = /^([^|,\\]+)\|([^|,\\]+)$/.exec(pair[1]) ?? []
  return system === undefined || value === undefined ? undefined : { system, value }
}

/** PIX-104-1: the patient sent is the one of the address. Refuses with `identity.feed-identifier`. */
export function requireFedIdentifier(sent: Patient, key: IdentifierKey): void {
  if (!holds(sent, key)) throw new DccError('identity.feed-identifier', { expression: 'Patient.identifier' })
}

/**
 * PIX-104-1: what a record becomes when the source of one domain revises it. Identifiers of other domains stay (one
 * source for each domain), and a qualified identity stays what it is when the source knows the person without INS: its
 * number, status and strict traits. Refuses a source whose strict traits are another person's.
 */
export function fedRevision(before: Patient, sent: Patient, { system }: IdentifierKey): Patient {
  const qualified = insOf(before) !== undefined && insOf(sent) === undefined
  const kept = (before.identifier ?? []).filter(
    (one) => one.system !== system && !contains(sent, one) && (qualified || insAuthority(one.system) === undefined),
  )
  const identifier = [...(sent.identifier ?? []), ...kept]
  return { ...(qualified ? withIdentityOf(before, sent) : sent), identifier }
}

/**
 * PIX-104-1, "add" of a number of somebody whom another domain has sent: the same INS and every strict trait make it
 * the same person, and the number is added to the record. Gives the id of that record.
 */
export async function knownPerson(store: DccStore, sent: Patient): Promise<string | undefined> {
  const { system, value } = insOf(sent) ?? {}
  if (system === undefined || value === undefined) return undefined
  const holder = await store.lookup('patient', { system, value })
  const state = holder === undefined ? undefined : await store.patient(holder)
  if (state?.state !== 'current') return undefined
  const [held, named] = [traitsOfPatient(JSON.parse(state.text)), traitsOfPatient(sent)]
  const unproved = [...missingTraits(held), ...missingTraits(named), ...sameTraits(held, named)]
  return unproved.length === 0 ? state.id : undefined
}

/**
 * The record that an identity source means by one of its numbers: the record that was merged, when it is the number
 * whose source told of the merge, or the patient who holds the number today. A source may end its merge by that number,
 * and must not change the survivor by it.
 */
export async function recordMeant(store: DccStore, holderId: string, key: IdentifierKey): Promise<string> {
  for (const { id, domain } of await mergedInto(store, holderId)) {
    if (domain !== key.system) continue
    const state = await store.patient(id)
    if (state !== undefined && holds(JSON.parse(state.text), key)) return id
  }
  return holderId
}

function contains(patient: Patient, { system, value }: Identifier): boolean {
  return patient.identifier?.some((one) => one.system === system && one.value === value) === true
}

/** The patient sent with the qualified identity that is known; what says that the identity is doubtful is kept. */
function withIdentityOf(before: Patient, sent: Patient): Patient {
  const differing = sameTraits(traitsOfPatient(before), traitsOfPatient(sent))
  if (differing.length > 0) throw new DccError('identity.conflict', { detail: { traits: differing.join(', ') } })
  const official = (before.name ?? []).filter(({ use }) => use === 'official')
  const others = (sent.name ?? []).filter(({ use }) => use !== 'official')
  const extension = [
    ...(sent.extension ?? []).filter((one) => !ofIdentity(one) || isDoubt(one)),
    ...(before.extension ?? []).filter(ofIdentity),
  ]
  return {
    ...sent,
    name: [...official, ...others],
    ...(before.gender === undefined ? {} : { gender: before.gender }),
    ...(before.birthDate === undefined ? {} : { birthDate: before.birthDate }),
    extension,
  }
}

function ofIdentity({ url }: Extension): boolean {
  return url === BIRTH_PLACE || url === IDENTITY_RELIABILITY
}

/** An attribute of the identity (doubtful, fictitious…), not one of its four statuses: it must be judged, not dropped. */
function isDoubt(extension: Extension): boolean {
  return statusCodes({ resourceType: 'Patient', extension: [extension] }).some((code) => !isStatus(code))
}
