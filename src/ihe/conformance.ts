import type { Requirement } from './requirements/model.ts'

/** A test that names a requirement, and how it ended. */
export interface Proof {
  /** Path from the root of the repository. */
  file: string
  name: string
  result: 'passed' | 'failed' | 'skipped'
}

/** What the tests say of each requirement, by its id. */
export type Proofs = ReadonlyMap<string, readonly Proof[]>

/**
 * Where a requirement stands. `open`: no test has proved it; `later`: it waits for a part of the product that does not
 * exist, and is as little met as an open one.
 */
export type Standing = 'passed' | 'failed' | 'open' | 'later'

/** A line of the matrix. */
export interface MatrixRow {
  requirement: Requirement
  standing: Standing
  proofs: readonly Proof[]
}

/** Joins requirements with what their tests gave, in the order of the requirements. */
export function matrixOf(requirements: readonly Requirement[], proofs: Proofs): readonly MatrixRow[] {
  return requirements.map((requirement) => {
    const own = proofs.get(requirement.id) ?? []
    return { requirement, standing: standingOf(requirement, own), proofs: own }
  })
}

function standingOf({ later }: Requirement, proofs: readonly Proof[]): Standing {
  if (proofs.some(({ result }) => result === 'failed')) return 'failed'
  if (later !== undefined) return 'later'
  return proofs.some(({ result }) => result === 'passed') ? 'passed' : 'open'
}

/** Counts of a group of rows at one level. */
export interface Tally {
  passed: number
  /** Everything that is not passed. */
  open: number
}

/** How many rows of a level are passed and how many are not. */
export function tallyOf(rows: readonly MatrixRow[], level: Requirement['level']): Tally {
  const own = rows.filter(({ requirement }) => requirement.level === level)
  const passed = own.filter(({ standing }) => standing === 'passed').length
  return { passed, open: own.length - passed }
}
