import { UnsupportedExpression } from '../fhirpath/errors.ts'
import { compileContext } from '../fhirpath/extension-context.ts'
import { isA } from '../fhirpath/kinds.ts'
import { typeModelOf } from '../fhirpath/type-model.ts'
import type { TypeModel } from '../fhirpath/types.ts'
import type { ProfileTree } from '../model.ts'
import { builtInTerminology } from '../terminology/built-in.ts'
import { type CodeSet, difference, isWhole } from '../terminology/code-set.ts'
import type { TerminologyService } from '../terminology/terminology.ts'
import { DefinitionError } from './error.ts'
import { type RulesetInputs, structureJson } from './inputs.ts'
import type { Json } from './json.ts'
import { readPackage } from './package.ts'
import { readR4 } from './r4.ts'
import { registryOf } from './registry.ts'
import type { Sources } from './snapshot.ts'
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
export function buildTrees({ r4, profiles, packages, frCore }: RulesetInputs): Built {
  const refused: RefusedDefinition[] = []
  const given = packages.flatMap((path) => readPackage(path).structureDefinitions).filter(describesInstances)
  const foreign = given.flatMap((json) => attempt(() => parseStructure(json), json.url, refused))
  const replaced = new Set(foreign.map(({ url }) => url))
  const faults: RefusedDefinition[] = []
  const own = profiles
    .map(structureJson)
    .flatMap((json) => (json === undefined ? [] : attempt(() => parseStructure(json), json.url, faults)))
    .filter(({ url }) => !replaced.has(url))
  const registry = registryOf([...readR4(r4), ...own, ...foreign], subsets(packages, frCore))
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

/** Compares value sets by their expansions; the terminology is read when two are first compared. */
function subsets(packages: readonly string[], frCore: RulesetInputs['frCore']): Sources['isSubset'] {
  let terminology: TerminologyService | undefined
  return (one, other) => {
    terminology ??= builtInTerminology({ frCore, packages: packages.flatMap(terminologyOf) })
    const [set, of] = [one, other].map((canonical) => expansionOf(terminology, canonical))
    return set === undefined || of === undefined ? undefined : difference(set, of).sure.size === 0
  }
}

function terminologyOf(path: string): Json[] {
  const { valueSets, codeSystems } = readPackage(path)
  return [...valueSets, ...codeSystems]
}

/** All codes of a value set; undefined when some are unknown. */
function expansionOf(terminology: TerminologyService | undefined, canonical: string): CodeSet | undefined {
  const valueSet = terminology?.registry.valueSet(canonical)
  const set = valueSet === undefined ? undefined : terminology?.expand(valueSet)
  return set !== undefined && isWhole(set) ? set : undefined
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
