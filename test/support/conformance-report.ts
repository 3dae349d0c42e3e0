import { idsOf, type MatrixRow, matrixOf, type Proof, proofsById, tallyOf } from '../../src/ihe/conformance.ts'
import { TRANSACTIONS } from '../../src/ihe/requirements/index.ts'
import type { Requirement } from '../../src/ihe/requirements/model.ts'
import { readResults, renderResults } from '../../src/ihe/results-file.ts'
import type { Outcome } from './conformance-run.ts'

/** What the tests say of the requirements, and what is wrong with that. */
export interface Report {
  rows: readonly MatrixRow[]
  /** The file that `npm run conformance` writes. */
  text: string
  /** Why a check fails; none when all is well. */
  faults: readonly string[]
}

/**
 * Joins requirements and outcome. `committed` is the text of the results in the repository: where this machine could not
 * run a test, what is committed of it stands.
 */
export function reportOf(requirements: readonly Requirement[], outcome: Outcome, committed: string): Report {
  const proofs = withCommitted(outcome.proofs, committed)
  const rows = matrixOf(requirements, proofsById(proofs))
  const text = renderResults(proofs)
  const known = new Set(requirements.map(({ id }) => id))
  const unknown = outcome.proofs.flatMap(({ file, name }) =>
    idsOf(name)
      .filter((id) => !known.has(id))
      .map((id) => `${file}: no requirement has the id ${id} (${name})`),
  )
  const open = rows
    .filter(({ requirement, standing }) => requirement.level === 'SHALL' && standing === 'open')
    .map(({ requirement: { id, en } }) => `${id} is a SHALL that no test proves: ${en}`)
  const failing = outcome.failures.map(({ file, name, message }) => `${file}: ${name}\n    ${message}`)
  const stale =
    text === committed ? [] : ['conformance/results.json is not what the tests give: run `npm run conformance`']
  return { rows, text, faults: [...failing, ...unknown, ...open, ...stale] }
}

/**
 * The matrix, a line for each SHALL and SHOULD: id, level, where it stands, its tests by file; then a line a transaction,
 * and each requirement that is not met, with its reason.
 */
export function renderReport(rows: readonly MatrixRow[]): string {
  const table = TRANSACTIONS.flatMap(({ code, title }) => {
    const own = rows.filter(({ requirement }) => requirement.transaction === code)
    if (own.length === 0) return []
    const [shall, should] = [tallyOf(own, 'SHALL'), tallyOf(own, 'SHOULD')]
    return `${code.padEnd(11)} SHALL ${counts(shall)}  SHOULD ${counts(should)}  ${title}`
  })
  const unmet = rows
    .filter(({ requirement, standing }) => requirement.level !== 'MAY' && standing !== 'passed')
    .map(({ requirement, standing }) => `${requirement.id} (${requirement.level}) ${reasonOf(requirement, standing)}`)
  const lines = rows.filter(({ requirement }) => requirement.level !== 'MAY').map(lineOf)
  return [...lines, ...table, ...(unmet.length > 0 ? ['not met:', ...unmet.map((line) => `  ${line}`)] : [])].join('\n')
}

function lineOf({ requirement: { id, level }, standing, proofs }: MatrixRow): string {
  const files = Map.groupBy(proofs, ({ file }) => file)
  const tests = [...files].map(([file, own]) => `${file} (${own.length})`)
  return `${id.padEnd(36)} ${level.padEnd(6)} ${standing.padEnd(6)} ${tests.join(', ')}`.trimEnd()
}

function counts({ passed, open }: { passed: number; open: number }): string {
  return `${String(passed).padStart(3)} passed ${String(open).padStart(2)} open`
}

function reasonOf({ later, grouping, leftOut, en }: Requirement, standing: MatrixRow['standing']): string {
  if (standing === 'failed') return `fails: ${en}`
  if (leftOut !== undefined) return `left out: ${en} ${leftOut.en}`
  if (later === undefined) return `no test: ${en}`
  const asked = grouping === undefined ? '' : `, and only grouped with ${grouping}`
  return `with ${later.work}${asked}: ${en} ${later.en}`
}

/** Proofs of this run, those that could not be run as they are committed. */
function withCommitted(proofs: readonly Proof[], committed: string): readonly Proof[] {
  const before = committed === '' ? [] : readResults(committed)
  return proofs.map((proof) => {
    if (proof.result !== 'skipped') return proof
    return before.find(({ file, name }) => file === proof.file && name === proof.name) ?? proof
  })
}
