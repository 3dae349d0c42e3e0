import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of official resources that stands beside the repository. */
export const officialFolder = fileURLToPath(new URL('../../../../shared/official', import.meta.url))

/** Why tests over official resources are skipped, or false when they run: where they are, and always in CI. */
export const withoutOfficial: string | false =
  existsSync(officialFolder) || process.env.CI === 'true' ? false : 'no official resources beside the repository'

/** The paths of the files of some official folders that end with `extension`, relative to `officialFolder`. */
export function officialFiles(folders: readonly string[], extension: string): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(officialFolder, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
      .map((entry) => join(entry.parentPath, entry.name).slice(officialFolder.length + 1))
      .sort(),
  )
}
