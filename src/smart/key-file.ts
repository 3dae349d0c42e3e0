import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/**
 * Private keys of the server in a file of the data folder, `{"keys": [...]}`, for its owner only (mode 0600).
 * Throws when the file is there and holds something else: other keys must not take their place unnoticed.
 */
export function readKeys<K>(path: string, isKey: (key: unknown) => key is K): K[] | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const json: unknown = JSON.parse(text)
  const keys = typeof json === 'object' && json !== null && 'keys' in json ? json.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) {
    throw new Error(`${basename(path)} of the data folder does not hold the keys of this server`)
  }
  return keys
}

/**
 * Writes the first keys; of two processes that do at once, the second takes what the first wrote. The file gets its name
 * when it is whole and durable: a process that is killed, or a disk that is full, leaves none that nobody can read.
 */
export function writeFirstKeys<K>(path: string, keys: K[], isKey: (key: unknown) => key is K): K[] {
  mkdirSync(dirname(path), { recursive: true })
  const whole = `${path}.${randomUUID()}`
  try {
    writeFileSync(whole, JSON.stringify({ keys }), { mode: 0o600, flag: 'wx', flush: true })
    linkSync(whole, path)
    return keys
  } catch (error) {
    const others = readKeys(path, isKey)
    if (others === undefined) throw error
    return others
  } finally {
    rmSync(whole, { force: true })
  }
}

/** Tells whether a file has changed since; undefined when it is not there. */
export function stampOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.mtimeMs} ${stat.size} ${stat.ino}`
}
