import type { Definitions, ProfileTree } from '../model.ts'
import { findDefinitionsPackage, readR4 } from './r4.ts'
import { registryOf } from './registry.ts'

/** What a validator needs to know of all definitions. */
export interface Ruleset {
  /** By canonical (`url`, `url|version`) or by the name of a FHIR type. */
  definitions: Definitions
  /** Every tree. */
  all(): readonly ProfileTree[]
}

/** Reads the definitions. The root of a tree holds all invariants, inherited ones included. */
export function loadRuleset(): Ruleset {
  const registry = registryOf(readR4(findDefinitionsPackage()))
  return { definitions: registry.tree, all: () => registry.structures.map(registry.treeOf) }
}
