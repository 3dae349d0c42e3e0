import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aContent, aDocument, aPatient, aProvideBundle, IPP } from '../support/builders.ts'
import { assertRefused, resourcesOf } from '../support/client.ts'
import { sharedServer, startServer } from '../support/server.ts'

/** Pitfalls of implementers that belong to no transaction alone (reference/ihe.md section 10). */
const server = sharedServer()
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** A document of a new patient, published; with the path of its content. */
async function published() {
  const patient = await server().create(aPatient().build())
  const content = aContent()
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(content).build())
  const url = document.content?.[0]?.attachment?.url ?? ''
  const id = /\/Binary\/([^/]+)$/.exec(url)?.[1] ?? ''
  assert.ok(id !== '')
  return { patient, document, content, url, id }
}

describe('a content is read through the document that it belongs to', () => {
  test('P-03: Binary is not searched, listed or found, and the statement does not say that it is', async () => {
    await published()
    for (const answer of [
      await server().get('Binary'),
      await server().get('Binary?_id=x'),
      await server().post('Binary/_search', '_id=x', FORM),
      await server().get('Binary/_history'),
    ]) {
      assert.ok([404, 405].includes(answer.status), String(answer.status))
      assert.equal(answer.resource('OperationOutcome').issue?.[0]?.severity, 'error')
    }
    const { rest } = (await server().get('metadata')).resource('CapabilityStatement')
    const binary = rest?.[0]?.resource?.find(({ type }) => type === 'Binary')
    assert.equal(binary?.searchParam, undefined)
    assert.ok(binary?.interaction?.every(({ code }) => code !== 'search-type' && code !== 'history-type'))
  })

  test('P-03: a content that no document names is not given out, even to who sent it', async () => {
    const { patient } = await published()
    const alone = await server().post('Binary', aContent().bytes, {
      'content-type': 'application/pdf',
      'x-security-context': `Patient/${patient.id}`,
    })
    assert.equal(alone.status, 201, alone.text)
    const address = (alone.headers.location ?? '').replace(/\/_history\/.*/, '')
    assert.equal((await server().get(address)).status, 404)
  })

  test('P-03: with the document goes the content: withdrawn, or of a patient who is not visible', async () => {
    const { document, url } = await published()
    assert.equal((await server().get(url)).status, 200)
    assert.equal((await server().delete(`DocumentReference/${document.id}`)).status, 204)
    assert.equal((await server().get(url)).status, 410)

    // An identity feed opens no pathway, and a consultation report is no cancer care.
    const person = aPatient()
    const fed = await server().put(`Patient?identifier=${IPP}%7C${person.ipp}`, person.build())
    const report = aDocument(`Patient/${fed.resource('Patient').id}`)
      .inline(aContent())
      .ordinary()
      .build()
    const hidden = await server().create(report)
    const address = hidden.content?.[0]?.attachment?.url ?? ''
    assert.equal((await server().get(address)).status, 404)
  })

  test('P-03: one address says nothing of another: neighbours of an id lead nowhere', async () => {
    const patient = await server().create(aPatient().build())
    const answer = await server().post('', aProvideBundle(`Patient/${patient.id}`, 3))
    assert.equal(answer.status, 200, answer.text)
    const found = (await server().get(`DocumentReference?patient=${patient.id}`)).resource('Bundle')
    const ids = resourcesOf(found).map((resource) => {
      assert.ok(resource.resourceType === 'DocumentReference')
      return resource.content?.[0]?.attachment?.url?.split('/').at(-1) ?? ''
    })
    assert.equal(new Set(ids).size, 3)
    for (const id of ids) {
      assert.equal((await server().get(`Binary/${id}`, { accept: 'application/pdf' })).status, 200)
      for (let last = 1; last <= 4; last += 1) {
        const at = id.length - last
        const neighbour = `${id.slice(0, at)}${id[at] === '0' ? '1' : '0'}${id.slice(at + 1)}`
        assert.equal((await server().get(`Binary/${neighbour}`)).status, 404)
      }
    }
  })

  test('P-03: a document cannot be made to point at the content of another patient', async () => {
    const { id } = await published()
    const stranger = await server().create(aPatient().build())
    const thief = aDocument(`Patient/${stranger.id}`).at(`Binary/${id}`).build()
    const answer = await server().post('DocumentReference', thief)
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status))
  })
})

test('P-16: without a token all but the statement is refused with 401, which says how to authenticate', async () => {
  const closed = await startServer({ config: { auth: 'on' } })
  try {
    for (const answer of [await closed.get('Patient?family=x'), await closed.post('', aProvideBundle('Patient/1'))]) {
      assertRefused(answer, 401, 'http.unauthorized')
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/)
    }
    assert.equal((await closed.get('metadata')).status, 200)
    assert.equal((await closed.get('/conformance', { accept: 'text/html' })).status, 200)
  } finally {
    await closed.stop()
  }
})
