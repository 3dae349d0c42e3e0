import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import {
  type Migration,
  migrate,
  migrationState,
  prepareSchema,
  shippedMigrations,
} from '../../src/store/migrations.ts'
import type { SqlDriver } from '../../src/store/sql/driver.ts'
import { startEngines } from '../support/engines.ts'
import { aPatient } from '../support/store-samples.ts'

const { engines, stop } = await startEngines()
after(stop)

function aMigration(version: number, sql: string): Migration {
  return { version, name: `000${version}-step`, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

const migrateTo = (driver: SqlDriver, migrations: readonly Migration[]) => migrate(driver, undefined, migrations)

const FIRST = aMigration(1, 'CREATE TABLE one (id $TEXT NOT NULL PRIMARY KEY) $KEYED; CREATE INDEX one_i ON one (id);')
const SECOND = aMigration(2, "CREATE TABLE two (id $TEXT NOT NULL PRIMARY KEY); INSERT INTO two (id) VALUES ('x');")
const BROKEN = aMigration(2, 'CREATE TABLE two (id $TEXT NOT NULL PRIMARY KEY); CREATE TABLE one (id INTEGER);')

test('the migrations shipped are numbered from one, without gap, and named', async () => {
  const shipped = await shippedMigrations()
  assert.deepEqual(
    shipped.map(({ version }) => version),
    shipped.map((_, index) => index + 1),
  )
  for (const { name, checksum, sql } of shipped) {
    assert.match(name, /^\d{4}-[a-z0-9-]+$/)
    assert.match(checksum, /^[0-9a-f]{64}$/)
    assert.doesNotMatch(sql.replaceAll(/\$(TEXT|KEYED)\b/g, ''), /\$/)
  }
})

for (const engine of engines) {
  describe(engine.name, { skip: engine.skip }, () => {
    const opened: SqlDriver[] = []
    after(() => Promise.all(opened.map((driver) => driver.close())))

    async function openAt(place: string): Promise<SqlDriver> {
      const driver = await engine.openDriver(place)
      opened.push(driver)
      return driver
    }
    const open = async () => openAt(await engine.newPlace())
    const exists = async (driver: SqlDriver, table: string) =>
      (await driver.all(driver.dialect.tableExists, [table])).length > 0

    test('an empty database waits for everything that is shipped', async () => {
      const driver = await open()
      const state = await migrationState(driver)
      const shipped = await shippedMigrations()
      assert.deepEqual(state, { applied: 0, shipped: shipped.length, pending: shipped })
    })

    test('each migration is applied once, in order, and recorded', async () => {
      const driver = await open()
      const steps: number[] = []
      const state = await migrate(driver, ({ version }) => steps.push(version), [FIRST, SECOND])
      assert.deepEqual(steps, [1, 2])
      assert.deepEqual(state, { applied: 2, shipped: 2, pending: [] })
      await migrate(driver, ({ version }) => steps.push(version), [FIRST, SECOND])
      assert.deepEqual(steps, [1, 2])
      assert.deepEqual(await driver.all('SELECT id FROM two', []), [['x']])
    })

    test('opening an empty store gives it the schema, opening it again changes nothing', async () => {
      const place = await engine.newPlace()
      const store = await engine.openStore(place)
      const patient = aPatient()
      await store.commit([patient])
      await store.close()
      const again = await engine.openStore(place)
      assert.equal((await again.read('Patient', patient.id))?.version, 1)
      await again.close()
      assert.deepEqual((await migrationState(await openAt(place))).pending, [])
    })

    test('an older store is refused until it is migrated, and keeps what it holds', async () => {
      const driver = await open()
      await prepareSchema(driver, [FIRST])
      await driver.commit([{ sql: 'INSERT INTO one (id) VALUES (?1)', params: ['kept'] }])
      await assert.rejects(prepareSchema(driver, [FIRST, SECOND]), {
        key: 'store.schema-older',
        message: /npm run dcc -- migrate/,
      })
      assert.equal(await exists(driver, 'two'), false)
      await migrate(driver, undefined, [FIRST, SECOND])
      await prepareSchema(driver, [FIRST, SECOND])
      assert.deepEqual(await driver.all('SELECT id FROM one', []), [['kept']])
    })

    test('a store of a newer release is refused, by opening and by migrating', async () => {
      const driver = await open()
      await migrate(driver, undefined, [FIRST, SECOND])
      for (const attempt of [prepareSchema, migrateTo]) {
        await assert.rejects(attempt(driver, [FIRST]), {
          key: 'store.schema-newer',
          detail: { applied: 2, shipped: 1 },
        })
      }
    })

    test('a migration that was changed after it was applied is refused', async () => {
      const driver = await open()
      await migrate(driver, undefined, [FIRST])
      const changed = aMigration(1, `${FIRST.sql} `)
      for (const attempt of [prepareSchema, migrateTo]) {
        await assert.rejects(attempt(driver, [changed, SECOND]), {
          key: 'store.schema-changed',
          detail: { version: 1 },
        })
      }
      assert.equal(await exists(driver, 'two'), false)
    })

    test('a migration that fails half-way leaves nothing, and can be resumed when it is mended', async () => {
      const driver = await open()
      const steps: number[] = []
      const onStep = ({ version }: Migration) => steps.push(version)
      await assert.rejects(migrate(driver, onStep, [FIRST, BROKEN]), { key: 'store.invalid' })
      assert.equal(await exists(driver, 'two'), false)
      assert.deepEqual((await migrationState(driver, [FIRST, SECOND])).pending, [SECOND])
      await migrate(driver, onStep, [FIRST, SECOND])
      assert.deepEqual(steps, [1, 2])
    })

    test('several processes may migrate an empty database at once: each step runs once', async () => {
      const place = await engine.newPlace()
      const drivers = await Promise.all(Array.from({ length: 4 }, () => openAt(place)))
      const steps: number[] = []
      const onStep = ({ version }: Migration) => steps.push(version)
      const states = await Promise.all(drivers.map((driver) => migrate(driver, onStep, [FIRST, SECOND])))
      assert.deepEqual(steps.sort(), [1, 2])
      for (const { pending } of states) assert.deepEqual(pending, [])
    })

    test('several processes may open an empty store at once', async () => {
      const place = await engine.newPlace()
      const stores = await Promise.all(Array.from({ length: 3 }, () => engine.openStore(place)))
      await Promise.all(stores.map((store) => store.commit([aPatient()])))
      assert.equal((await stores[0]?.counts())?.patient, 3)
      await Promise.all(stores.map((store) => store.close()))
    })
  })
}
