import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isStoreError } from '../../src/store/errors.ts'
import {
  type Migration,
  migrate,
  migrationState,
  prepareSchema,
  shippedMigrations,
} from '../../src/store/migrations.ts'
import { openDriver } from '../../src/store/open.ts'
import { type Ended, run, stateOf } from '../support/import.ts'
import { markAsChanged, markAsInterrupted, markAsNewer } from '../support/schema.ts'

let root = ''
let last = 0
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dcc-migrate-'))
})
after(() => rm(root, { recursive: true, force: true }))

test('a fresh store gets every migration, each one named', async () => {
  const folder = await newFolder()
  const names = (await shippedMigrations()).map(({ name }) => `applied ${name}\n`)
  assertEnded(await migrateIn(folder), 0, names.join(''), '')
  assert.equal((await stateOf(folder)).counts.patient, 0)
})

test('a current store has nothing to do', async () => {
  const folder = await newFolder()
  await migrateIn(folder)
  assertEnded(await migrateIn(folder), 0, 'nothing to do: the schema is current\n', '')
})

test('an interrupted migration is resumed', async () => {
  const folder = await newFolder()
  markAsInterrupted(join(folder, 'dcc.sqlite'))
  const { code, stdout } = await migrateIn(folder)
  assert.equal(code, 0)
  assert.match(stdout, /^applied 0001-/)
})

test('a store of a newer release is refused, saying what it is and what we know, and stays as it is', async () => {
  const folder = await newFolder()
  await migrateIn(folder)
  markAsNewer(join(folder, 'dcc.sqlite'))
  const shipped = (await shippedMigrations()).at(-1)?.version
  const message = new RegExp(`^store\\.schema-newer: .*newer release.* 9999,.* ${shipped}\\n$`)
  for (const _again of [1, 2]) assertEnded(await migrateIn(folder), 1, '', message)
})

test('a store whose migration was another text is refused', async () => {
  const folder = await newFolder()
  await migrateIn(folder)
  markAsChanged(join(folder, 'dcc.sqlite'))
  assertEnded(await migrateIn(folder), 1, '', /^store\.schema-changed: Migration 0001-\S+ has changed since/)
})

test('an older store is opened only after its migration, which applies what is missing', async () => {
  const folder = await newFolder()
  await migrateIn(folder)
  const sql = 'CREATE TABLE later (id $TEXT NOT NULL PRIMARY KEY)'
  const later: Migration = {
    version: 9998,
    name: '9998-later',
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
  }
  const migrations = [...(await shippedMigrations()), later]
  const driver = await openDriver(`sqlite:${join(folder, 'dcc.sqlite')}`)
  try {
    await assert.rejects(prepareSchema(driver, migrations), (error) => {
      assert.ok(isStoreError(error, 'store.schema-older'))
      assert.match(error.message, /npm run dcc -- migrate/)
      return true
    })
    const steps: string[] = []
    await migrate(driver, ({ name }) => steps.push(name), migrations)
    assert.deepEqual(steps, ['9998-later'])
    assert.deepEqual((await migrationState(driver, migrations)).pending, [])
    await prepareSchema(driver, migrations)
  } finally {
    await driver.close()
  }
})

test('a file that is no store is refused', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'dcc.sqlite'), 'a letter, and no database at all '.repeat(100))
  const { code, stdout, stderr } = await migrateIn(folder)
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^store\.\w/)
})

test('several migrations at once: all succeed, each step is applied once', async () => {
  const folder = await newFolder()
  const ended = await Promise.all([1, 2, 3].map(() => migrateIn(folder)))
  assert.deepEqual(
    ended.map(({ code, stderr }) => [code, stderr]),
    ended.map(() => [0, '']),
  )
  const applied = ended.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.startsWith('applied'))
  assert.equal(applied.length, (await shippedMigrations()).length)
})

test('a wrong setting is named', async () => {
  const { code, stderr } = await run(['migrate'], { DCC_STORE: 'mysql://localhost/dcc' })
  assert.equal(code, 1)
  assert.match(stderr, /DCC_STORE/)
})

async function newFolder(): Promise<string> {
  last += 1
  const folder = join(root, String(last))
  await mkdir(folder)
  return folder
}

function migrateIn(folder: string): Promise<Ended> {
  return run(['migrate'], { DCC_DATA_DIR: folder })
}

function assertEnded({ code, stdout, stderr }: Ended, expected: number, out: string, err: string | RegExp): void {
  assert.deepEqual([code, stdout], [expected, out], stderr)
  if (typeof err === 'string') assert.equal(stderr, err)
  else assert.match(stderr, err)
}
