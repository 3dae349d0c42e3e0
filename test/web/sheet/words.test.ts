import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ageOn, counted, dayOf, fileSize, longDate, shortDay } from '../../../src/web/sheet/words.ts'

const DATES: readonly (readonly [date: string, long: string, short: string, day: string])[] = [
  ['2026-02-24T11:16:00+01:00', '24 février 2026', '24 févr.', '2026-02-24'],
  // Midnight in Paris is not midnight in UTC, in winter and in summer.
  ['2025-12-31T23:30:00Z', '1er janvier 2026', '1er janv.', '2026-01-01'],
  ['2026-06-30T22:30:00.000Z', '1er juillet 2026', '1er juil.', '2026-07-01'],
  ['2026-07-11', '11 juillet 2026', '11 juil.', '2026-07-11'],
  ['2026-03', 'mars 2026', '', '2026-03'],
  ['1999', '1999', '', '1999'],
  ['', '', '', ''],
  ['hier', '', '', ''],
  ['2026-13-40', '', '', ''],
]

describe('dates in words', () => {
  for (const [date, long, short, day] of DATES) {
    test(`${date || 'none'}: as precise as it is, in Paris time`, () => {
      assert.equal(longDate(date), long)
      assert.equal(shortDay(date), short)
      assert.equal(dayOf(date), day)
    })
  }
})

const AGES: readonly (readonly [birthDate: string, on: string, age: number | undefined])[] = [
  ['1984-01-15', '2026-01-14', 41],
  ['1984-01-15', '2026-01-15', 42],
  ['1984-02-29', '2026-02-28', 41],
  ['1984-02-29', '2026-03-01', 42],
  ['1984', '2026-06-01', 41],
  ['1984-05', '2026-06-01', 42],
  ['', '2026-06-01', undefined],
  ['1984-01-15', '2026', undefined],
]

describe('ages', () => {
  for (const [birthDate, on, age] of AGES) {
    test(`${birthDate || 'unknown'} on ${on}`, () => assert.equal(ageOn(birthDate, on), age))
  }
})

test('numbers go with their noun by a space that does not break', () => {
  assert.equal(counted(0, 'document'), '0\u00a0document')
  assert.equal(counted(1, 'version précédente', 'versions précédentes'), '1\u00a0version précédente')
  assert.equal(counted(2, 'version précédente', 'versions précédentes'), '2\u00a0versions précédentes')
})

test('sizes have the unit that people read', () => {
  assert.equal(fileSize(12), '1\u00a0ko')
  assert.equal(fileSize(51_413), '51\u00a0ko')
  assert.equal(fileSize(2_345_678), '2,3\u00a0Mo')
})
