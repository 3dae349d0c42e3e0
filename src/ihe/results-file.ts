import { readFileSync } from 'node:fs'
import { idsOf, inOrder, type MatrixRow, matrixOf, type Proof, proofsById } from './conformance.ts'
import { REQUIREMENTS } from './requirements/index.ts'

/** What the tests gave, committed with the product: what `npm run conformance` writes and the matrix is made of. */
export const RESULTS_FILE = new URL('../../conformance/results.json', import.meta.url)

/** The matrix of the product: its requirements with the results in the committed file. */
export function committedMatrix(): readonly MatrixRow[] {
  known ??= matrixOf(REQUIREMENTS, proofsById(readResults(readFileSync(RESULTS_FILE, 'utf8'))))
  return known
}

let known: readonly MatrixRow[] | undefined

/** The tests of a results file; throws where the text is not one. */
export function readResults(text: string): readonly Proof[] {
  const files: unknown = JSON.parse(text)
  if (!isRecord(files)) throw new Error('results are an object, test file by test file')
  return Object.entries(files).flatMap(([file, tests]) => {
    if (!isRecord(tests)) throw new Error(`the results name no tests of ${file}`)
    return Object.entries(tests).map(([name, result]) => ({ file, name, result: resultOf(file, result) }))
  })
}

/** The text of a results file: a line a test that names a requirement, in order, without anything that differs by run. */
export function renderResults(proofs: readonly Proof[]): string {
  const files = Map.groupBy(inOrder(proofs.filter(({ name }) => idsOf(name).length > 0)), ({ file }) => file)
  const entries = [...files].map(([file, tests]) => {
    const lines = tests.map(({ name, result }) => `    ${JSON.stringify(name)}: "${result}"`)
    return `  ${JSON.stringify(file)}: {\n${lines.join(',\n')}\n  }`
  })
  return `{\n${entries.join(',\n')}\n}\n`
}

function resultOf(file: string, result: unknown): Proof['result'] {
  if (result === 'passed' || result === 'failed' || result === 'skipped') return result
  throw new Error(`the results of ${file} have one that cannot be read`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
