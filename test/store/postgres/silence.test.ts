import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPostgresStore } from '../../../src/store/postgres/store.ts'
import { NO_POSTGRES, startPostgres } from '../../support/postgres.ts'
import { proxyTo } from '../../support/postgres-proxy.ts'
import { aPatient } from '../../support/store-samples.ts'

const server = await startPostgres()
after(() => server?.stop())
const skip = server === undefined ? NO_POSTGRES : process.env.DCC_TEST_POSTGRES ? 'no Unix socket' : false

/** A failover without a word: TCP would keep the old connections for a quarter of an hour, and the pool with them. */
test('a server that falls silent is given up, and the next one is used without a restart', { skip }, async () => {
  const proxy = await proxyTo((await server?.createDatabase()) ?? '')
  const store = await openPostgresStore(proxy.url, { maxConnections: 2, connectionTimeout: 400, queryTimeout: 500 })
  try {
    await Promise.all([store.ping(), store.ping(), store.ping()])
    proxy.fallSilent()
    const patient = aPatient()
    const asked = [store.ping(), store.commit([patient]), store.read('Patient', patient.id), store.ping()]
    for (const answer of await Promise.allSettled(asked)) {
      assert.equal(answer.status, 'rejected')
      assert.equal(answer.reason.key, 'store.unavailable')
    }
    proxy.heal()
    await store.commit([patient])
    assert.equal((await store.read('Patient', patient.id))?.version, 1)
  } finally {
    proxy.close()
    await store.close()
  }
})
