import assert from 'node:assert/strict'
import { test } from 'node:test'
import { condition, finds, search } from './matching.ts'

/** Documents created at instants of their own precision. */
const sheet = (creation: string) => ({ resourceType: 'DocumentReference', content: [{ attachment: { creation } }] })
const stay = (start: string, end: string) => ({
  resourceType: 'DocumentReference',
  context: { period: { start, end } },
})

/** R4 search.html#prefix by prefix and precision of the value: which instants are found. */
const INSTANT = '2025-04-25T09:30:00Z'
const COMPARED: readonly (readonly [value: string, found: boolean])[] = [
  ['2025-04-25T09:30:00Z', true],
  ['2025-04-25T11:30:00+02:00', true],
  ['2025-04-25T11:30:00', true],
  ['2025-04-25T09:30Z', true],
  ['2025-04-25', true],
  ['2025-04', true],
  ['2025', true],
  ['2025-04-24', false],
  ['2024', false],
  ['eq2025-04-25', true],
  ['eq2025-04-26', false],
  ['ne2025-04-25', false],
  ['ne2025-04-26', true],
  ['ne2025', false],
  ['gt2025-04-25T09:29:59Z', true],
  ['gt2025-04-25T09:30:00Z', false],
  ['gt2025-04-25', false],
  ['gt2025-04-24', true],
  ['gt2025', false],
  ['gt2024', true],
  ['lt2025-04-25T09:30:01Z', true],
  ['lt2025-04-25T09:30:00Z', false],
  ['lt2025-04-25', false],
  ['lt2025-04-26', true],
  ['lt2026', true],
  ['lt2025', false],
  ['ge2025-04-25T09:30:00Z', true],
  ['ge2025-04-25', true],
  ['ge2025-04', true],
  ['ge2025-04-26', false],
  ['ge2026', false],
  ['le2025-04-25T09:30:00Z', true],
  ['le2025-04-25', true],
  ['le2025', true],
  ['le2025-04-24', false],
  ['le2024', false],
  ['sa2025-04-24', true],
  ['sa2025-04-25', false],
  ['sa2024', true],
  ['sa2025', false],
  ['eb2025-04-26', true],
  ['eb2025-04-25', false],
  ['eb2026', true],
  ['eb2025', false],
  ['ap2025-04-25', true],
  ['ap2025-05-10', true],
  ['ap2025-01-01', false],
  ['ap2024-01-01', false],
  ['ap2025-12-30', false],
]

for (const [value, found] of COMPARED) {
  test(`a document of ${INSTANT} is ${found ? '' : 'not '}found by creation=${value}`, () => {
    assert.equal(finds(sheet(INSTANT), 'DocumentReference', `creation=${value}`), found)
  })
}

const PERIODS: readonly (readonly [value: string, found: boolean])[] = [
  ['2025-04', true],
  ['2025-04-20', false],
  ['eq2025', true],
  ['ne2025-04-20', true],
  ['gt2025-04-22', true],
  ['lt2025-04-22', true],
  ['ge2025-04-24', true],
  ['ge2025-04-25', false],
  ['ge2025-04-20', true],
  ['le2025-04-21', true],
  ['le2025-04-20', false],
  ['sa2025-04-19', true],
  ['sa2025-04-20', false],
  ['eb2025-04-26', true],
  ['eb2025-04-25', false],
  ['gt2025-04-25', false],
  ['lt2025-04-20', false],
  ['ap2025-04-22', true],
]

for (const [value, found] of PERIODS) {
  test(`a stay from 20 to 25 April is ${found ? '' : 'not '}found by period=${value}`, () => {
    assert.equal(finds(stay('2025-04-20', '2025-04-25'), 'DocumentReference', `period=${value}`), found)
  })
}

test('a stay that has not ended is after every date that follows its start', () => {
  const open = { resourceType: 'DocumentReference', context: { period: { start: '2025-04-20' } } }
  assert.equal(finds(open, 'DocumentReference', 'period=gt2090'), true)
  assert.equal(finds(open, 'DocumentReference', 'period=eb2090'), false)
  assert.equal(finds(open, 'DocumentReference', 'period=2025'), false)
})

test('both bounds of an interval: ge and lt, as MHD consumers send them', () => {
  const april = 'creation=ge2025-04-01&creation=lt2025-05-01'
  assert.equal(finds(sheet(INSTANT), 'DocumentReference', april), true)
  assert.equal(finds(sheet('2025-05-01'), 'DocumentReference', april), false)
  assert.equal(finds(sheet('2025-03-31T23:59:59+02:00'), 'DocumentReference', april), false)
  assert.equal(finds(sheet('2025-04-01T00:00:00+02:00'), 'DocumentReference', april), true)
})

test('a day without zone is a French day for documents, a calendar day for births', () => {
  assert.deepEqual(condition('DocumentReference', 'date=2025-07-14'), {
    kind: 'date',
    param: 'date',
    anyOf: [{ op: 'eq', lo: '2025-07-13T22:00:00.000Z', hi: '2025-07-14T21:59:59.999Z' }],
  })
  assert.deepEqual(condition('Patient', 'birthdate=1984-07-14'), {
    kind: 'date',
    param: 'birthdate',
    anyOf: [{ op: 'eq', lo: '1984-07-14T00:00:00.000Z', hi: '1984-07-14T23:59:59.999Z' }],
  })
})

test('a plus sign that arrives as a blank is still a zone', () => {
  assert.deepEqual(condition('DocumentReference', 'date=ge2025-07-14T00:00:00%2002:00'), {
    kind: 'date',
    param: 'date',
    anyOf: [{ op: 'ge', lo: '2025-07-13T22:00:00.000Z', hi: '2025-07-13T22:00:00.999Z' }],
  })
})

test('alternatives are one condition; an approximate one among them keeps its two bounds', () => {
  const { conditions } = search('DocumentReference', 'date=2025,lt2020')
  assert.equal(conditions.length, 1)
  for (const [creation, found] of [
    ['2025-04-25', true],
    ['2019-01-01', true],
    ['2023-12-31', false],
  ] as const) {
    assert.equal(finds(sheet(creation), 'DocumentReference', 'creation=ap2025-04-25,lt2020'), found, creation)
  }
})

test('approximately is a tenth of the distance to now on either side, and nothing around now', () => {
  assert.deepEqual(search('DocumentReference', 'date=ap2025-12-22T00:00:00Z').conditions, [
    {
      kind: 'date',
      param: 'date',
      anyOf: [{ op: 'gt', lo: '2025-12-21T00:00:00.098Z', hi: '2025-12-21T00:00:00.098Z' }],
    },
    {
      kind: 'date',
      param: 'date',
      anyOf: [{ op: 'lt', lo: '2025-12-23T00:00:00.900Z', hi: '2025-12-23T00:00:00.900Z' }],
    },
  ])
  assert.deepEqual(search('DocumentReference', 'date=ap2026-01-01T00:00:00Z').conditions, [
    {
      kind: 'date',
      param: 'date',
      anyOf: [{ op: 'gt', lo: '2025-12-31T23:59:59.999Z', hi: '2025-12-31T23:59:59.999Z' }],
    },
    {
      kind: 'date',
      param: 'date',
      anyOf: [{ op: 'lt', lo: '2026-01-01T00:00:01.000Z', hi: '2026-01-01T00:00:01.000Z' }],
    },
  ])
})

// ge and le are as R4 words them: a range that straddles the value's bound is found only when it goes beyond the value.
