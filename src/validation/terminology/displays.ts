import type { Registry } from './registry.ts'
import { keyIn } from './resources.ts'

/** The displays of codes. */
export interface Displays {
  /** Whether a display is one that a code system or a value set gives; undefined when none is known. */
  accepts(system: string, code: string, display: string): boolean | undefined
  /** The display of the code system, else the one that a value set gives. */
  preferred(system: string, code: string): string | undefined
}

/** Gathers the displays of everything loaded when first asked: value sets translate the systems that they name. */
export function newDisplays(registry: Registry): Displays {
  let gathered: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> | undefined
  const known = (system: string, code: string): readonly string[] => {
    gathered ??= gather(registry)
    return gathered.get(system)?.get(keyIn(registry.codeSystem(system), code)) ?? []
  }
  return {
    accepts(system, code, display) {
      const displays = known(system, code)
      return displays.length === 0 ? undefined : displays.some((candidate) => folded(candidate) === folded(display))
    },
    preferred: (system, code) => known(system, code)[0],
  }
}

type Gathered = Map<string, Map<string, string[]>>

/** Displays by system and key, those of the code system first. */
function gather(registry: Registry): Gathered {
  const found: Gathered = new Map()
  for (const { url } of registry.codeSystems) {
    const system = registry.codeSystem(url)
    for (const [key, { display, designations = [] }] of system?.concepts ?? []) {
      for (const text of [display, ...designations.map(({ value }) => value)]) add(found, url, key, text)
    }
  }
  for (const { includes } of registry.valueSets) {
    for (const { system, concepts = [] } of includes) {
      if (system === undefined) continue
      const carried = registry.codeSystem(system)
      for (const { code, display } of concepts) add(found, system, keyIn(carried, code), display)
    }
  }
  return found
}

function add(found: Gathered, system: string, key: string, display: string | undefined): void {
  if (display === undefined) return
  const codes = found.get(system) ?? new Map<string, string[]>()
  const displays = codes.get(key) ?? []
  if (!displays.includes(display)) displays.push(display)
  codes.set(key, displays)
  found.set(system, codes)
}

/** Case, spacing and the form of the apostrophe do not matter. */
function folded(display: string): string {
  return display.normalize('NFC').replace(/’/g, "'").replace(/\s+/g, ' ').trim().toLowerCase()
}
