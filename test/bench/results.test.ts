import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestOf, judged, type Round, spreadOf } from '../../bench/results.ts'
import { tableOf } from '../../bench/table.ts'

const round = (perSecond: number): Round => ({
  perSecond,
  p50: 1,
  p99: 2,
  cpu: 100,
  databaseCpu: undefined,
  rss: 100e6,
  others: 0.25,
  failed: 0,
  bytes: 1500,
})

test('the best round counts, and the spread tells how far the worst was below it', () => {
  const rounds = [round(800), round(1000), round(900)]
  assert.equal(bestOf(rounds).perSecond, 1000)
  assert.equal(spreadOf(rounds), 0.2)
})

test('an aim is met from its value on; an aim of the ceiling says nothing without the ceiling', () => {
  assert.deepEqual(judged({ kind: 'per-second', least: 300 }, 300, undefined), { text: '>= 300/s', met: true })
  assert.deepEqual(judged({ kind: 'of-express', least: 0.5 }, 4999, 10_000), {
    text: '>= 50 % of Express',
    met: false,
  })
  assert.equal(judged({ kind: 'of-express', least: 0.5 }, 4999, undefined), undefined)
  assert.equal(judged(undefined, 1, 1), undefined)
})

test('the table has a line for each result, with its figure, its share of the ceiling and its aim', () => {
  const table = tableOf(
    [
      {
        name: 'read-patient',
        title: 'read Patient',
        server: 'sqlite',
        value: 1000,
        unit: 'per-second',
        rounds: [round(1000), round(900)],
        aim: { text: '>= 50 % of Express', met: false },
      },
      { name: 'start-up', title: 'start', server: 'sqlite', value: 0.5, unit: 'seconds', rounds: [] },
    ],
    4000,
  )
  const [, , load, start] = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  assert.deepEqual(load?.slice(1, 16), [
    'read Patient',
    'sqlite',
    '1000/s',
    '10 %',
    '1.00',
    '2.00',
    '100',
    '',
    '10 %',
    '100',
    '25 %',
    '0',
    '25 %',
    '>= 50 % of Express',
    'NOT MET',
  ])
  assert.deepEqual(start?.slice(1, 4), ['start', 'sqlite', '0.50 s'])
})
