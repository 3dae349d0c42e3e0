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

/** Ids of requirements as they stand before the colon of a test name: `MHD-65-10 P-26: …`. */
const IDS = /^((?:MHD|PDQ|PIX|PDSM|NIST|Z|P)-[\w.-]+(?: (?:MHD|PDQ|PIX|PDSM|NIST|Z|P)-[\w.-]+)*):/

/** The requirements that a test says it proves. */
export function idsOf(name: string): readonly string[] {
  return [...new Set(IDS.exec(name)?.[1]?.split(' '))]
}

/** Tests by the requirement that they prove, ordered by file and name. */
export function proofsById(proofs: readonly Proof[]): Proofs {
  const byId = new Map<string, Proof[]>()
  for (const proof of inOrder(proofs)) {
    for (const id of idsOf(proof.name)) byId.set(id, [...(byId.get(id) ?? []), proof])
  }
  return byId
}

/** Tests by file and name. */
export function inOrder(proofs: readonly Proof[]): Proof[] {
  return proofs.toSorted(byFileAndName)
}

function byFileAndName(a: Proof, b: Proof): number {
  return compare(a.file, b.file) || compare(a.name, b.name)
}

/** By code unit: the order must not depend on the language of the machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
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
