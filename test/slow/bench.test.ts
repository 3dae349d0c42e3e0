import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'

test('npm run bench -- --quick --only one measurement prints its rows beside the ceilings and writes the figures', async (t) => {
  const postgres = await startPostgres()
  if (postgres === undefined) return t.skip(NO_POSTGRES)
  await postgres.stop()
  const folder = await mkdtemp(join(tmpdir(), 'dcc-bench-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'figures.json')
  const args = ['bench/main.ts', '--quick', '--only', 'read-patient', '--json', file]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 300_000 })
  const servers = ['node:http', 'express', 'sqlite', 'postgres', 'medplum']
  const rows = stdout.trim().split('\n').slice(2)
  assert.deepEqual(
    rows.map((row) => row.split('|')[2]?.trim()),
    servers,
  )
  const { results } = JSON.parse(await readFile(file, 'utf8'))
  for (const { server, value, rounds } of results) {
    assert.ok(value > 0, server)
    assert.equal(rounds[0].failed, 0, server)
  }
})
