import { readFileSync } from 'node:fs'
import { frenchResources } from './french.ts'
import { isObject, objectsOf, textOf } from './json.ts'
import { readTerminologyResource } from './read.ts'
import type { Loaded } from './registry.ts'
import { newTerminology, type TerminologyService } from './terminology.ts'

/** The release of FR Core whose sets are meant when no version is given (DCC_FR_CORE). */
export type FrCoreRelease = '2.2.0' | '2.1.0'

/** Files of terminology/ besides FR Core, each with its source and licence inside. */
const FILES = ['hl7-r4', 'ihe', 'fr-core-next', 'ans', 'dcc']

/**
 * The terminology that the product carries: terminology/*.json and the tables of src/french, then what packages add or
 * replace (parsed JSON of any resources; others than terminology are left out).
 */
export function builtInTerminology(options: {
  frCore: FrCoreRelease
  packages?: Iterable<unknown>
}): TerminologyService {
  const carried = [...FILES, `fr-core-${options.frCore}`].flatMap(carriedIn)
  const french = frenchResources().map((resource) => ({ resource }))
  const added = [...(options.packages ?? [])].flatMap((json) => {
    const resource = readTerminologyResource(json)
    return resource === undefined ? [] : [{ resource }]
  })
  // The displays of src/french come before those of older editions of the same sets.
  return newTerminology([...french, ...carried, ...added])
}

/** The resources of a file of terminology/; the licence of the file goes with every one that has no other. */
export function carriedIn(name: string): readonly Loaded[] {
  const file: unknown = JSON.parse(readFileSync(new URL(`../../../terminology/${name}.json`, import.meta.url), 'utf8'))
  if (!isObject(file)) throw new Error(`terminology/${name}.json is not an object`)
  const [licence, release] = [textOf(file, 'licence'), textOf(file, 'release')]
  return objectsOf(file, 'resources').map((json) => {
    const resource = readTerminologyResource(licence === undefined ? json : { copyright: licence, ...json })
    if (resource === undefined) throw new Error(`terminology/${name}.json holds what is no terminology resource`)
    return { resource, ...(release === undefined ? {} : { release }) }
  })
}
