import { descendantsOf } from './hierarchy.ts'
import { type CodeSystem, keyIn } from './resources.ts'

/** How two codes of a system stand to each other, by the codes of `CodeSystem/$subsumes`. */
export type Subsumption = 'equivalent' | 'subsumes' | 'subsumed-by' | 'not-subsumed'

/**
 * How code A stands to code B in the hierarchy of a system. Undefined when a code is not there, or when a system that is
 * not complete shows no relation: what is missing may be what joins them.
 */
export function subsumption(system: CodeSystem, codeA: string, codeB: string): Subsumption | undefined {
  const [a, b] = [keyIn(system, codeA), keyIn(system, codeB)]
  if (!system.concepts.has(a) || !system.concepts.has(b)) return undefined
  if (a === b) return 'equivalent'
  if (descendantsOf(system, codeA).has(b)) return 'subsumes'
  if (descendantsOf(system, codeB).has(a)) return 'subsumed-by'
  return system.content === 'complete' ? 'not-subsumed' : undefined
}
