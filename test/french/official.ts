import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const OFFICIAL = resolve(REPOSITORY, '../shared/official')

/** Options of a test that reads the official resources: skipped with the reason where they are absent, except when CI=true. */
export const needsOfficial: { skip?: string } =
  existsSync(OFFICIAL) || process.env.CI === 'true' ? {} : { skip: 'the official resources are not on this machine' }

/** Bytes of an official file. */
export function officialBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(OFFICIAL, path)))
}

/** Parsed JSON of an official file; the caller names its shape. */
export function officialJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(OFFICIAL, path), 'utf8'))
}

/** Names of the official CDA examples with their paths; none where they are absent. */
export function officialCdaFiles(): { name: string; path: string }[] {
  if (needsOfficial.skip !== undefined) return []
  return ['n1', 'n3'].flatMap((level) =>
    readdirSync(join(OFFICIAL, 'cda', level)).map((name) => ({ name, path: `cda/${level}/${name}` })),
  )
}
