import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isStoreError, StoreError } from '../../src/store/errors.ts'
import { isRetryable, leavesConnection, storeErrorOf } from '../../src/store/postgres/errors.ts'
import { factsOf } from '../../src/store/sqlite/errors.ts'

/** What the engines report, as the key by which the rooms above decide. */
const SQLITE: readonly (readonly [code: number, key: string])[] = [
  [5, 'store.unavailable'],
  [517, 'store.unavailable'],
  [6, 'store.unavailable'],
  [8, 'store.unavailable'],
  [10, 'store.unavailable'],
  [778, 'store.unavailable'],
  [11, 'store.unavailable'],
  [13, 'store.full'],
  [14, 'store.unavailable'],
  [26, 'store.unavailable'],
  [787, 'store.patient-not-current'],
  [1555, 'store.invalid'],
  [2067, 'store.invalid'],
  [275, 'store.invalid'],
  [1, 'store.invalid'],
]

for (const [code, key] of SQLITE) {
  test(`SQLite ${code} is ${key}`, () => {
    const facts = factsOf(Object.assign(new Error('a value: SECRET'), { code: 'ERR_SQLITE_ERROR', errcode: code }))
    assert.equal(facts.key, key)
    assert.doesNotMatch(JSON.stringify(facts), /SECRET/)
  })
}

const POSTGRES: readonly (readonly [state: string, key: string])[] = [
  ['08006', 'store.unavailable'],
  ['23503', 'store.patient-not-current'],
  ['23505', 'store.invalid'],
  ['23514', 'store.invalid'],
  ['22021', 'store.invalid'],
  ['25006', 'store.unavailable'],
  ['28P01', 'store.unavailable'],
  ['3D000', 'store.unavailable'],
  ['40001', 'store.unavailable'],
  ['40P01', 'store.unavailable'],
  ['42P01', 'store.invalid'],
  ['53100', 'store.full'],
  ['53300', 'store.unavailable'],
  ['54000', 'store.invalid'],
  ['55P03', 'store.unavailable'],
  ['57014', 'store.unavailable'],
  ['57P01', 'store.unavailable'],
  ['58030', 'store.unavailable'],
  ['XX001', 'store.unavailable'],
]

function serverError(state: string): Error {
  return Object.assign(new Error('Key (value)=(SECRET) exists'), { code: state, severity: 'ERROR' })
}

for (const [state, key] of POSTGRES) {
  test(`PostgreSQL ${state} is ${key}`, () => {
    const error = storeErrorOf(serverError(state))
    assert.equal(error.key, key)
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error.detail)}`, /SECRET/)
  })
}

test('an error of the network means that the store is unavailable', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', undefined]) {
    const error = Object.assign(new Error('connect'), { code })
    assert.equal(storeErrorOf(error).key, 'store.unavailable')
    assert.equal(leavesConnection(error), false)
  }
})

test('only a transaction that lost against another one is tried again', () => {
  assert.deepEqual(
    ['40001', '40P01', '23505', '53100', '57P01'].map((state) => isRetryable(serverError(state))),
    [true, true, false, false, false],
  )
})

test('a connection is used again after a refusal, not after its end', () => {
  assert.ok(leavesConnection(serverError('23505')))
  assert.ok(leavesConnection(new StoreError('store.version-conflict', 'x')))
  assert.equal(leavesConnection(serverError('57P01')), false)
  assert.equal(leavesConnection(serverError('08006')), false)
})

test('a StoreError is known by its key', () => {
  const error = new StoreError('store.full', 'No room', { sqlite: 13 }, new Error('cause'))
  assert.ok(isStoreError(error))
  assert.ok(isStoreError(error, 'store.full'))
  assert.equal(isStoreError(error, 'store.closed'), false)
  assert.equal(isStoreError(new Error('store.full')), false)
  assert.equal(storeErrorOf(error), error)
})
