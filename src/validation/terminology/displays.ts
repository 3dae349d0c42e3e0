import type { Registry } from './registry.ts'
import { type CodeSystem, keyIn } from './resources.ts'

/** The displays of codes. */
export interface Displays {
  /** Whether a display is one that a code system or a value set gives; undefined when none is known. */
  accepts(system: string, code: string, display: string): boolean | undefined
  /** The display of the code system, else the one that a value set gives. */
  preferred(system: string, code: string): string | undefined
}

/** Gathers the displays of a system when first asked for one of them: value sets translate the systems that they name. */
export function newDisplays(registry: Registry): Displays {
  const gathered = new Map<CodeSystem, ReadonlyMap<string, readonly string[]>>()
  const known = (url: string, code: string): readonly string[] => {
    const system = registry.codeSystem(url)
    if (system === undefined) return []
    const displays = gathered.get(system) ?? gather(registry, system)
    gathered.set(system, displays)
    return displays.get(keyIn(system, code)) ?? []
  }
  return {
    accepts(system, code, display) {
      const displays = known(system, code)
      return displays.length === 0 ? undefined : displays.some((candidate) => folded(candidate) === folded(display))
    },
    preferred: (system, code) => known(system, code)[0],
  }
}

/** Displays by key, those of the code system first. */
function gather({ valueSets }: Registry, system: CodeSystem): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  const add = (key: string, display: string | undefined): void => {
    if (display === undefined) return
    const displays = found.get(key) ?? []
    if (!displays.includes(display)) displays.push(display)
    found.set(key, displays)
  }
  for (const [key, { display, designations = [] }] of system.concepts) {
    add(key, display)
    for (const { value } of designations) add(key, value)
  }
  for (const { system: named, concepts = [] } of valueSets.flatMap(({ includes }) => includes)) {
    if (named === system.url) for (const { code, display } of concepts) add(keyIn(system, code), display)
  }
  return found
}

/** Case, spacing and the form of the apostrophe do not matter. */
function folded(display: string): string {
  return display.normalize('NFC').replace(/’/g, "'").replace(/\s+/g, ' ').trim().toLowerCase()
}
