import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MatrixRow, matrixOf, type Proof, type Proofs, tallyOf } from '../../src/ihe/conformance.ts'
import { committedMatrix, readProofs, renderMatrix } from '../../src/ihe/matrix-file.ts'
import { REQUIREMENTS } from '../../src/ihe/requirements/index.ts'
import { type Requirement, requirementsOf } from '../../src/ihe/requirements/model.ts'
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

test('a matrix is read as it was written', () => {
  const proofs: Proofs = new Map([
    ['MHD-68-01', [proof('passed'), { ...proof('skipped'), name: 'another « story »' }]],
    ['MHD-68-03', []],
  ])
  assert.deepEqual(readProofs(renderMatrix(matrixOf([first, second], proofs))), proofs)
})

test('what is no matrix is refused', () => {
  for (const text of ['[]', '{"MHD-68-01": {}}', '{"MHD-68-01": {"tests": [{"file": "a", "name": "b"}]}}', 'no']) {
    assert.throws(() => readProofs(text), text)
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

test('the committed matrix has every requirement, and none that does not exist', () => {
  assert.deepEqual(
    committedMatrix().map(({ requirement }) => requirement.id),
    REQUIREMENTS.map(({ id }) => id),
  )
})
