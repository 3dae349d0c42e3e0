import type { Terminology } from '../model.ts'
import { type CodeSet, isUndecided, isWhole, sizeOf, UNKNOWN_SET } from './code-set.ts'
import { newDisplays } from './displays.ts'
import { type Expander, type ExpansionLimits, newExpander } from './expand.ts'
import { type Loaded, newRegistry, type Registry } from './registry.ts'
import { keyIn, type ValueSet } from './resources.ts'
import { SYNTAXES } from './syntaxes.ts'

/** The terminology with what the operations of `/fhir` ask besides. */
export interface TerminologyService extends Terminology {
  readonly registry: Registry
  readonly expand: Expander
  /** As `contains`, of a value set at hand. */
  includes(valueSet: ValueSet, system: string | undefined, code: string, limits?: ExpansionLimits): boolean | undefined
  /** The codes of a value set that has no more than `most`, for messages; empty when it has more or some are unknown. */
  codesOf(canonical: string, most?: number): readonly string[]
  /** The display to show for a code, or undefined when none is known. */
  displayOf(system: string, code: string): string | undefined
}

/**
 * A terminology over resources; of several of one canonical the last is meant. Value sets are expanded when first asked
 * for; from then on every answer is a hash lookup. What cannot be told offline is undefined, and nothing is thrown.
 */
export function newTerminology(loaded: readonly Loaded[]): TerminologyService {
  const registry = newRegistry(loaded)
  const expand = newExpander(registry)
  const displays = newDisplays(registry)
  const includes: TerminologyService['includes'] = (valueSet, system, code, limits) => {
    const set = expand(valueSet, limits)
    return system === undefined ? inAnySystem(registry, set, code) : inSystem(registry, set, system, code)
  }
  return {
    registry,
    expand,
    includes,
    contains(canonical, system, code) {
      const valueSet = registry.valueSet(canonical)
      return valueSet === undefined ? undefined : includes(valueSet, system, code)
    },
    knows(system, code) {
      const syntax = SYNTAXES.get(system)
      if (syntax !== undefined) return syntax(code)
      const known = registry.codeSystem(system)
      if (known?.concepts.has(keyIn(known, code)) === true) return true
      return known?.content === 'complete' ? false : undefined
    },
    codesOf(canonical, most = 20) {
      const valueSet = registry.valueSet(canonical)
      const set = valueSet === undefined ? UNKNOWN_SET : expand(valueSet)
      if (!isWhole(set) || sizeOf(set) > most) return []
      return [...set.sure.values()].flatMap((codes) => [...codes.values()].map(({ code }) => code))
    },
    displays: displays.accepts,
    displayOf: displays.preferred,
  }
}

function inSystem(registry: Registry, set: CodeSet, system: string, code: string): boolean | undefined {
  const key = keyIn(registry.codeSystem(system), code)
  if (set.sure.get(system)?.has(key) === true) return true
  if (set.bySyntax.has(system)) return SYNTAXES.get(system)?.(code)
  return isUndecided(set, system) || set.doubtful.get(system)?.has(key) === true ? undefined : false
}

/** The system of an element of type code is the one of its value set. */
function inAnySystem(registry: Registry, set: CodeSet, code: string): boolean | undefined {
  let answer: boolean | undefined = set.openToAll || set.open.size > 0 ? undefined : false
  for (const system of [...set.sure.keys(), ...set.bySyntax, ...set.doubtful.keys()]) {
    const found = inSystem(registry, set, system, code)
    if (found === true) return true
    if (found === undefined) answer = undefined
  }
  return answer
}
