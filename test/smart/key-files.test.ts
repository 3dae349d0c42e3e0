import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { openCallKeys } from '../../src/smart/call/call-keys.ts'
import { openKeyRing } from '../../src/smart/signing-keys.ts'

const parent = mkdtempSync(join(tmpdir(), 'dcc-keys-'))
after(() => rmSync(parent, { recursive: true, force: true }))
const aFolder = () => mkdtempSync(join(parent, 'data-'))

const WRITER = `
  const { workerData } = require('node:worker_threads')
  import(workerData.module).then(({ writeFirstKeys }) => {
    const keys = Array.from({ length: 2000 }, () => ({ kid: workerData.kid, filler: 'x'.repeat(500) }))
    writeFirstKeys(workerData.path, keys, () => true)
  })
`

test('a file of keys has its name only when it is whole: who looks meanwhile sees none or all, of one writer', async () => {
  const folder = aFolder()
  const path = join(folder, 'keys.json')
  const module = new URL('../../src/smart/key-file.ts', import.meta.url).href
  const seen: string[] = []
  const look = setInterval(() => {
    try {
      seen.push(readFileSync(path, 'utf8'))
    } catch {
      // Not there yet.
    }
  }, 0)
  const writers = ['one', 'other'].map(
    (kid) => new Worker(WRITER, { eval: true, workerData: { module, path, kid }, execArgv: [] }),
  )
  await Promise.all(writers.map((writer) => new Promise((resolve) => writer.once('exit', resolve))))
  clearInterval(look)
  const whole = readFileSync(path, 'utf8')
  assert.equal(JSON.parse(whole).keys.length, 2000)
  assert.ok(seen.every((text) => text === whole))
  assert.deepEqual(readdirSync(folder), ['keys.json'], 'nothing is left beside it')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('keys of calls that could not be made for a moment are made when they are needed next', async () => {
  const folder = aFolder()
  const missing = join(folder, 'file')
  // What stands where the data folder should be: it cannot be written.
  writeFileSync(missing, '')
  const keys = openCallKeys(missing)
  await assert.rejects(keys.published())
  rmSync(missing)
  assert.equal((await keys.published()).keys.length, 3)
})

test('a file of signing keys that can be read no more changes nothing while the server runs', () => {
  const folder = aFolder()
  let now = 0
  const ring = openKeyRing(folder, () => now)
  const before = ring.current()
  chmodSync(join(folder, 'signing-keys.json'), 0o600)
  writeFileSync(join(folder, 'signing-keys.json'), '{"keys": [{"kty"')
  now = 5000
  assert.equal(ring.current(), before)
})
