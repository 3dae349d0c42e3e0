import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { migrate } from '../../src/store/migrations.ts'
import { openDriver, openStore } from '../../src/store/open.ts'

test('a setting names the engine and the place; the folder of a file is made', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-open-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const setting = `sqlite:${join(folder, 'deep', 'down', 'dcc.sqlite')}`
  const driver = await openDriver(setting)
  await migrate(driver)
  await driver.close()
  const store = await openStore(setting)
  assert.equal(store.engine, 'sqlite')
  await store.close()
})

for (const setting of [
  '',
  'sqlite:',
  'sqlite::memory:',
  '/var/lib/dcc.sqlite',
  'mysql://localhost/dcc',
  'postgres:dcc',
]) {
  test(`refused as a setting: "${setting}"`, async () => {
    await assert.rejects(openStore(setting), { key: 'store.invalid' })
    await assert.rejects(openDriver(setting), { key: 'store.invalid' })
  })
}

test('a server that does not answer is unavailable', async () => {
  await assert.rejects(openStore('postgres://nobody@127.0.0.1:1/dcc'), { key: 'store.unavailable' })
})
