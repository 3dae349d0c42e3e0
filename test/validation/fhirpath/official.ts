import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Structure } from './r4-model.ts'

/** The official guides, which are read and never copied. */
export const officialFolder = resolve(import.meta.dirname, '../../../../shared/official')

/** Why the official files are not read; on the machine of the tests this is a failure. */
export const officialAbsent = existsSync(officialFolder) ? undefined : 'the official guides are not on this machine'

/** Every JSON object of the official guides that has a resourceType. */
export function officialResources(): readonly { file: string; resource: Record<string, unknown> }[] {
  resources ??= globSync('**/*.json', { cwd: officialFolder }).flatMap((file) => {
    const resource: unknown = JSON.parse(readFileSync(join(officialFolder, file), 'utf8'))
    return typeof resource === 'object' && resource !== null && 'resourceType' in resource
      ? [{ file, resource: resource as Record<string, unknown> }]
      : []
  })
  return resources
}

let resources: readonly { file: string; resource: Record<string, unknown> }[] | undefined

/** The profiles and extensions of the official guides. */
export function officialStructures(): readonly Structure[] {
  return officialResources()
    .map(({ resource }) => resource as unknown as Structure)
    .filter(({ resourceType }) => resourceType === 'StructureDefinition')
}
