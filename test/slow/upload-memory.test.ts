import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { aDocument, aPatient, type Content } from '../support/builders.ts'
import { startServer, type TestServer } from '../support/server.ts'

const MIB = 1024 * 1024
const SIZE = 200 * MIB
const ALLOWED_GROWTH = 64 * MIB

/** A document of 200 MB over HTTP, in and out: client and server in one process, streamed on both sides. */
describe('200 MB over HTTP', () => {
  let server: TestServer
  let address: string

  before(async () => {
    server = await startServer({ config: { maxBody: 300 * MIB } })
    const patient = await server.create(aPatient().build())
    // What the collector of this process (server and client in one) leaves until it has room for more is there first.
    const { id } = await upload(`Patient/${patient.id}`, 150 * MIB)
    assert.ok(id !== undefined)
    address = `Patient/${patient.id}`
  })
  after(() => server.stop())

  async function upload(subject: string, size: number): Promise<{ id: string | undefined; sha1: string }> {
    const sha1 = createHash('sha1')
    const headers = { 'content-type': 'application/dicom', 'content-length': size, 'x-security-context': subject }
    const sending = request({ port: server.port, method: 'POST', path: '/fhir/Binary', headers })
    const answered = once(sending, 'response')
    await pipeline(Readable.from(pieces(size, sha1), { objectMode: false }), sending)
    const [response] = (await answered) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    assert.equal(response.statusCode, 201, text)
    return { id: JSON.parse(text).id, sha1: sha1.digest('base64') }
  }

  async function download(path: string, headers = {}): Promise<{ size: number; sha1: string }> {
    const asking = request({ port: server.port, path, headers }).end()
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    assert.equal(response.statusCode, 200)
    const sha1 = createHash('sha1')
    let size = 0
    for await (const chunk of response) {
      size += chunk.length
      sha1.update(chunk)
    }
    return { size, sha1: sha1.digest('base64') }
  }

  test('comes in and goes out in constant memory, byte for byte', async (t) => {
    let sent = { id: undefined as string | undefined, sha1: '' }
    const upGrowth = await growthDuring(async () => {
      sent = await upload(address, SIZE)
    })
    t.diagnostic(`upload: ${Math.round(upGrowth / MIB)} MiB`)
    assert.ok(upGrowth < ALLOWED_GROWTH)
    const content: Content = { bytes: Buffer.alloc(0), contentType: 'application/dicom', size: SIZE, hash: sent.sha1 }
    const document = await server.create(aDocument(address).at(`Binary/${sent.id}`, content).build())
    assert.equal(document.content?.[0]?.attachment?.size, SIZE)
    let received = { size: 0, sha1: '' }
    const downGrowth = await growthDuring(async () => {
      received = await download(`/fhir/Binary/${sent.id}`)
    })
    t.diagnostic(`download: ${Math.round(downGrowth / MIB)} MiB`)
    assert.deepEqual(received, { size: SIZE, sha1: sent.sha1 })
    assert.ok(downGrowth < ALLOWED_GROWTH)
    const asResource = await growthDuring(async () => {
      received = await download(`/fhir/Binary/${sent.id}`, { accept: 'application/fhir+xml' })
    })
    t.diagnostic(`download as a resource: ${Math.round(asResource / MIB)} MiB`)
    assert.ok(received.size > (SIZE / 3) * 4)
    // Twice the texts, and a client that reads them in the same process.
    assert.ok(asResource < 2 * ALLOWED_GROWTH)
  })

  test('a client that leaves in the middle of a download takes nothing down', async () => {
    const documents = (await server.get(`DocumentReference?patient=${address}`)).resource('Bundle')
    const [resource] = (documents.entry ?? []).map((entry) => entry.resource)
    assert.ok(resource?.resourceType === 'DocumentReference')
    const url = new URL(resource.content?.[0]?.attachment?.url ?? '')
    const asking = request({ port: server.port, path: url.pathname }).end()
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    await once(response, 'data')
    response.destroy()
    assert.equal((await server.get('/readyz')).status, 200)
    assert.deepEqual(
      server.logs.filter((line) => line.includes('"defect"')),
      [],
    )
  })
})

/** The same few pieces over and over: what memory grows by is the server's, not the client's. */
const PIECES = Array.from({ length: 7 }, (_, index) => Buffer.alloc(64 * 1024, index))

async function* pieces(size: number, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  for (let sent = 0, turn = 0; sent < size; turn += 1) {
    const bytes = (PIECES[turn % PIECES.length] ?? Buffer.alloc(0)).subarray(0, size - sent)
    hash.update(bytes)
    sent += bytes.length
    yield bytes
  }
}

/** Growth of the resident memory of this process during some work. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const atFirst = process.memoryUsage.rss()
  let highest = atFirst
  const sample = () => {
    highest = Math.max(highest, process.memoryUsage.rss())
  }
  const timer = setInterval(sample, 5)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  sample()
  return highest - atFirst
}
