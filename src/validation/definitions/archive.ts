import { createHash } from 'node:crypto'
import type { Definitions, ProfileTree } from '../model.ts'
import type { Built, RefusedDefinition } from './build.ts'
import { isRecord } from './json.ts'
import { FHIR } from './registry.ts'

/**
 * Trees as bytes: a line with format, key and the SHA-256 of the rest, a line with the index, and each tree as JSON.
 * A tree is parsed when it is first asked for.
 */
export interface Archive {
  bytes: Buffer
  definitions: Definitions
  all(): readonly ProfileTree[]
  refused: readonly RefusedDefinition[]
}

const FORMAT = 'dcc-definitions-1'

/** Writes trees; `key` is the hash of what they were made of. */
export function archiveOf({ trees, refused }: Built, key: string): Archive {
  const texts = trees.map((tree) => Buffer.from(JSON.stringify(tree)))
  const index = { refused, trees: trees.map(({ url, version }, i) => [url, version ?? '', texts[i]?.length ?? 0]) }
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...texts])
  const bytes = Buffer.concat([Buffer.from(`${FORMAT} ${key} ${sha256(body)}\n`), body])
  const archive = openArchive(bytes, key)
  if (archive === undefined) throw new Error('an archive of definitions cannot be read back')
  return archive
}

/** Reads what `archiveOf` wrote; undefined when it is damaged, or made of other things. */
export function openArchive(bytes: Buffer, key: string): Archive | undefined {
  const end = bytes.indexOf('\n')
  const body = bytes.subarray(end + 1)
  if (end < 0 || bytes.toString('latin1', 0, end) !== `${FORMAT} ${key} ${sha256(body)}`) return undefined
  const start = body.indexOf('\n') + 1
  const index: unknown = JSON.parse(body.toString('utf8', 0, start))
  if (!isRecord(index) || !isTreeIndex(index.trees) || !isRefused(index.refused)) return undefined
  return { bytes, refused: index.refused, ...readersOf(index.trees, body.subarray(start)) }
}

interface Entry {
  url: string
  version: string
  read(): ProfileTree
}

function readersOf(index: readonly TreeLine[], texts: Buffer): Pick<Archive, 'definitions' | 'all'> {
  let at = 0
  const entries = index.map(([url, version, length]): Entry => {
    const text = texts.subarray(at, at + length)
    at += length
    let tree: ProfileTree | undefined
    return { url, version, read: () => (tree ??= JSON.parse(text.toString('utf8'))) }
  })
  const found = new Map<string, Entry>()
  for (const entry of entries) {
    found.set(entry.url, entry)
    found.set(`${entry.url}|${entry.version}`, entry)
    if (entry.url.startsWith(FHIR)) found.set(entry.url.slice(FHIR.length), entry)
  }
  return {
    definitions: (canonical) => found.get(canonical)?.read(),
    all: () => entries.map((entry) => entry.read()),
  }
}

type TreeLine = readonly [url: string, version: string, bytes: number]

const isTreeIndex = (value: unknown): value is readonly TreeLine[] =>
  Array.isArray(value) &&
  value.every(
    (line) =>
      Array.isArray(line) &&
      typeof line[0] === 'string' &&
      typeof line[1] === 'string' &&
      typeof line[2] === 'number' &&
      line[2] > 0,
  )

const isRefused = (value: unknown): value is readonly RefusedDefinition[] =>
  Array.isArray(value) && value.every((each) => isRecord(each) && typeof each.problem === 'string')

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
