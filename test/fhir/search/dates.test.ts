import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BEGINNING, END, instantRange, isoInstant, isoRange, type Zoneless } from '../../../src/fhir/search/dates.ts'

const READ: readonly (readonly [id: string, text: string, zoneless: Zoneless, lo: string, hi: string])[] = [
  ['year', '2025', 'paris', '2024-12-31T23:00:00.000Z', '2025-12-31T22:59:59.999Z'],
  ['month in summer', '2025-04', 'paris', '2025-03-31T22:00:00.000Z', '2025-04-30T21:59:59.999Z'],
  ['day in winter', '2025-01-15', 'paris', '2025-01-14T23:00:00.000Z', '2025-01-15T22:59:59.999Z'],
  ['day in summer', '2025-04-29', 'paris', '2025-04-28T22:00:00.000Z', '2025-04-29T21:59:59.999Z'],
  ['day of 25 hours', '2025-10-26', 'paris', '2025-10-25T22:00:00.000Z', '2025-10-26T22:59:59.999Z'],
  ['day of 23 hours', '2025-03-30', 'paris', '2025-03-29T23:00:00.000Z', '2025-03-30T21:59:59.999Z'],
  ['time that occurs twice', '2025-10-26T02:30:00', 'paris', '2025-10-26T00:30:00.000Z', '2025-10-26T01:30:00.999Z'],
  ['time that does not occur', '2025-03-30T02:30', 'paris', '2025-03-30T01:30:00.000Z', '2025-03-30T01:30:59.999Z'],
  ['summer before the European rule', '1990-07-01', 'paris', '1990-06-30T22:00:00.000Z', '1990-07-01T21:59:59.999Z'],
  ['October 1990, already winter', '1990-10-15', 'paris', '1990-10-14T23:00:00.000Z', '1990-10-15T22:59:59.999Z'],
  ['October 1996, still summer', '1996-10-15', 'paris', '1996-10-14T22:00:00.000Z', '1996-10-15T21:59:59.999Z'],
  ['before legal time zones', '1900-01-01', 'paris', '1899-12-31T23:50:39.000Z', '1900-01-01T23:50:38.999Z'],
  ['birth date', '1984-01-15', 'utc', '1984-01-15T00:00:00.000Z', '1984-01-15T23:59:59.999Z'],
  ['birth month', '1984-02', 'utc', '1984-02-01T00:00:00.000Z', '1984-02-29T23:59:59.999Z'],
  ['birth year', '0099', 'utc', '0099-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z'],
  ['minute', '2025-04-29T12:00Z', 'paris', '2025-04-29T12:00:00.000Z', '2025-04-29T12:00:59.999Z'],
  ['second', '2025-04-29T12:00:01+02:00', 'paris', '2025-04-29T10:00:01.000Z', '2025-04-29T10:00:01.999Z'],
  ['west of Greenwich', '2020-12-31T23:50:50-05:00', 'paris', '2021-01-01T04:50:50.000Z', '2021-01-01T04:50:50.999Z'],
  ['tenth', '2025-04-29T12:00:01.5Z', 'paris', '2025-04-29T12:00:01.500Z', '2025-04-29T12:00:01.599Z'],
  ['millisecond', '2025-04-29T12:00:01.007Z', 'paris', '2025-04-29T12:00:01.007Z', '2025-04-29T12:00:01.007Z'],
  ['microsecond', '2025-04-29T12:00:01.007999Z', 'paris', '2025-04-29T12:00:01.007Z', '2025-04-29T12:00:01.007Z'],
  ['leap second', '2016-12-31T23:59:60Z', 'paris', '2016-12-31T23:59:59.000Z', '2016-12-31T23:59:59.999Z'],
  ['leap day', '2024-02-29', 'utc', '2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
  ['first year', '0001', 'paris', BEGINNING, '0001-12-31T23:50:38.999Z'],
  ['last instant', '9999-12-31T23:59:59-12:00', 'paris', END, END],
]

for (const [id, text, zoneless, lo, hi] of READ) {
  test(`a date covers what its precision says: ${id} (${text})`, () => {
    const range = instantRange(text, zoneless)
    assert.ok(range)
    assert.deepEqual([isoInstant(range.lo), isoInstant(range.hi)], [lo, hi])
    assert.deepEqual(isoRange(range), { lo, hi })
  })
}

const REFUSED = [
  '',
  '0000',
  '25',
  '2025-',
  '2025-13',
  '2025-00-01',
  '2025-1-1',
  '2025-02-29',
  '2025-04-31',
  '2025-04-00',
  '2025-04-29T',
  '2025-04-29T12',
  '2025-04-29T24:00:00Z',
  '2025-04-29T12:60:00Z',
  '2025-04-29T12:00:61Z',
  '2025-04-29T12:00:00.Z',
  '2025-04-29T12:00:00+2',
  '2025-04-29T12:00:00+15:00',
  '2025-04-29T12:00:00Zz',
  '2025-04-29 12:00:00Z',
  '29/04/2025',
  '20250429',
  '٢٠٢٥',
  ' 2025',
  '2025 ',
  '+2025',
  '-2025',
  '2025-04-29T12:00:00+02:60',
]

for (const text of REFUSED) {
  test(`what is not a date is not read as one: '${text}'`, () => {
    assert.equal(instantRange(text, 'paris'), undefined)
    assert.equal(instantRange(text, 'utc'), undefined)
  })
}

test('French legal time agrees with the time zone database, hour by hour over the changes of forty years', () => {
  const clock = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'medium' })
  for (let year = 1980; year < 2040; year += 1) {
    for (const month of [2, 8, 9]) {
      for (let hour = 0; hour < 24 * 14; hour += 1) {
        const instant = Date.UTC(year, month, 18, hour)
        const local = clock.format(instant).replace(' ', 'T')
        const range = instantRange(local, 'paris')
        assert.ok(range !== undefined && range.lo <= instant && range.hi >= instant, `${local} of ${instant}`)
      }
    }
  }
})
