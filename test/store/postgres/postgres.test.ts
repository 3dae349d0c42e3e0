import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { openPostgresStore } from '../../../src/store/postgres/store.ts'
import type { DccStore } from '../../../src/store/store.ts'
import { NO_POSTGRES, startPostgres } from '../../support/postgres.ts'
import { aDocument, aPathway, aPatient } from '../../support/store-samples.ts'

const server = await startPostgres()
after(() => server?.stop())

describe('the store over PostgreSQL', { skip: server === undefined ? NO_POSTGRES : false }, () => {
  let url: string
  let store: DccStore
  let admin: pg.Client

  before(async () => {
    url = (await server?.createDatabase()) ?? ''
    store = await openPostgresStore(url, { maxConnections: 4 })
    admin = new pg.Client({ connectionString: url })
    await admin.connect()
  })
  after(async () => {
    await store.close()
    await admin.end()
  })

  const killConnections = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )

  test('more callers than connections are all answered', async () => {
    const patients = Array.from({ length: 40 }, () => aPatient())
    await Promise.all(patients.map((patient) => store.commit([patient])))
    const read = await Promise.all(patients.map(({ id }) => store.read('Patient', id)))
    assert.ok(read.every((patient) => patient?.version === 1))
  })

  test('idle connections that the server ends do not end the process, nor the store', async () => {
    await Promise.all(Array.from({ length: 8 }, () => store.ping()))
    await killConnections()
    await assert.doesNotReject(async () => {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        await store.ping().catch((error) => assert.equal(error.key, 'store.unavailable'))
      }
      await store.ping()
    })
  })

  test('a connection that is lost in a commit leaves the commit refused and nothing of it stored', async () => {
    const patient = aPatient()
    await store.commit([patient])
    await admin.query('BEGIN')
    await admin.query('SELECT 1 FROM patient WHERE patient_id = $1 FOR UPDATE', [patient.id])
    const commit = store.commit([aDocument(patient.id), aPathway(patient.id)])
    const refused = assert.rejects(commit, { key: 'store.unavailable' })
    while ((await waiting()) === 0) await aMoment()
    await killConnections()
    await refused
    await admin.query('ROLLBACK')
    assert.deepEqual(await store.pathways(patient.id), [])
    await store.commit([aPathway(patient.id)])
  })

  test('transactions that block each other are tried again, and all of them succeed', async () => {
    const [one, two] = [aPatient(), aPatient()]
    await store.commit([one, two])
    const orders = [[one, two] as const, [two, one] as const]
    const commits = Array.from({ length: 6 }, (_, n) =>
      store.commit((orders[n % 2] ?? []).map(({ id }) => aPathway(id))),
    )
    await Promise.all(commits)
    assert.equal((await store.pathways(one.id)).length, 6)
    assert.equal((await store.pathways(two.id)).length, 6)
  })

  test('a role that may not write is told so, not taken for a defect', async () => {
    const readOnly = new URL(url)
    readOnly.searchParams.set('options', '-c default_transaction_read_only=on')
    const reader = await openPostgresStore(readOnly.href)
    await assert.rejects(reader.commit([aPatient()]), { key: 'store.unavailable' })
    await reader.ping()
    await reader.close()
  })

  test('a database that does not exist is unavailable', async () => {
    const missing = new URL(url)
    missing.pathname = '/no_such_database'
    await assert.rejects(openPostgresStore(missing.href), {
      key: 'store.unavailable',
      detail: { sqlState: '3D000' },
    })
  })

  async function waiting(): Promise<number> {
    const { rows } = await admin.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    return Number(rows[0]?.n)
  }

  function aMoment(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 10))
  }
})
