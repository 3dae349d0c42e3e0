import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { needsOfficial } from '../../french/official.ts'

const OFFICIAL = resolve(import.meta.dirname, '../../../../shared/official')

/** Official files that match, for `officialJson`; none where they are absent. */
export function officialFiles(pattern: string): string[] {
  return needsOfficial.skip === undefined ? globSync(pattern, { cwd: OFFICIAL }).sort() : []
}

/** Place of a folder of official files, for what reads folders. */
export function officialFolder(path: string): string {
  return resolve(OFFICIAL, path)
}
