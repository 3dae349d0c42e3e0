import assert from 'node:assert/strict'
import { Agent, get, type IncomingHttpHeaders } from 'node:http'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { aContent, aDocument, anOrganization, aPatient } from '../support/builders.ts'
import { startServer } from '../support/server.ts'

describe('whether the server is well', () => {
  test('it lives, and is ready while its store and contents can be reached', async () => {
    const server = await startServer()
    try {
      const [alive, ready] = [await server.get('/healthz'), await server.get('/readyz')]
      assert.deepEqual([alive.status, alive.text], [200, '{"status":"ok"}'])
      assert.deepEqual([ready.status, ready.text], [200, '{"status":"ready"}'])
      assert.equal((await server.head('/readyz')).status, 200)
      await server.record.dcc.store.close()
      const away = await server.get('/readyz')
      assert.deepEqual([away.status, away.text, away.headers['retry-after']], [503, '{"status":"unavailable"}', '2'])
      assert.equal((await server.get('/healthz')).status, 200)
    } finally {
      await server.stop()
    }
  })

  test('it is not ready while contents cannot be written', async () => {
    const server = await startServer({
      withRecord: (record) => {
        const ping = () => Promise.reject(new Error('full'))
        return { ...record, dcc: { ...record.dcc, blobs: { ...record.dcc.blobs, ping } } }
      },
    })
    try {
      assert.equal((await server.get('/readyz')).status, 503)
    } finally {
      await server.stop()
    }
  })
})

describe('metrics', () => {
  test('count requests by shape of address, method and status, and hold no id', async () => {
    const server = await startServer()
    try {
      const patient = await server.create(aPatient().qualified().build())
      await server.create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
      await server.get(`Patient/${patient.id}`)
      await server.get(`Patient/${patient.id}/_history/1`)
      await server.get(`Patient?identifier=${patient.identifier?.[0]?.value}`)
      for (let index = 0; index < 50; index += 1) await server.get(`/${index}/${index}/${index}`)
      await server.send('PROPFIND', 'Patient')
      const metrics = await server.get('/metrics')
      assert.match(metrics.headers['content-type'] ?? '', /^text\/plain/)
      const routes = new Set(
        [...metrics.text.matchAll(/http_request_duration_seconds_count\{([^}]*)\}/g)].map(([, l]) => l),
      )
      for (const expected of [
        'method="POST",route="/fhir/Patient",status="201"',
        'method="GET",route="/fhir/Patient/:id",status="200"',
        'method="GET",route="/fhir/Patient/:id/_history/:id",status="200"',
        'method="GET",route="/fhir/Patient",status="200"',
        'method="GET",route="/other",status="404"',
        'method="other",route="/fhir/Patient",status="405"',
      ]) {
        assert.ok(routes.has(expected), `${expected} in ${[...routes].join('\n')}`)
      }
      assert.ok(!metrics.text.includes(patient.id))
      assert.match(metrics.text, /^process_resident_memory_bytes /m)
    } finally {
      await server.stop()
    }
  })

  test('no caller can make them grow: other methods and long addresses share one label', async () => {
    const server = await startServer()
    try {
      const series = async () => (await server.get('/metrics')).text.split('\n').length
      await server.get('/a/b/c/d/e/f/g')
      await server.send('PROPFIND', '/a/b/c/d/e/f')
      await series()
      const before = await series()
      for (const path of ['/1/2/3/4/5/6/7', '/x/x/x/x/x/x/x/x/x', '/y/y/y/y/y/y']) await server.get(path)
      await server.send('LOCK', '/q/w/e/r/t/y')
      assert.equal(await series(), before)
    } finally {
      await server.stop()
    }
  })
})

describe('a graceful stop', () => {
  /** A server whose reads take their time. */
  const unhurried = (milliseconds: number) =>
    startServer({
      withRecord: (record) => {
        const read: typeof record.dcc.store.read = async (type, id) => {
          await delay(milliseconds)
          return record.dcc.store.read(type, id)
        }
        return { ...record, dcc: { ...record.dcc, store: Object.create(record.dcc.store, { read: { value: read } }) } }
      },
    })

  test('answers the requests that run, then ends, whoever keeps a connection open', async () => {
    const server = await unhurried(300)
    const { id } = await server.create(anOrganization())
    const agent = new Agent({ keepAlive: true })
    const ask = (path: string) =>
      new Promise<{ status: number | undefined; headers: IncomingHttpHeaders }>((resolve, reject) => {
        get({ port: server.port, path, agent }, (response) => {
          response.resume().once('end', () => resolve({ status: response.statusCode, headers: response.headers }))
        }).once('error', reject)
      })
    assert.equal((await ask('/healthz')).status, 200)
    const running = ask(`/fhir/Organization/${id}`)
    await delay(50)
    const started = performance.now()
    await Promise.all([server.stop(), running.then(({ status }) => assert.equal(status, 200))])
    assert.ok(performance.now() - started < 2000)
    await assert.rejects(ask('/healthz'))
    agent.destroy()
  })

  test('stores and acknowledges what it has begun to store', async () => {
    const begun = Promise.withResolvers<void>()
    let stored = 0
    const server = await startServer({
      withRecord: (record) => {
        const commit: typeof record.dcc.store.commit = async (changes) => {
          begun.resolve()
          await delay(200)
          await record.dcc.store.commit(changes)
          stored += 1
        }
        return {
          ...record,
          dcc: { ...record.dcc, store: Object.create(record.dcc.store, { commit: { value: commit } }) },
        }
      },
    })
    const sending = server.post('Organization', anOrganization())
    await begun.promise
    await server.stop()
    assert.equal((await sending).status, 201)
    assert.equal(stored, 1)
  })
})
