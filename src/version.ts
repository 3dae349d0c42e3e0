import { readFileSync } from 'node:fs'

/** The version of this software, as package.json states it. */
export const SOFTWARE_VERSION: string = versionOf(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
)

function versionOf(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  throw new Error('package.json has no version')
}
