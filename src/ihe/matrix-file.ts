import { readFileSync } from 'node:fs'
import { type MatrixRow, matrixOf, type Proof, type Proofs, type Standing } from './conformance.ts'
import { REQUIREMENTS } from './requirements/index.ts'

/** The matrix that is committed with the product: what `npm run conformance` writes and the server publishes. */
export const MATRIX_FILE = new URL('../../conformance/matrix.json', import.meta.url)

/** The matrix of the product: its requirements with the results in the committed file. */
export function committedMatrix(): readonly MatrixRow[] {
  known ??= matrixOf(REQUIREMENTS, readProofs(readFileSync(MATRIX_FILE, 'utf8')))
  return known
}

let known: readonly MatrixRow[] | undefined

/** What a matrix file says of each requirement; throws where the text is not one. */
export function readProofs(text: string): Proofs {
  const given: unknown = JSON.parse(text)
  if (!isRecord(given)) throw new Error('a matrix is an object, requirement by requirement')
  return new Map(Object.entries(given).map(([id, entry]) => [id, proofsIn(id, entry)]))
}

/** The text of a matrix file: a line a test, in the order of the requirements, without anything that differs by run. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const entries = rows.map(({ requirement: { id, level }, standing, proofs }) => {
    const head = `  ${JSON.stringify(id)}: { "level": "${level}", "standing": ${JSON.stringify(standing satisfies Standing)}, "tests": [`
    if (proofs.length === 0) return `${head}] }`
    return `${head}\n${proofs.map((proof) => `    ${JSON.stringify(inOrder(proof))}`).join(',\n')}\n  ] }`
  })
  return `{\n${entries.join(',\n')}\n}\n`
}

function inOrder({ file, name, result }: Proof): Proof {
  return { file, name, result }
}

function proofsIn(id: string, entry: unknown): readonly Proof[] {
  const tests: unknown = isRecord(entry) ? entry.tests : undefined
  if (!Array.isArray(tests)) throw new Error(`the matrix names no tests for ${id}`)
  return tests.map((test) => proofOf(id, test))
}

function proofOf(id: string, test: unknown): Proof {
  const { file, name, result } = isRecord(test) ? test : {}
  const known = result === 'passed' || result === 'failed' || result === 'skipped'
  if (typeof file === 'string' && typeof name === 'string' && known) return { file, name, result }
  throw new Error(`the matrix has a test of ${id} that cannot be read`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
