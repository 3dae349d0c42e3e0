import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PAGE, readFilter, timelineOf } from '../../../src/web/sheet/timeline.ts'
import { chainsOf } from '../../../src/web/sheet/versions.ts'
import { aSheetDocument, type Told } from './samples.ts'

const TODAY = '2026-11-23T10:00:00Z'
const DOCUMENTS: readonly Told[] = [
  { id: 'today', writtenAt: '2026-11-23' },
  { id: 'a-year-ago', writtenAt: '2025-11-23', kind: 'pps' },
  { id: 'a-year-and-a-day-ago', writtenAt: '2025-11-22' },
  { id: 'in-a-year', writtenAt: '2024', kind: 'cr' },
  { id: 'undated', writtenAt: '', kind: 'autre' },
]

function shown(query: Readonly<Record<string, unknown>>, documents = DOCUMENTS) {
  const timeline = timelineOf(chainsOf(documents.map(aSheetDocument)), readFilter(query), TODAY)
  return { ...timeline, ids: timeline.years.flatMap(({ chains }) => chains.map(({ current }) => current.id)) }
}

const FILTERS: readonly (readonly [id: string, query: Record<string, unknown>, ids: readonly string[]])[] = [
  ['nothing asked', {}, ['today', 'a-year-ago', 'a-year-and-a-day-ago', 'in-a-year', 'undated']],
  ['a kind', { type: 'rcp' }, ['today', 'a-year-and-a-day-ago']],
  ['the last twelve months', { periode: '12m' }, ['today', 'a-year-ago']],
  ['a year', { periode: '2024' }, ['in-a-year']],
  ['both', { type: 'pps', periode: '2025' }, ['a-year-ago']],
  ['none of them', { type: 'cr', periode: '2026' }, []],
  [
    'a kind that is none',
    { type: 'toString' },
    ['today', 'a-year-ago', 'a-year-and-a-day-ago', 'in-a-year', 'undated'],
  ],
  [
    'a parameter twice',
    { type: ['rcp', 'pps'] },
    ['today', 'a-year-ago', 'a-year-and-a-day-ago', 'in-a-year', 'undated'],
  ],
]

describe('the timeline of a sheet', () => {
  for (const [id, query, ids] of FILTERS) {
    test(`${id}: shows what was asked for`, () => assert.deepEqual(shown(query).ids, ids))
  }

  test('each choice says how many it would show, given the other one', () => {
    const { kinds, periods } = shown({ periode: '2025' })
    assert.deepEqual(
      kinds.map(({ value, count, chosen }) => [value, count, chosen]),
      [
        ['', 2, true],
        ['rcp', 1, false],
        ['pps', 1, false],
      ],
    )
    assert.deepEqual(
      periods.map(({ value, count, chosen }) => [value, count, chosen]),
      [
        ['', 5, false],
        ['12m', 2, false],
        ['2026', 1, false],
        ['2025', 2, true],
        ['2024', 1, false],
      ],
    )
  })

  test('a choice that leaves nothing is still there to be undone', () => {
    const { kinds } = shown({ type: 'cr', periode: '2026' })
    assert.ok(kinds.some(({ value, chosen, count }) => value === 'cr' && chosen && count === 0))
  })

  test('what has no date stands last, under a heading that says so', () => {
    assert.equal(shown({}).years.at(-1)?.year, 'Sans date')
  })

  test('pages are of a size, and a page that is not there is the last one', () => {
    const many = Array.from({ length: PAGE * 2 + 1 }, (_, n) => ({
      id: `d${String(n).padStart(4, '0')}`,
      writtenAt: '2026',
    }))
    const second = shown({ page: '2' }, many)
    assert.deepEqual([second.first, second.last, second.newer, second.older], [PAGE + 1, PAGE * 2, 1, 3])
    const beyond = shown({ page: '9999' }, many)
    assert.deepEqual([beyond.first, beyond.last, beyond.older], [PAGE * 2 + 1, PAGE * 2 + 1, undefined])
    for (const page of ['0', '-1', '1e3', 'x', '']) assert.equal(shown({ page }, many).first, 1)
  })
})
