import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'

/**
 * Reads the files of a store once, so that the system has them in memory, as those of a server that has run for a day:
 * what is measured is our work, not how fast the disk of this machine is.
 */
export async function warm(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = createReadStream(join(folder, entry.name), { highWaterMark: 1024 * 1024 }).resume()
    await finished(bytes)
  }
}
