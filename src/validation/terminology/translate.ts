import type { ConceptMap, MapGroup, MapTarget } from './resources.ts'

/** What a code is translated with. */
export interface TranslationRequest {
  maps: readonly ConceptMap[]
  system: string
  code: string
  /** Only to codes of this system. */
  targetSystem?: string | undefined
  /** From the targets of the maps to their sources. */
  reverse?: boolean
}

/** A code that corresponds, in its system, and the map that says so. */
export interface Translation {
  map: ConceptMap
  system: string
  target: MapTarget
}

/** Every translation of a code by the maps, in their order; targets without a code say that nothing corresponds. */
export function translate({ maps, system, code, targetSystem, reverse = false }: TranslationRequest): Translation[] {
  const ofGroup = reverse ? backwards : forwards
  return maps.flatMap((map) =>
    map.groups.flatMap((group) => {
      const to = reverse ? group.source : group.target
      if (targetSystem !== undefined && targetSystem !== to) return []
      return ofGroup(group, system, code).map((target) => ({ map, system: to, target }))
    }),
  )
}

function forwards({ source, elements }: MapGroup, system: string, code: string): readonly MapTarget[] {
  return source === system ? (elements.get(code) ?? []) : []
}

function backwards({ target, elements }: MapGroup, system: string, code: string): readonly MapTarget[] {
  if (target !== system) return []
  return [...elements].flatMap(([from, targets]) =>
    targets
      .filter((candidate) => candidate.code === code)
      .map(({ equivalence }) => ({ code: from, equivalence: INVERSE.get(equivalence) ?? equivalence })),
  )
}

/** What a relation is when read from the other side (http://hl7.org/fhir/concept-map-equivalence). */
const INVERSE: ReadonlyMap<string, string> = new Map([
  ['wider', 'narrower'],
  ['narrower', 'wider'],
  ['subsumes', 'specializes'],
  ['specializes', 'subsumes'],
])
