import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { idsOf, proofsById } from '../../src/ihe/conformance.ts'
import { requirementsOf } from '../../src/ihe/requirements/model.ts'
import { renderReport, reportOf } from './conformance-report.ts'
import { type Outcome, runTests } from './conformance-run.ts'

/** A tree of tests as test/ihe has it: two engines, a skip, a failure, ids in names. */
const TREE = {
  'one.test.ts': `
    import { describe, test } from 'node:test'
    for (const engine of ['one', 'two'])
      describe(engine, () => {
        test('MHD-68-01 P-02: told over each engine', () => {})
        test('MHD-68-03: only where there is one', { skip: engine === 'two' && 'there is none' }, () => {})
      })
    describe('elsewhere', { skip: 'no such machine' }, () => test('MHD-68-04: never', () => {}))
    test('MHD-68-05: not here', { skip: 'nothing to read' }, () => {})
    test('a story without an id', () => {})
  `,
  'two.test.ts': `
    import assert from 'node:assert/strict'
    import { test } from 'node:test'
    test('MHD-68-06: fails', () => assert.equal(1, 2, 'one is not two'))
    test('MHD-68-01: again', () => {})
    test('MHD-99-01: of nobody', () => {})
  `,
}

const REQUIRED = requirementsOf({ transaction: 'ITI-68', actor: 'Document Responder', source: 'none' }, [
  { id: 'MHD-68-01', level: 'SHALL', en: 'One.', fr: 'Un' },
  { id: 'MHD-68-03', level: 'SHALL', en: 'Three.', fr: 'Trois' },
  { id: 'MHD-68-04', level: 'SHALL', en: 'Four.', fr: 'Quatre' },
  { id: 'MHD-68-05', level: 'SHOULD', en: 'Five.', fr: 'Cinq' },
  { id: 'MHD-68-06', level: 'SHALL', en: 'Six.', fr: 'Six' },
  {
    id: 'MHD-68-11',
    level: 'SHALL',
    grouping: 'IUA',
    en: 'Eleven.',
    fr: 'Onze',
    later: { work: 'authorization', en: 'Nobody logs in.', fr: 'Personne.' },
  },
  { id: 'P-02', level: 'SHALL', en: 'Pitfall.', fr: 'Écueil', transaction: 'Pitfalls' },
])

let folder = ''
let outcome: Outcome
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-conformance-'))
  for (const [name, text] of Object.entries(TREE)) await writeFile(join(folder, name), text)
  // A test may not run tests while it says that it is one.
  delete process.env.NODE_TEST_CONTEXT
  outcome = await runTests(Object.keys(TREE).map((name) => join(folder, name)))
})
after(() => rm(folder, { recursive: true, force: true }))

test('ids stand before the colon, and nothing else does', () => {
  assert.deepEqual(idsOf('MHD-67-author.family PDQ-78-_id P-01: a story: told'), [
    'MHD-67-author.family',
    'PDQ-78-_id',
    'P-01',
  ])
  assert.deepEqual(idsOf('NIST-RM4_1 NIST-RM4_1: a bundle'), ['NIST-RM4_1'], 'each once')
  for (const name of ['a story', 'MHD-65-01 a story: told', 'a MHD-65-01: story', 'P-01 : a story', 'ITI-65: it'])
    assert.deepEqual(idsOf(name), [], name)
})

test('each test is told once, by the worst that it gave, in a stable order', () => {
  const told = [...proofsById(outcome.proofs)].map(([id, proofs]) => [
    id,
    proofs.map(({ name, result }) => `${name} ${result}`),
  ])
  assert.deepEqual(told, [
    ['MHD-68-01', ['MHD-68-01 P-02: told over each engine passed', 'MHD-68-01: again passed']],
    ['P-02', ['MHD-68-01 P-02: told over each engine passed']],
    ['MHD-68-03', ['MHD-68-03: only where there is one passed']],
    ['MHD-68-05', ['MHD-68-05: not here skipped']],
    ['MHD-68-06', ['MHD-68-06: fails failed']],
    ['MHD-99-01', ['MHD-99-01: of nobody passed']],
  ])
  assert.equal(outcome.proofs[0]?.file.startsWith(relative(process.cwd(), folder)), true)
})

test('what was not run is told with its reason', () => {
  assert.deepEqual(outcome.skipped, [
    'MHD-68-03: only where there is one: there is none',
    'MHD-68-05: not here: nothing to read',
    'elsewhere: no such machine',
  ])
})

test('a check fails on an unproved SHALL, a failure, an unknown id and a file that is not up to date', () => {
  const { faults, text } = reportOf(REQUIRED, outcome, '')
  assert.equal(faults.length, 4, faults.join('\n'))
  assert.match(faults[0] ?? '', /MHD-68-06: fails\n {4}.*one is not two/)
  assert.match(faults[1] ?? '', /MHD-99-01/)
  assert.match(faults[2] ?? '', /^MHD-68-04 is a SHALL that no test proves/)
  assert.match(faults[3] ?? '', /npm run conformance/)
  assert.equal(reportOf(REQUIRED, outcome, text).faults.length, 3)
})

test('a test that cannot be run here stands as it is committed', () => {
  const { text } = reportOf(REQUIRED, outcome, '')
  const elsewhere = text.replace('MHD-68-05: not here": "skipped"', 'MHD-68-05: not here": "passed"')
  assert.notEqual(elsewhere, text)
  const { rows } = reportOf(REQUIRED, outcome, elsewhere)
  assert.equal(rows.find(({ requirement }) => requirement.id === 'MHD-68-05')?.standing, 'passed')
})

test('the report names the tests of each requirement, counts each transaction and gives the reason of what is not met', () => {
  const report = renderReport(reportOf(REQUIRED, outcome, '').rows)
  assert.match(report, /^MHD-68-01 {28}SHALL {2}passed \S+one\.test\.ts \(1\), \S+two\.test\.ts \(1\)$/m)
  assert.match(report, /^MHD-68-04 {28}SHALL {2}open$/m)
  assert.match(report, /^ITI-68 {6}SHALL {3}2 passed {2}3 open {2}SHOULD {3}0 passed {2}1 open/m)
  assert.match(report, /^Pitfalls {4}SHALL {3}1 passed {2}0 open/m)
  assert.match(report, /^ {2}MHD-68-04 \(SHALL\) no test: Four\.$/m)
  assert.match(report, /^ {2}MHD-68-06 \(SHALL\) fails: Six\.$/m)
  assert.match(report, /^ {2}MHD-68-11 \(SHALL\) with authorization, and only grouped with IUA: Eleven\. Nobody/m)
})
