// biome-ignore lint/suspicious/noExplicitAny: a mutation may put anything anywhere, which no type allows
export type Loose = any

/** What breaks a rule, and the errors that say so: key and place of each. */
export type Mutation = readonly [id: string, mutate: (bundle: Loose) => void, ...found: string[]]

/** A valid bundle with the profile that it is held against besides those it names. */
export interface MutatedBundle {
  name: string
  bundle: Loose
  profile: string
  mutations: readonly Mutation[]
}

/** A fullUrl. */
export const urn = (number: number): string => `urn:uuid:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
