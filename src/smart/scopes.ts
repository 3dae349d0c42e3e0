import type { Access, Restriction, Verdict } from '../fhir/access.ts'
import { DIRECTORIES, isRefusedToPeople, type Letter, needOf } from './interactions.ts'
import { firstVersion, formatScope, MOST_CRITERIA, MOST_SCOPES, type ResourceScope } from './scope-grammar.ts'

export { formatScope, type ParsedScopes, parseScopes, type ResourceScope, ScopeError } from './scope-grammar.ts'

/** What is known of a caller besides the scopes. */
export interface CallerFacts {
  /** `system`: a back end that acts for itself; `user`: a client that acts for somebody who has signed in. */
  kind: 'system' | 'user'
  /** The patient of the launch context: `patient/` scopes are limited to them and give nothing without one. */
  patient?: string
  /** `Practitioner/id` when `fhirUser` was granted: users may read their own entry whatever the scopes (1.7). */
  fhirUser?: string
  /** How far the habilitation of the professional reaches. */
  reach?: 'care-team' | 'region'
}

/**
 * What scopes allow of an access (smart-launch.md 1.6): scopes add up, letters and search restrictions included. Where
 * the compartment of the resource is known, only what remains to be looked at is left in the answer.
 */
export function allows(scopes: readonly ResourceScope[], access: Access & { caller: CallerFacts }): Verdict {
  const need = needOf(access.interaction, access.type)
  if (need === undefined) return NOT_IN_SCOPE
  const { letter, on, wholeRegistry } = need
  if (letter === undefined || isOwnEntry(access)) return ALLOWED
  const { reach } = access.caller
  if (reach !== undefined && isRefusedToPeople(access.interaction, access.type, reach)) return NOT_IN_SCOPE
  const given = scopes.flatMap((scope) => restrictionsOf(scope, letter, on, access))
  if (given.some(isOpen)) return ALLOWED
  if (given.length === 0 || wholeRegistry === true) return NOT_IN_SCOPE
  const { compartment } = access
  if (compartment === undefined) return { kind: 'restricted', alternatives: distinct(given) }
  const own = given.filter(({ patient }) => patient === undefined || patient === compartment)
  if (own.length === 0) return { kind: 'refused', key: 'auth.compartment' }
  const left = distinct(own.map(({ criteria }) => ({ criteria })))
  return left.some(isOpen) ? ALLOWED : { kind: 'restricted', alternatives: left }
}

/**
 * `allows` for one caller, who asks the same of the same types again and again, several times a request: worked out once
 * for each interaction and type. A single resource makes a difference only as one's own entry, or by its compartment.
 */
export function verdictsOf(scopes: readonly ResourceScope[], caller: CallerFacts): (access: Access) => Verdict {
  const known = new Map<string, Map<string, Verdict>>()
  return (access) => {
    const { interaction, type, id, compartment } = access
    const isOwn = id !== undefined && caller.fhirUser?.endsWith(id) === true
    if (compartment !== undefined || isOwn) return allows(scopes, { ...access, caller })
    const ofTypes = known.get(interaction) ?? new Map<string, Verdict>()
    const before = ofTypes.get(type)
    if (before !== undefined) return before
    const verdict = allows(scopes, { interaction, type, caller })
    known.set(interaction, ofTypes.set(type, verdict))
    return verdict
  }
}

/**
 * What a client gets of the scopes that it asks for: what its registration (or who consents) allows of each. A scope of
 * the first version stays one when it is granted whole.
 */
export function narrowed(requested: readonly ResourceScope[], allowed: readonly ResourceScope[]): ResourceScope[] {
  const granted = new Map<string, ResourceScope>()
  for (const asked of requested) {
    for (const limit of allowed) {
      const common = intersection(asked, limit)
      // A text with more of them could not be read again: granting less is legal.
      if (common !== undefined && granted.size < MOST_SCOPES) granted.set(formatScope(common), common)
    }
  }
  return [...granted.values()]
}

const ALLOWED: Verdict = { kind: 'allowed' }
const NOT_IN_SCOPE: Verdict = { kind: 'refused', key: 'auth.scope' }

/** What a scope gives of a letter on a type: nothing, or one restriction. */
function restrictionsOf(
  { level, type, letters, criteria }: ResourceScope,
  letter: Letter,
  on: string,
  { caller, interaction, type: address }: Access & { caller: CallerFacts },
): Restriction[] {
  if ((type !== '*' && type !== on) || !letters.includes(letter)) return []
  if ((level === 'system') !== (caller.kind === 'system')) return []
  if (level !== 'patient') return [{ criteria }]
  if (caller.patient === undefined) return []
  // The directories are nobody's in particular: a patient's documents name them, and do not change them.
  if (DIRECTORIES.has(on)) return letter === 'r' || letter === 's' ? [{ criteria }] : []
  // Nobody is registered in the record of somebody else.
  if (interaction === 'create' && address === 'Patient') return []
  return [{ patient: caller.patient, criteria }]
}

function isOwnEntry({ interaction, type, id, caller }: Access & { caller: CallerFacts }): boolean {
  return id !== undefined && interaction === 'read' && caller.fhirUser === `${type}/${id}`
}

function isOpen({ patient, criteria }: Restriction): boolean {
  return patient === undefined && criteria.length === 0
}

function distinct(restrictions: readonly Restriction[]): Restriction[] {
  return [...new Map(restrictions.map((one) => [JSON.stringify(one), one])).values()]
}

/** What two scopes both give. */
function intersection(asked: ResourceScope, limit: ResourceScope): ResourceScope | undefined {
  if (asked.level !== limit.level) return undefined
  if (asked.type !== limit.type && asked.type !== '*' && limit.type !== '*') return undefined
  const letters = asked.letters.filter((letter) => limit.letters.includes(letter))
  if (letters.length === 0) return undefined
  const criteria = [...new Map([...asked.criteria, ...limit.criteria].map((pair) => [pair.join('='), pair])).values()]
  if (criteria.length > MOST_CRITERIA) return undefined
  const version = asked.version === 1 && firstVersion(letters) !== undefined ? 1 : 2
  return { ...asked, type: asked.type === '*' ? limit.type : asked.type, letters, criteria, version }
}
