import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { aContent, aDocument, anOrganization, aPatient, aTransaction, creating } from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { sharedServer, startServer } from '../support/server.ts'

const server = sharedServer()
const FHIR_JSON = { 'content-type': 'application/fhir+json' }

describe('a request that is too big', () => {
  const limit = 20_000
  const small = sharedServer({ config: { maxBody: limit, maxUrl: 1000, maxJsonDepth: 20, maxSearchValues: 10 } })
  const big = JSON.stringify({ ...anOrganization(), alias: ['x'.repeat(limit)] })

  test('a body: 413, whether its length is announced or not', async () => {
    for (const headers of [FHIR_JSON, { ...FHIR_JSON, 'transfer-encoding': 'chunked' }]) {
      const issue = assertRefused(await small().post('Organization', big, headers), 413, 'http.body-too-large')
      assert.ok(issue.details?.text?.includes(String(limit)))
    }
    assert.equal((await small().post('Organization', anOrganization())).status, 201)
  })

  test('a much bigger body: the client still gets to read why', async () => {
    for (const headers of [FHIR_JSON, { ...FHIR_JSON, 'transfer-encoding': 'chunked' }]) {
      const answer = await small().post('Organization', 'x'.repeat(30_000_000), headers)
      assertRefused(answer, 413, 'http.body-too-large')
    }
  })

  test('bytes of a Binary: 413, and nothing is left', async () => {
    const patient = await small().create(aPatient().build())
    const context = { 'content-type': 'application/pdf', 'x-security-context': `Patient/${patient.id}` }
    const before = [await small().counts(), await small().contentFiles()]
    const bytes = Buffer.alloc(limit + 1)
    assertRefused(await small().post('Binary', bytes, context), 413, 'http.body-too-large')
    const chunked = { ...context, 'transfer-encoding': 'chunked' }
    assertRefused(await small().post('Binary', bytes, chunked), 413, 'store.blob-too-large')
    assert.deepEqual([await small().counts(), await small().contentFiles()], before)
    assert.equal((await small().post('Binary', Buffer.alloc(limit), chunked)).status, 201)
  })

  test('a URL: 414, and POST _search takes what a URL cannot', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `${index}${'x'.repeat(200)}`).join(',')
    const issue = assertRefused(await small().get(`Patient?name=${names}`), 414, 'http.url-too-long')
    assert.match(issue.details?.text ?? '', /_search/)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    assert.equal((await small().post('Patient/_search', `name=${names}`, form)).status, 200)
    assertRefused(await small().get(`Patient?name=${'x'.repeat(15_000)}`), 414, 'http.url-too-long')
  })

  test('a search with too many values: 400', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `n${index}`).join(',')
    assertRefused(await small().get(`Patient?name=${names}`), 400, 'search.too-many-values')
  })

  test('JSON or XML that is nested too deeply: 400', async () => {
    const deep = `{"resourceType":"Patient","extension":${'[{"url":"x","extension":'.repeat(12)}[]${'}]'.repeat(12)}}`
    assertRefused(await small().post('Patient', deep, FHIR_JSON), 400, 'json.too-deep')
  })
})

test('a compressed body is refused: it could expand without bound', async () => {
  for (const encoding of ['gzip', 'br', 'deflate', 'gzip, gzip']) {
    const answer = await server().post('Organization', anOrganization(), { 'content-encoding': encoding })
    assertRefused(answer, 415, 'http.content-encoding')
  }
  assert.equal((await server().post('Organization', anOrganization(), { 'content-encoding': 'identity' })).status, 201)
})

describe('a connection that is cut in mid-body stores nothing', () => {
  /** Sends part of a request and hangs up. */
  async function cut(head: string, part: string | Buffer): Promise<void> {
    const socket = connect(server().port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write(`${head}\r\nHost: x\r\n\r\n`)
    socket.write(part)
    await delay(50)
    socket.destroy()
  }

  /** Waits until the server has noticed that the clients are gone. */
  async function settled(requests: number): Promise<void> {
    const seen = () => server().logs.filter((line) => line.includes('"request"')).length
    for (let turn = 0; seen() < requests && turn < 200; turn += 1) await delay(25)
    for (let turn = 0; (await server().contentFiles()).length > 0 && turn < 200; turn += 1) await delay(25)
  }

  test('of a resource, of a transaction and of bytes', async () => {
    const patient = await server().create(aPatient().build())
    const before = [await server().counts(), await server().contentFiles()]
    const logged = server().logs.length
    const requests = server().logs.filter((line) => line.includes('"request"')).length
    const resource = JSON.stringify({ ...anOrganization(), name: 'ASCII' })
    const document = aDocument(`Patient/${patient.id}`).inline(aContent()).build()
    const bundle = Buffer.from(JSON.stringify(aTransaction(creating(document))))
    const json = 'Content-Type: application/fhir+json'
    await cut(`POST /fhir/Organization HTTP/1.1\r\n${json}\r\nContent-Length: ${resource.length + 1}`, resource)
    await cut(`POST /fhir HTTP/1.1\r\n${json}\r\nContent-Length: ${bundle.length + 10}`, bundle)
    await cut(
      `POST /fhir/Organization HTTP/1.1\r\n${json}\r\nTransfer-Encoding: chunked`,
      `${resource.length.toString(16)}\r\n${resource}\r\n`,
    )
    const raw = `Content-Type: application/pdf\r\nX-Security-Context: Patient/${patient.id}`
    await cut(`POST /fhir/Binary HTTP/1.1\r\n${raw}\r\nContent-Length: 3000000`, Buffer.alloc(2_000_000))
    await settled(requests + 4)
    assert.deepEqual([await server().counts(), await server().contentFiles()], before)
    assert.deepEqual(
      server()
        .logs.slice(logged)
        .filter((line) => line.includes('"defect"')),
      [],
    )
  })
})

describe('what takes too long', () => {
  test('is refused with 503 and may be tried again; nothing is stored later', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let slow = false
    const own = await startServer({
      config: { requestTimeout: 200 },
      withRecord: (record) => {
        const lookup: typeof record.dcc.store.lookup = async (directory, key) => {
          if (slow) await held
          return record.dcc.store.lookup(directory, key)
        }
        return {
          ...record,
          dcc: { ...record.dcc, store: Object.create(record.dcc.store, { lookup: { value: lookup } }) },
        }
      },
    })
    try {
      const before = await own.counts()
      slow = true
      const practitioner = { ...anOrganization() }
      const answer = await own.post('Organization', practitioner)
      assertRefused(answer, 503, 'http.timeout')
      assert.equal(answer.headers['retry-after'], '2')
      release()
      await delay(100)
      assert.deepEqual(await own.counts(), before)
      slow = false
      assert.equal((await own.post('Organization', practitioner)).status, 201)
    } finally {
      await own.stop()
    }
  })

  test('but what is being stored is awaited, and told', async () => {
    const own = await startServer({
      config: { requestTimeout: 200 },
      withRecord: (record) => {
        const commit: typeof record.dcc.store.commit = async (changes) => {
          await delay(400)
          return record.dcc.store.commit(changes)
        }
        return {
          ...record,
          dcc: { ...record.dcc, store: Object.create(record.dcc.store, { commit: { value: commit } }) },
        }
      },
    })
    try {
      assert.equal((await own.post('Organization', anOrganization())).status, 201)
    } finally {
      await own.stop()
    }
  })
})
