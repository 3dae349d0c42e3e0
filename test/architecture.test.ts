import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

/**
 * The rooms from the lowest to the highest (design.md sections 2 and 3). A file may import its own room and lower ones;
 * `store` and `french` stand side by side and do not know each other.
 */
const RANKS: Readonly<Record<string, number>> = {
  store: 0,
  french: 0,
  dcc: 1,
  validation: 2,
  ihe: 3,
  fhir: 4,
  smart: 5,
  http: 6,
  web: 7,
  audit: 8,
  gateway: 8,
  root: 9,
  commands: 10,
}

/** Files directly in src/: the composition root and what it reads; main.ts starts the commands. */
const TOP_FILES: Readonly<Record<string, string>> = { 'src/main.ts': 'commands' }

const files = globSync('src/**/*.ts').map((file) => normalize(file))
const imports = new Map(files.map((file) => [file, importsOf(file)]))

test('every file stands in a room of the house', () => {
  const strangers = files.filter((file) => !Object.hasOwn(RANKS, roomOf(file)))
  assert.deepEqual(strangers, [])
})

test('no room imports a higher one, and store and french do not import each other', () => {
  const upward: string[] = []
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [from, to] = [roomOf(file), roomOf(target)]
      if (from !== to && (RANKS[to] ?? 0) >= (RANKS[from] ?? 0)) upward.push(`${file} -> ${target}`)
    }
  }
  assert.deepEqual(upward, [])
})

test('no import cycle', () => {
  assert.deepEqual(cyclesIn(imports), [])
})

test('every import of ours leads to a file, with its extension', () => {
  const broken = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => !existsSync(target)).map((target) => `${file} -> ${target}`),
  )
  assert.deepEqual(broken, [])
})

test('every folder of a room has tests beside it in test/', () => {
  const tests = globSync('test/**/*.test.ts').map((file) => normalize(file))
  const untested = [...new Set(files.map((file) => dirname(file)))]
    .map((folder) => folder.replace(/^src/, 'test'))
    .filter((folder) => folder !== 'test')
    .filter((folder) => !tests.some((file) => file.startsWith(`${folder}/`) || file.startsWith(`${folder}.`)))
    .filter((folder) => !tests.some((file) => dirname(file) === dirname(folder)))
  assert.deepEqual(untested, [])
})

test('no file is longer than 400 lines', () => {
  const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 401)
  assert.deepEqual(long, [])
})

test('the product never reads the official files: they are for tests only', () => {
  const reading = files.filter((file) => /shared\/official/.test(readFileSync(file, 'utf8')))
  assert.deepEqual(reading, [])
})

function roomOf(file: string): string {
  const [, room = '', rest] = file.split('/')
  return rest === undefined ? (TOP_FILES[file] ?? 'root') : room
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g,
    ),
  ]
  return found
    .map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
    .filter((target) => target.startsWith('.'))
    .map((target) => normalize(join(dirname(file), target)))
}

/** Strongly connected files, each reported once; type-only imports count too: a cycle of types is a cycle of ideas. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const cycles = new Set<string>()
  const visit = (file: string): void => {
    state.set(file, 'open')
    path.push(file)
    for (const target of graph.get(file) ?? []) {
      if (state.get(target) === 'open') cycles.add([...path.slice(path.indexOf(target)), target].join(' -> '))
      else if (!state.has(target)) visit(target)
    }
    path.pop()
    state.set(file, 'done')
  }
  for (const file of graph.keys()) if (!state.has(file)) visit(file)
  return [...cycles]
}
