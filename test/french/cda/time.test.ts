import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateOf, dateTimeOf, instantOf } from '../../../src/french/cda/time.ts'

const TIMES: [timestamp: string, dateTime: string | undefined][] = [
  ['2019', '2019'],
  ['201902', '2019-02'],
  ['20190218', '2019-02-18'],
  ['2019021815', '2019-02-18T15:00:00+01:00'],
  ['201902181545', '2019-02-18T15:45:00+01:00'],
  ['20190718154530', '2019-07-18T15:45:30+02:00'],
  ['20190718154530.123-0400', '2019-07-18T15:45:30-04:00'],
  ['20210729093500+0100', '2021-07-29T09:35:00+01:00'],
  ['20190218154500+01', '2019-02-18T15:45:00+01:00'],
  ['20240331015959', '2024-03-31T01:59:59+01:00'],
  ['20240331023000', '2024-03-31T02:30:00+01:00'],
  ['20240331030000', '2024-03-31T03:00:00+02:00'],
  ['20241027023000', '2024-10-27T02:30:00+02:00'],
  ['20241027030000', '2024-10-27T03:00:00+01:00'],
  ['20240229', '2024-02-29'],
  ['20230229', undefined],
  ['20231301', undefined],
  ['20230100', undefined],
  ['20230101240000', undefined],
  ['20230101106000', undefined],
  ['20230101100000+1500', undefined],
  ['00000101', undefined],
  ['2023-01-01', undefined],
  ['', undefined],
]

for (const [timestamp, dateTime] of TIMES) {
  test(`the timestamp "${timestamp}" is ${dateTime ?? 'refused'}`, () => assert.equal(dateTimeOf(timestamp), dateTime))
}

test('an instant needs a whole day, and begins it when no hour is given', () => {
  assert.equal(instantOf('20190718'), '2019-07-18T00:00:00+02:00')
  assert.equal(instantOf('201907'), undefined)
})

test('a birth date never moves with the zone', () => assert.equal(dateOf('19790328000000-1000'), '1979-03-28'))
