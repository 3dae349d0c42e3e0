import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { clinicalId, newLocalId, newPatientId } from '../../../src/store/ids.ts'
import type { Condition, DateMatch, DccStore } from '../../../src/store/store.ts'
import { aDocument, aPathway, aPatient, indexOf } from '../../support/store-samples.ts'
import { idsOf, type Setting } from './setting.ts'

const FROM = '2024-01-01T00:00:00.000Z'
const day = (date: string): [string, string] => [`${date}T00:00:00.000Z`, `${date}T23:59:59.999Z`]
const instant = (time: string): [string, string] => [time, time]

/** Documents by letter, with the range that their date implies. */
const DATES = {
  A: day('2023-12-31'),
  B: instant('2024-03-01T12:00:00.000Z'),
  C: day('2024-03-01'),
  D: ['2024-03-01T00:00:00.000Z', '2024-03-31T23:59:59.999Z'],
  E: [FROM, '2024-12-31T23:59:59.999Z'],
  F: instant('2024-03-02T00:00:00.000Z'),
  G: instant('2024-02-29T23:59:59.999Z'),
} satisfies Record<string, [string, string]>

/** FHIR R4 search.html 3.1.1.5.4 and .6 on the ranges above: each row searches with a prefix and a range. */
const ROWS: readonly (readonly [op: DateMatch['op'], range: [string, string], expected: string])[] = [
  ['eq', day('2024-03-01'), 'BC'],
  ['ne', day('2024-03-01'), 'ADEFG'],
  ['gt', day('2024-03-01'), 'DEF'],
  ['lt', day('2024-03-01'), 'AEG'],
  ['ge', day('2024-03-01'), 'BCDEF'],
  ['le', day('2024-03-01'), 'ABCEG'],
  ['sa', day('2024-03-01'), 'F'],
  ['eb', day('2024-03-01'), 'AG'],
  ['eq', instant('2024-03-01T12:00:00.000Z'), 'B'],
  ['ge', instant('2024-03-01T12:00:00.000Z'), 'BCDEF'],
  ['le', instant('2024-03-01T12:00:00.000Z'), 'ABCDEG'],
  ['gt', instant('2024-03-01T12:00:00.000Z'), 'CDEF'],
  ['lt', instant('2024-03-01T12:00:00.000Z'), 'ACDEG'],
  ['eq', [FROM, '2024-12-31T23:59:59.999Z'], 'BCDEFG'],
  ['ge', [FROM, '2024-12-31T23:59:59.999Z'], 'BCDEFG'],
  ['gt', [FROM, '2024-12-31T23:59:59.999Z'], ''],
  ['le', [FROM, '2024-12-31T23:59:59.999Z'], 'ABCDEFG'],
  ['lt', [FROM, '2024-12-31T23:59:59.999Z'], 'A'],
  ['ge', day('2024-12-31'), ''],
  ['ge', day('2024-12-30'), 'E'],
  ['sa', day('2023-12-31'), 'BCDEFG'],
  ['eb', day('2024-01-01'), 'A'],
  ['eq', ['2024-03-01T00:00:00.000Z', '2024-03-31T23:59:59.999Z'], 'BCDF'],
]

export function dateStories({ fresh }: Setting): void {
  let own: DccStore
  const patientId = newPatientId()
  const ids = new Map<string, string>()

  before(async () => {
    own = await fresh()
    await own.commit([aPatient({ id: patientId }), aPathway(patientId)])
    for (const [letter, [lo, hi]] of Object.entries(DATES)) {
      const index = indexOf({
        tokens: ['status||current'],
        dates: [
          ['date', lo, hi],
          ['period', lo, hi],
        ],
      })
      const id = clinicalId(patientId, newLocalId(1))
      await own.commit([aDocument(patientId, { id, date: 'overruled by the index', updatedAt: lo, index })])
      ids.set(letter, id)
    }
    const dateless = aDocument(patientId, { date: FROM, updatedAt: '2000-01-01T00:00:00.000Z' })
    await own.commit([dateless])
  })

  const lettersOf = (found: readonly string[]) =>
    [...ids].flatMap(([letter, id]) => (found.includes(id) ? [letter] : []))

  for (const [op, [lo, hi], expected] of ROWS) {
    test(`${op} ${lo.slice(0, 10)}..${hi.slice(0, 10)} -> ${expected || 'nothing'}`, async () => {
      const scopes: Condition[][] = [
        [],
        [{ kind: 'patient', ids: [patientId] }],
        [{ kind: 'token', param: 'status', anyOf: [{ code: 'current' }] }],
        [{ kind: 'token', param: 'status', anyOf: [{ system: '', code: 'current' }, { code: 'x' }] }],
      ]
      for (const param of ['date', 'period']) {
        for (const scope of scopes) {
          for (const key of ['date', '_id', '_lastUpdated'] as const) {
            const conditions: Condition[] = [{ kind: 'date', param, anyOf: [{ op, lo, hi }] }, ...scope]
            for (const descending of [true, false]) {
              const found = await idsOf(own, 'DocumentReference', conditions, { sort: { key, descending } })
              assert.equal(lettersOf(found).join(''), expected, `${param} ${scope[0]?.kind} ${key}`)
              assert.equal(found.length, expected.length)
            }
            assert.equal(await own.count({ type: 'DocumentReference', conditions }), expected.length)
          }
        }
      }
    })
  }

  test('one of several ranges, and two conditions on one date', async () => {
    const [dayLo, dayHi] = day('2024-03-01')
    const either: Condition = {
      kind: 'date',
      param: 'date',
      anyOf: [
        { op: 'eq', lo: dayLo, hi: dayHi },
        { op: 'lt', lo: FROM, hi: FROM },
      ],
    }
    const between: Condition[] = [
      { kind: 'date', param: 'date', anyOf: [{ op: 'ge', lo: dayLo, hi: dayLo }] },
      { kind: 'date', param: 'date', anyOf: [{ op: 'eb', lo: '2024-03-15', hi: '2024-03-15' }] },
    ]
    for (const descending of [true, false]) {
      const sort = { key: 'date', descending } as const
      assert.equal(lettersOf(await idsOf(own, 'DocumentReference', [either], { sort })).join(''), 'ABC')
      assert.equal(lettersOf(await idsOf(own, 'DocumentReference', between, { sort })).join(''), 'BCF')
    }
    const nothing: Condition = { kind: 'date', param: 'date', anyOf: [] }
    assert.deepEqual(await idsOf(own, 'DocumentReference', [nothing]), [])
  })

  test('_lastUpdated compares the instant of the current version', async () => {
    const [lo, hi] = day('2024-03-01')
    const rows: [DateMatch['op'], string][] = [
      ['eq', 'BCD'],
      ['ne', 'AEFG'],
      ['gt', 'F'],
      ['lt', 'AEG'],
      ['ge', 'BCDF'],
      ['le', 'ABCDEG'],
      ['sa', 'F'],
      ['eb', 'AEG'],
    ]
    for (const [op, expected] of rows) {
      const conditions: Condition[] = [
        { kind: 'date', param: '_lastUpdated', anyOf: [{ op, lo, hi }] },
        { kind: 'token', param: 'status', anyOf: [{ code: 'current' }] },
      ]
      for (const key of ['_lastUpdated', 'date', '_id'] as const) {
        const found = await idsOf(own, 'DocumentReference', conditions, { sort: { key, descending: true } })
        assert.equal(lettersOf(found).join(''), expected, `${op} ${key}`)
      }
    }
  })
}
