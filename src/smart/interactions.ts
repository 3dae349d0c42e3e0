import type { Interaction } from '../fhir/access.ts'

/** A letter of the second version of SMART scopes: create, read, update, delete, search. */
export type Letter = 'c' | 'r' | 'u' | 'd' | 's'

/** What an interaction takes. */
export interface Need {
  /** Absent of what shows nothing of the record. */
  letter?: Letter
  /** The type that it is needed on, when that is not the one of the address. */
  on?: string
  /** Looks through the whole registry: a caller who is limited to a patient or by a search is refused. */
  wholeRegistry?: true
}

const NOTHING: Need = {}
/** Candidates of the whole registry are compared, and identities answered. */
const REGISTRY: Need = { letter: 's', wholeRegistry: true }

/**
 * The one table of what every interaction takes (smart-launch.md 1.6). A conditional interaction takes `s` besides, for
 * its condition; the entries of a batch or transaction are held to their own rows. `$validate` asks for `read` of what
 * is stored, and for the interaction that its `mode` names: it tells whether an INS or masterIdentifier is known.
 */
export const NEEDS: Readonly<Record<Interaction, Need>> = {
  capabilities: NOTHING,
  batch: NOTHING,
  transaction: NOTHING,
  read: { letter: 'r' },
  vread: { letter: 'r' },
  'history-instance': { letter: 'r' },
  'search-type': { letter: 's' },
  'history-type': { letter: 's' },
  create: { letter: 'c' },
  update: { letter: 'u' },
  patch: { letter: 'u' },
  delete: { letter: 'd' },
  $lookup: NOTHING,
  '$validate-code': NOTHING,
  $subsumes: NOTHING,
  $expand: NOTHING,
  $translate: NOTHING,
  $validate: NOTHING,
  '$generate-metadata': { letter: 'c', on: 'DocumentReference', wholeRegistry: true },
  $match: REGISTRY,
  '$ihe-pix': REGISTRY,
}

/** A Binary is read and made as the document that points to it (design.md section 6, rule 5). */
const DERIVED: Readonly<Record<string, string>> = { Binary: 'DocumentReference' }

/** Directories that all patients share: `patient/` scopes read them, and never write them. */
export const DIRECTORIES: ReadonlySet<string> = new Set(['Practitioner', 'PractitionerRole', 'Organization'])

/**
 * What no scope gives to a person, whoever granted it (docs/decisions/0017). The directories and identities are kept by
 * back ends, and by the pages where a professional says who they register and why: whose number is taken, or who could be
 * merged with whom, would tell who is known. Only who coordinates the region looks a person up in all of it.
 */
export function isRefusedToPeople(interaction: Interaction, type: string, reach: 'care-team' | 'region'): boolean {
  const need = needOf(interaction, type)
  if (need?.wholeRegistry === true) return reach !== 'region' || need.letter !== 's'
  return need?.letter !== undefined && WRITING.has(need.letter) && (need.on === 'Patient' || DIRECTORIES.has(need.on))
}

const WRITING: ReadonlySet<Letter> = new Set(['c', 'u', 'd'])

/**
 * What an interaction on a type takes, and on which type the scopes must be; undefined for an interaction that is not
 * in the table: nobody may do it.
 */
export function needOf(interaction: Interaction, type: string): (Need & { on: string }) | undefined {
  const need = Object.hasOwn(NEEDS, interaction) ? NEEDS[interaction] : undefined
  return need === undefined ? undefined : { ...need, on: need.on ?? DERIVED[type] ?? type }
}
