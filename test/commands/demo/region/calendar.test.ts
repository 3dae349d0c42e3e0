import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dayOf,
  frenchDate,
  hl7Instant,
  isoDate,
  parseDay,
  yearOf,
} from '../../../../src/commands/demo/region/calendar.ts'

const CASES = [
  { id: 'winter', date: '2026-01-15', offset: '+0100' },
  { id: 'the day before the change of March', date: '2026-03-28', offset: '+0100' },
  { id: 'the day of the change of March', date: '2026-03-29', offset: '+0200' },
  { id: 'summer', date: '2024-07-14', offset: '+0200' },
  { id: 'the day before the change of October', date: '2026-10-24', offset: '+0200' },
  { id: 'the day of the change of October', date: '2026-10-25', offset: '+0100' },
] as const
for (const { id, date, offset } of CASES) {
  test(`an instant is written with the offset of Paris: ${id}`, () => {
    assert.equal(hl7Instant(parseDay(date), 9 * 60 + 5), `${date.replaceAll('-', '')}090500${offset}`)
  })
}

test('a day goes back and forth', () => {
  const day = dayOf(1984, 1, 15)
  assert.equal(isoDate(day), '1984-01-15')
  assert.equal(parseDay('1984-01-15'), day)
  assert.equal(yearOf(day), 1984)
  assert.equal(frenchDate(day), '15/01/1984')
})
