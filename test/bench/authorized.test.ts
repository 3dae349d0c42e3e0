import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AUTHORIZED_MEASUREMENTS, LEAST_AUTHORIZED } from '../../bench/authorized.ts'
import { newBackEnd, tokenOf } from '../../bench/back-end.ts'
import { startServer } from '../support/server.ts'

test('reads are measured with a token against the same without, and may lose a fifth', () => {
  assert.deepEqual(
    AUTHORIZED_MEASUREMENTS.map(({ name }) => name),
    ['auth-read/patient', 'auth-read/page'],
  )
  assert.equal(LEAST_AUTHORIZED, 0.8)
})

test('the back end of the measurements is let in by a server that knows its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-bench-test-'))
  const backEnd = await newBackEnd(join(folder, 'clients.json'))
  const server = await startServer({ config: { auth: 'on', clients: backEnd.clientsFile } })
  try {
    const token = await tokenOf(backEnd, `http://127.0.0.1:${server.port}`, server.config.baseUrl)
    assert.equal((await server.get('Patient', { authorization: `Bearer ${token}` })).status, 200)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
