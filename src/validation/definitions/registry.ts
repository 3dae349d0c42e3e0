import type { ProfileTree } from '../model.ts'
import { DefinitionError } from './error.ts'
import { type Sources, snapshotOf } from './snapshot.ts'
import type { Structure } from './structure.ts'

/** All structures of a ruleset, their trees made when first needed. */
export interface Registry extends Sources {
  /** Every structure, each version of it, in the order given. */
  structures: readonly Structure[]
  treeOf(structure: Structure): ProfileTree
}

/** How many definitions may wait for each other: far more than real ones, far fewer than fill the stack. */
const DEEPEST = 100

/** Where FHIR's own definitions live: their last segment is the name of the type. */
export const FHIR = 'http://hl7.org/fhir/StructureDefinition/'

/**
 * Finds structures by canonical. Of several with one URL and version the later stands; without version (or with one
 * that is not loaded) the last of its URL. `isSubset` compares value sets. Throws DefinitionErrors from `tree` and `treeOf`.
 */
export function registryOf(given: readonly Structure[], isSubset: Sources['isSubset']): Registry {
  const byUrl = new Map<string, Map<string, Structure>>()
  for (const structure of given) {
    const versions = byUrl.get(structure.url) ?? new Map<string, Structure>()
    versions.delete(structure.version ?? '')
    byUrl.set(structure.url, versions.set(structure.version ?? '', structure))
  }
  let depth = 0
  const invariants = new Map<string, readonly string[]>()
  const trees = new Map<Structure, ProfileTree | 'growing'>()

  const structureOf = (canonical: string): Structure | undefined => {
    const [url = '', version] = canonical.split('|')
    const versions = byUrl.get(url) ?? byUrl.get(FHIR + url)
    return (version !== undefined && versions?.get(version)) || versions?.values().toArray().at(-1)
  }
  const treeOf = (structure: Structure): ProfileTree => {
    const known = trees.get(structure)
    if (known === 'growing') throw new DefinitionError('stands on itself', structure.url)
    if (known) return known
    if (depth === DEEPEST) throw new DefinitionError('stands on too many others', structure.url)
    trees.set(structure, 'growing')
    depth++
    try {
      const tree = snapshotOf(structure, baseOf(structure), sources)
      trees.set(structure, tree)
      return tree
    } catch (error) {
      trees.delete(structure)
      throw error
    } finally {
      depth--
    }
  }
  /** A structure and those it stands on, the nearest first. */
  const lineOf = (canonical: string): Structure[] => {
    const line: Structure[] = []
    for (let at = structureOf(canonical); at && !line.includes(at); at = at.base ? structureOf(at.base) : undefined) {
      line.push(at)
    }
    return line
  }
  const baseOf = (structure: Structure): ProfileTree | undefined => {
    if (structure.base === undefined) return undefined
    const base = structureOf(structure.base)
    if (base === undefined) throw new DefinitionError(`its base ${structure.base} is not loaded`, structure.url)
    return treeOf(base)
  }
  const sources: Sources = {
    tree: (canonical) => {
      const structure = structureOf(canonical)
      return structure && treeOf(structure)
    },
    isA: (type, ancestor) => lineOf(type).some((structure) => structure.type === ancestor),
    standsOn: (profile, other) => {
      const line = lineOf(profile)
      return line.length === 0 ? undefined : line.some((structure) => structure === structureOf(other))
    },
    isSubset,
    invariantsOf: (canonical) => {
      const keys = invariants.get(canonical) ?? lineOf(canonical).flatMap(rootInvariants)
      invariants.set(canonical, keys)
      return keys
    },
    link: (canonical) => {
      const [url = '', version] = canonical.split('|')
      const versions = byUrl.get(url)
      if (version === undefined || versions === undefined) return canonical
      return versions.size > 1 && versions.has(version) ? canonical : url
    },
  }
  return {
    ...sources,
    structures: byUrl
      .values()
      .toArray()
      .flatMap((versions) => versions.values().toArray()),
    treeOf,
  }
}

const rootInvariants = ({ statements }: Structure): string[] =>
  statements.filter(({ steps }) => steps.length === 1).flatMap(({ constraints }) => constraints.map(({ key }) => key))
