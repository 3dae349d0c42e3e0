import assert from 'node:assert/strict'
import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { connect, Socket } from 'node:net'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { FhirError } from '../../src/fhir/errors.ts'
import { readBody } from '../../src/http/body.ts'
import { routeOf } from '../../src/http/observe.ts'
import { aContent, aDocument, aPatient } from '../support/builders.ts'
import { sharedServer } from '../support/server.ts'

/** What many or ill-willed clients may not do to the server. */
describe('the labels of metrics come from a closed list', () => {
  const rows: [url: string, route: string][] = [
    ['/', '/'],
    ['/healthz', '/healthz'],
    ['/fhir', '/fhir'],
    ['/fhir/', '/fhir'],
    ['/fhir/metadata?_format=json', '/fhir/metadata'],
    ['/fhir/Patient', '/fhir/Patient'],
    ['/fhir/Patient/_search', '/fhir/Patient/_search'],
    ['/fhir/Patient/1/_history/2', '/fhir/Patient/:id/_history/:id'],
    ['/fhir/List/_history', '/fhir/List/_history'],
    ['/fhir/Patient/1/List', '/other'],
    ['/fhir/Observation/1', '/other'],
    ['/fhir/$validate', '/fhir/$validate'],
    ['/fhir/Observation/$validate', '/fhir/:type/$validate'],
    ['/fhir/Patient/1/$validate', '/fhir/:type/:id/$validate'],
    ['/fhir/ValueSet/$expand?url=x', '/fhir/:type/$expand'],
    ['/fhir/Patient/$everything', '/other'],
    ['/fhir/a/b/c/$validate', '/other'],
    ['/fhir/metadata/Patient', '/other'],
    ['/metrics/readyz', '/other'],
    ['/search?recherche=x', '/search'],
    ['/access/emergency', '/access/emergency'],
    ['/access/some-secret?contexte=x', '/access/:id'],
    ['/patients/1?contexte=x', '/patients/:id'],
    ['/patients/1/documents/2/content', '/patients/:id/documents/:documentId/content'],
    ['/patients/1/documents', '/other'],
    ['/c/some-secret', '/c/:handle'],
    ['/Patient/List/Binary/_history/metadata', '/other'],
  ]
  for (const [url, route] of rows) test(`${url} is ${route}`, () => assert.equal(routeOf(url), route))

  test('whatever the path, there are few', () => {
    const words = ['fhir', 'metadata', '_history', '_search', 'healthz', 'Patient', '$validate', 'x']
    const routes = new Set<string>()
    for (let number = 0; number < words.length ** 5; number += 1) {
      let rest = number
      const path = Array.from({ length: 5 }, () => {
        const word = words[rest % words.length] ?? ''
        rest = Math.floor(rest / words.length)
        return word
      })
      for (let length = 1; length <= 5; length += 1) routes.add(routeOf(`/${path.slice(0, length).join('/')}`))
    }
    assert.ok(routes.size < 20, [...routes].join('\n'))
  })
})

describe('unfinished bodies hold a bounded amount of memory', () => {
  const upload = () => new IncomingMessage(new Socket())

  test('beyond it the server is busy, and no longer once they are gone', async () => {
    const [first, second] = [upload(), upload()]
    const unfinished = readBody(first, 1000, 1500)
    const late = readBody(second, 1000, 1500)
    first.push(Buffer.alloc(900))
    await delay(5)
    second.push(Buffer.alloc(900))
    await assert.rejects(late, (error) => error instanceof FhirError && error.key === 'http.busy')
    first.destroy()
    second.destroy()
    await assert.rejects(unfinished, (error) => error instanceof FhirError && error.key === 'http.body-incomplete')
    const third = upload()
    const whole = readBody(third, 1000, 1500)
    third.push(Buffer.alloc(900))
    third.push(null)
    assert.equal((await whole).length, 900)
  })
})

describe('a store that does not answer', () => {
  const server = sharedServer({
    withRecord: (record) => {
      const ping = () => new Promise<never>(() => undefined)
      return { ...record, dcc: { ...record.dcc, store: Object.create(record.dcc.store, { ping: { value: ping } }) } }
    },
  })

  test('makes the server unready within seconds', async () => {
    const startedAt = performance.now()
    assert.equal((await server().get('/readyz')).status, 503)
    assert.ok(performance.now() - startedAt < 5000)
    assert.equal((await server().get('/healthz')).status, 200)
  })

  test('is asked by addresses in one spelling only', async () => {
    for (const path of ['/FHIR/metadata', '/Fhir/Patient', '/HEALTHZ', '/Metrics']) {
      assert.equal((await server().get(path)).status, 404, path)
    }
  })
})

describe('a client that goes away', () => {
  const server = sharedServer()

  test('while a document goes out, or before, is no defect of ours', async () => {
    const { id } = await server().create(aPatient().build())
    const large = aContent(Buffer.alloc(8_000_000, 7), 'application/octet-stream')
    const document = await server().create(aDocument(`Patient/${id}`).inline(large).build())
    const path = new URL(document.content?.[0]?.attachment?.url ?? '').pathname
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(server().port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
      await delay(round % 10)
      socket.destroy()
    }
    await delay(300)
    assert.deepEqual(
      server().logs.filter((line) => line.includes('defect')),
      [],
    )
  })

  test('an id of a request that shows a matricule is not logged', async () => {
    for (const given of ['284016322000210', 'req-284016322000210', 'x.155122A022000.y']) {
      const answer = await server().get('metadata', { 'x-request-id': given })
      assert.notEqual(answer.headers['x-request-id'], given)
      assert.ok(server().logs.every((line) => !line.includes(given)))
    }
  })
})
