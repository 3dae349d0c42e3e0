import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REQUIREMENTS, TRANSACTIONS } from '../../../src/ihe/requirements/index.ts'

test('every requirement has an id of its own, of the form that test names use', () => {
  const ids = REQUIREMENTS.map(({ id }) => id)
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  )
  assert.deepEqual(
    ids.filter((id) => !/^(MHD|PDQ|PIX|PDSM|NIST|Z|P)-[A-Za-z0-9._-]+$/.test(id)),
    [],
  )
})

test('every requirement says in both languages what is asked, and where it comes from', () => {
  for (const { id, en, fr, source } of REQUIREMENTS) {
    assert.match(en, /^\S.{10,}\.$/, id)
    assert.ok(fr.length > 4 && !fr.endsWith('.'), id)
    assert.match(source, /ihe\.md|documents-fr\.md/, id)
  }
})

test('every transaction has requirements, and every requirement a transaction that is shown', () => {
  const used = new Set(REQUIREMENTS.map(({ transaction }) => transaction))
  assert.deepEqual([...used].sort(), TRANSACTIONS.map(({ code }) => code).sort())
})

test('what waits for a grouping says for which part of the product it waits', () => {
  const waiting = REQUIREMENTS.filter(({ grouping }) => grouping === 'ATNA')
  assert.ok(waiting.length > 5)
  assert.deepEqual(
    waiting.filter(({ later }) => later === undefined).map(({ id }) => id),
    [],
  )
})

test('the 29 pitfalls are all there', () => {
  const pitfalls = REQUIREMENTS.filter(({ transaction }) => transaction === 'Pitfalls').map(({ id }) => id)
  assert.deepEqual(
    pitfalls,
    Array.from({ length: 29 }, (_, at) => `P-${String(at + 1).padStart(2, '0')}`),
  )
})

test('what is left out is no SHALL and has its reason', () => {
  const leftOut = REQUIREMENTS.filter((requirement) => requirement.leftOut !== undefined)
  assert.ok(leftOut.length > 0)
  for (const { id, level } of leftOut) assert.notEqual(level, 'SHALL', id)
})
