import { UnsupportedExpression } from '../fhirpath/errors.ts'
import { compileContext } from '../fhirpath/extension-context.ts'
import { isA } from '../fhirpath/kinds.ts'
import { typeModelOf } from '../fhirpath/type-model.ts'
import type { TypeModel } from '../fhirpath/types.ts'
import type { ProfileTree } from '../model.ts'
import { DefinitionError } from './error.ts'
import { type RulesetInputs, structureJson } from './inputs.ts'
import type { Json } from './json.ts'
import { readPackage } from './package.ts'
import { readR4 } from './r4.ts'
import { registryOf } from './registry.ts'
import { parseStructure } from './structure.ts'

/** A definition of a package that could not be used, and why. */
export interface RefusedDefinition {
  url: string
  problem: string
}

/** All trees of a ruleset. */
export interface Built {
  trees: readonly ProfileTree[]
  refused: readonly RefusedDefinition[]
}

/**
 * Makes all trees. A fault of our own profiles is thrown, all of them in one error; a definition of a package that
 * cannot be used is left out and reported: packages hold profiles of other versions of FHIR and of other packages.
 */
export function buildTrees({ r4, profiles, packages }: RulesetInputs): Built {
  const refused: RefusedDefinition[] = []
  const given = packages.flatMap((path) => readPackage(path).structureDefinitions).filter(describesInstances)
  const foreign = given.flatMap((json) => attempt(() => parseStructure(json), json.url, refused))
  const replaced = new Set(foreign.map(({ url }) => url))
  const faults: RefusedDefinition[] = []
  const own = profiles
    .map(structureJson)
    .flatMap((json) => (json === undefined ? [] : attempt(() => parseStructure(json), json.url, faults)))
    .filter(({ url }) => !replaced.has(url))
  const registry = registryOf([...readR4(r4), ...own, ...foreign])
  const lenient: ReadonlySet<unknown> = new Set(foreign)
  const types = typeModelOf(registry.tree)
  const trees = registry.structures.flatMap((structure) =>
    attempt(
      () => withContexts(registry.treeOf(structure), types),
      structure.url,
      lenient.has(structure) ? refused : faults,
    ),
  )
  if (faults.length > 0) throw new Error(faults.map(({ problem }) => problem).join('\n'))
  return { trees, refused }
}

/** The tree, once its FHIRPath contexts are known to compile. */
function withContexts(tree: ProfileTree, types: TypeModel): ProfileTree {
  for (const { type, expression } of tree.contexts ?? []) {
    if (type !== 'fhirpath') continue
    const head = /^\s*([A-Z][A-Za-z]*)\b/.exec(expression)?.[1]
    try {
      compileContext(expression, head !== undefined && isA(head, 'Resource', types) ? head : 'Resource', types)
    } catch (error) {
      if (!(error instanceof UnsupportedExpression)) throw error
      throw new DefinitionError(`its context ${expression} uses ${error.construct}, which is not covered`, tree.url)
    }
  }
  return tree
}

/** Logical models describe no FHIR resource. */
const describesInstances = ({ kind }: Json): boolean => kind !== 'logical'

function attempt<T>(make: () => T, url: unknown, faults: RefusedDefinition[]): T[] {
  try {
    return [make()]
  } catch (error) {
    const fault = error instanceof RangeError ? new DefinitionError('is nested too deeply', String(url)) : error
    if (!(fault instanceof DefinitionError)) throw fault
    faults.push({ url: fault.profile, problem: fault.message })
    return []
  }
}
