import { readFile, stat } from 'node:fs/promises'
import type { Language } from '../fhir/outcome.ts'
import { ImportError } from './import/errors.ts'

/** The bytes of a file of at most `maxSize` bytes. Throws `file.unreadable` or `file.too-large`. */
export async function readBounded(path: string, maxSize: number): Promise<Buffer> {
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) throw new ImportError('file.unreadable')
  if (facts.size > maxSize) throw new ImportError('file.too-large')
  return readFile(path).catch(() => {
    throw new ImportError('file.unreadable')
  })
}

/** The language of who sits at the terminal: French unless the locale is English. */
export function languageOfTerminal(env: NodeJS.ProcessEnv): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || 'fr'
  return locale.startsWith('en') ? 'en' : 'fr'
}
