import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, test } from 'node:test'
import { PDSM } from '../support/builders/urls.ts'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aSubmissionSet,
  aTransaction,
  type Content,
  creating,
} from '../support/builders.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** ITI-65 with a large document: the body is held once as it came and once as its document (src/dcc/set-aside.ts). */

const MIB = 1024 * 1024
const DOCUMENT = 70 * MIB
/** 94 MiB of base64 and 70 of document, and the pieces they came in until the collector frees them; it was 437 MiB. */
const ALLOWED_GROWTH = 320 * MIB

let server: TestServer
let subject: string

before(async () => {
  server = await startServer({ config: { maxBody: 120 * MIB } })
  subject = `Patient/${(await server.create(aPatient().build())).id}`
  assert.equal((await posted(submission(MIB))).status, 200)
})
after(() => server.stop())

test('a submission of 94 MB does not hold several copies of its document', async (t) => {
  const bundle = submission(DOCUMENT)
  const atFirst = process.memoryUsage.rss()
  const { status, text } = await posted(bundle)
  const growth = process.resourceUsage().maxRSS * 1024 - atFirst
  assert.equal(status, 200, text)
  t.diagnostic(`growth: ${Math.round(growth / MIB)} MiB`)
  assert.ok(growth < ALLOWED_GROWTH)
})

/** A provide bundle that is sent in pieces: its document is the same few bytes over and over. */
interface Submission {
  length: number
  pieces: () => Generator<Uint8Array>
}

function submission(size: number): Submission {
  const chunk = Buffer.from('%PDF-1.7'.repeat(12_288))
  const count = Math.ceil(size / chunk.length)
  const sha1 = createHash('sha1')
  for (let index = 0; index < count; index += 1) sha1.update(chunk)
  const content = { ...aContent(chunk), size: count * chunk.length, hash: sha1.digest('base64') }
  const [head = '', tail = ''] = JSON.stringify(provideBundle(content)).split(chunk.toString('base64'))
  const base64 = Buffer.from(chunk.toString('base64'))
  return {
    length: Buffer.byteLength(head) + count * base64.length + Buffer.byteLength(tail),
    *pieces() {
      yield Buffer.from(head)
      for (let index = 0; index < count; index += 1) yield base64
      yield Buffer.from(tail)
    },
  }
}

function provideBundle(content: Content) {
  const binary = creating(aBinary(content))
  const url = binary.fullUrl ?? ''
  const document = creating(aDocument(subject).at(url, content).build())
  const bundle = aTransaction(creating(aSubmissionSet(subject, [document.fullUrl ?? ''])), document, binary)
  return { ...bundle, meta: { profile: [`${PDSM}/StructureDefinition/pdsm-comprehensive-provide-document-bundle`] } }
}

async function posted({ length, pieces }: Submission): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/fhir+json', 'content-length': length }
  const sending = request({ port: server.port, method: 'POST', path: '/fhir', headers })
  const answered = once(sending, 'response')
  await pipeline(Readable.from(pieces(), { objectMode: false }), sending)
  const [response] = (await answered) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }
}
