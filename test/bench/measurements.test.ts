import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { LOAD_MEASUREMENTS, measurementNames, SCALED } from '../../bench/measurements.ts'

/** What has to be measured, and what a figure has to reach there, by name. */
const WANTED = [
  ['ceiling', []],
  ['read-patient', ['sqlite >= 50 % of Express', 'postgres >= 25 % of Express']],
  ['patient-by-ins', []],
  ['corresponding-identifiers', ['sqlite >= 5000/s', 'postgres >= 5000/s']],
  ['documents-by-patient-and-type', ['sqlite >= 3500/s', 'postgres >= 2500/s']],
  ['compressed-page', []],
  ['documents-by-patient-identifier', []],
  ['documents-by-status', ['sqlite >= 3500/s', 'postgres >= 2500/s']],
  ['binary', []],
  ['create-patient', []],
  ['transaction', ['sqlite >= 300/s', 'postgres >= 300/s']],
] as const

for (const [name, aims] of WANTED) {
  test(`${name} is measured on both engines or as a ceiling, against its aims`, () => {
    const measurement = LOAD_MEASUREMENTS.find((one) => one.name === name)
    assert.ok(measurement)
    const servers = name === 'ceiling' ? ['node:http', 'express'] : ['sqlite', 'postgres']
    assert.deepEqual(measurement.servers.slice(0, 2), servers)
    const found = Object.entries(measurement.aims).map(([server, { kind, least }]) =>
      kind === 'per-second' ? `${server} >= ${least}/s` : `${server} >= ${least * 100} % of Express`,
    )
    assert.deepEqual(found, aims)
  })
}

test('every query is measured on a small and on a large record, and so are the load, the start and the memory', () => {
  const queries = SCALED.map(({ name }) => name)
  assert.deepEqual(queries, [
    'read-patient',
    'patient-by-ins',
    'corresponding-identifiers',
    'patient-by-traits',
    'patient-by-names',
    'match',
    'documents-by-patient-and-type',
    'documents-by-patient-identifier',
    'documents-by-status',
  ])
  const names = measurementNames().map(({ name }) => name)
  for (const single of ['load', 'start-up', 'idle-memory']) assert.ok(names.includes(single), single)
  assert.equal(new Set(names).size, names.length)
})

test('npm run bench -- --list names every measurement, one a line', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/main.ts', '--list'])
  const named = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0])
  assert.deepEqual(
    named,
    measurementNames().map(({ name }) => name),
  )
})

test('a name that no measurement has is refused with the usage', async () => {
  const run = promisify(execFile)(process.execPath, ['bench/main.ts', '--only', 'nothing-like-this'])
  await assert.rejects(run, { code: 2, stderr: /nothing-like-this\nUsage: npm run bench/ })
})
