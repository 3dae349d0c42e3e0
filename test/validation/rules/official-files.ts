import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { needsOfficial } from '../../french/official.ts'

const OFFICIAL = resolve(import.meta.dirname, '../../../../shared/official')

/** Official files that match, for `officialJson`; none where they are absent. */
export function officialFiles(pattern: string): string[] {
  return needsOfficial.skip === undefined ? globSync(pattern, { cwd: OFFICIAL }).sort() : []
}
