import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MatrixRow, matrixOf, type Proof, tallyOf } from '../../src/ihe/conformance.ts'
import { REQUIREMENTS } from '../../src/ihe/requirements/index.ts'
import { type Requirement, requirementsOf } from '../../src/ihe/requirements/model.ts'
import { readResults, renderResults } from '../../src/ihe/results-file.ts'
import {
  blockersOf,
  requirementsBehind,
  STATEMENTS,
  type SubmissionMetadata,
  statementsMet,
} from '../../src/ihe/statements.ts'

const [first, second, waiting] = requirementsOf(
  { transaction: 'ITI-68', actor: 'Document Responder', source: 'none' },
  [
    { id: 'MHD-68-01', level: 'SHALL', en: 'One.', fr: 'Un' },
    { id: 'MHD-68-03', level: 'SHOULD', en: 'Two.', fr: 'Deux' },
    {
      id: 'MHD-68-11',
      level: 'SHALL',
      en: 'Three.',
      fr: 'Trois',
      later: { work: 'audit', en: 'Later.', fr: 'Après.' },
    },
  ],
) as [Requirement, Requirement, Requirement]

const proof = (result: Proof['result']): Proof => ({ file: 'test/ihe/some.test.ts', name: 'a story', result })
const standing = (requirement: Requirement, ...results: Proof['result'][]): MatrixRow['standing'] | undefined =>
  matrixOf([requirement], new Map([[requirement.id, results.map(proof)]]))[0]?.standing

test('a requirement is passed only by a test that ran and passed', () => {
  assert.equal(standing(first), 'open')
  assert.equal(standing(first, 'skipped'), 'open')
  assert.equal(standing(first, 'passed'), 'passed')
  assert.equal(standing(first, 'passed', 'skipped'), 'passed')
  assert.equal(standing(first, 'passed', 'failed'), 'failed')
})

test('what waits for a part of the product is never passed, whatever its tests say', () => {
  assert.equal(standing(waiting), 'later')
  assert.equal(standing(waiting, 'passed'), 'later')
  assert.deepEqual(tallyOf(matrixOf([first, second, waiting], new Map()), 'SHALL'), { passed: 0, open: 2 })
})

test('results are read as they were written, in order, those of tests that prove nothing left out', () => {
  const one = { file: 'test/ihe/a.test.ts', name: 'MHD-68-01: a « story »', result: 'passed' } as const
  const other = { file: 'test/ihe/a.test.ts', name: 'MHD-68-03 MHD-68-01: "another"', result: 'skipped' } as const
  const third = { file: 'test/ihe/b.test.ts', name: 'MHD-68-01: a « story »', result: 'failed' } as const
  assert.deepEqual(readResults(renderResults([third, other, proof('passed'), one])), [one, other, third])
})

test('what are no results is refused', () => {
  for (const text of ['[]', '{"a": []}', '{"a": {"MHD-68-01: b": "perhaps"}}', 'no']) {
    assert.throws(() => readResults(text), text)
  }
})

/** Every requirement proved, those of `unproved` not. */
function provedBut(...unproved: string[]): readonly MatrixRow[] {
  return matrixOf(
    REQUIREMENTS,
    new Map(REQUIREMENTS.map(({ id }) => [id, unproved.includes(id) ? [] : [proof('passed')]])),
  )
}

/** The settings under which a statement can be made. */
const settingsOf = (metadata: SubmissionMetadata = 'comprehensive') => ({ metadata })

test('with every SHALL proved, every statement that the settings allow is made', () => {
  for (const metadata of ['comprehensive', 'minimal'] as const) {
    assert.deepEqual(
      statementsMet(provedBut(), { metadata }),
      STATEMENTS.filter((statement) => statement.metadata === undefined || statement.metadata === metadata),
    )
  }
})

test('a server that takes minimal metadata does not say that it demands comprehensive ones', () => {
  const made = statementsMet(provedBut(), { metadata: 'minimal' }).map(({ canonical }) => canonical)
  assert.deepEqual(
    made.filter((canonical) => /Comprehensive|UnContained/.test(canonical)),
    [],
  )
})

test('each SHALL behind a statement holds it back alone, and is named', () => {
  for (const statement of STATEMENTS) {
    const behind = requirementsBehind(statement, provedBut())
    assert.ok(behind.length > 10, statement.canonical)
    for (const { requirement } of behind) {
      const rows = provedBut(requirement.id)
      assert.ok(!statementsMet(rows, settingsOf(statement.metadata)).includes(statement), requirement.id)
      assert.deepEqual(
        blockersOf(statement, rows).map((row) => row.requirement.id),
        [requirement.id],
      )
    }
  }
})

test('a SHOULD holds nothing back', () => {
  const shoulds = REQUIREMENTS.filter(({ level }) => level === 'SHOULD').map(({ id }) => id)
  assert.deepEqual(statementsMet(provedBut(...shoulds), settingsOf()), statementsMet(provedBut(), settingsOf()))
})

test('without results nothing is claimed', () => {
  assert.deepEqual(statementsMet(matrixOf(REQUIREMENTS, new Map()), settingsOf()), [])
})
