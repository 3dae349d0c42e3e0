import { relative } from 'node:path'
import { run } from 'node:test'
import type { Proof } from '../../src/ihe/conformance.ts'

/** A test that failed, and why, for a person. */
export interface Failure {
  file: string
  name: string
  message: string
}

/** What running the tests gave. */
export interface Outcome {
  proofs: readonly Proof[]
  failures: readonly Failure[]
  /** Groups and tests that this machine could not run, with the reason. */
  skipped: readonly string[]
}

/** Runs test files, two at a time, and tells each test once: one name told over two engines is one test. */
export async function runTests(files: readonly string[]): Promise<Outcome> {
  const proofs = new Map<string, Proof>()
  const failures: Failure[] = []
  const skipped = new Set<string>()
  const note = (proof: Proof): void => {
    const key = `${proof.file}\n${proof.name}`
    proofs.set(key, worseOf(proofs.get(key), proof))
  }
  const stream = run({ files: [...files], concurrency: 2, execArgv: ['--disable-warning=ExperimentalWarning'] })
  stream.on('test:pass', ({ name, file, skip, details }) => {
    const isSkipped = skip !== undefined && skip !== false
    if (isSkipped) skipped.add(`${name}: ${skip === true ? 'no reason given' : skip}`)
    if (details.type !== 'suite') note({ file: pathOf(file), name, result: isSkipped ? 'skipped' : 'passed' })
  })
  stream.on('test:fail', ({ name, file, details }) => {
    if (details.type === 'suite') return
    note({ file: pathOf(file), name, result: 'failed' })
    failures.push({ file: pathOf(file), name, message: details.error.cause?.toString() ?? details.error.message })
  })
  stream.resume()
  await new Promise<void>((resolve, reject) => stream.on('end', resolve).on('error', reject))
  return { proofs: [...proofs.values()], failures, skipped: [...skipped].sort() }
}

const WEIGHT: Readonly<Record<Proof['result'], number>> = { skipped: 0, passed: 1, failed: 2 }

function worseOf(one: Proof | undefined, other: Proof): Proof {
  return one !== undefined && WEIGHT[one.result] >= WEIGHT[other.result] ? one : other
}

function pathOf(file: string | undefined): string {
  return relative(process.cwd(), file ?? '').replaceAll('\\', '/')
}
