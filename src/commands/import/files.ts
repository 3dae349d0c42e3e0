import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ImportError } from './errors.ts'

/** A file to import, or the reason why a path given by the user holds none. */
export type Source = { path: string; kind: 'cda' | 'package' } | { path: string; kind: 'refused'; error: ImportError }

/** The files that paths stand for, in a stable order; folders are searched for `.xml` and `.zip`, links not followed. */
export async function sourcesOf(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = []
  for (const path of paths) sources.push(...(await sourcesOfPath(path)))
  return sources
}

async function sourcesOfPath(path: string): Promise<Source[]> {
  const refused = (key: ConstructorParameters<typeof ImportError>[0]): Source[] => [
    { path, kind: 'refused', error: new ImportError(key) },
  ]
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) return refused('file.unreadable')
  if (!facts.isDirectory()) {
    const kind = kindOf(path)
    return kind === undefined || !facts.isFile() ? refused('file.type') : [{ path, kind }]
  }
  const found = await walk(path)
  return found.length === 0 ? refused('file.empty-folder') : found
}

async function walk(folder: string): Promise<Source[]> {
  const entries: Dirent[] | undefined = await readdir(folder, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return [{ path: folder, kind: 'refused', error: new ImportError('file.unreadable') }]
  const sources: Source[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    const kind = kindOf(entry.name)
    if (entry.isDirectory()) sources.push(...(await walk(path)))
    else if (entry.isFile() && kind !== undefined) sources.push({ path, kind })
  }
  return sources
}

function kindOf(name: string): 'cda' | 'package' | undefined {
  if (/\.xml$/i.test(name)) return 'cda'
  return /\.zip$/i.test(name) ? 'package' : undefined
}
