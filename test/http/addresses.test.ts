import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { anOrganization } from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

const server = sharedServer()

describe('addresses that are none: 404', () => {
  const rows: readonly [method: string, target: string, key: string][] = [
    ['GET', 'Observation', 'resource.type-unknown'],
    ['GET', 'Observation/1', 'resource.type-unknown'],
    ['POST', 'Observation', 'resource.type-unknown'],
    ['GET', 'Patients', 'resource.type-unknown'],
    ['GET', 'Object', 'resource.type-unknown'],
    ['GET', 'patient', 'http.not-found'],
    ['GET', 'constructor', 'http.not-found'],
    ['GET', '__proto__', 'http.not-found'],
    ['GET', '_history', 'http.not-found'],
    ['GET', '_search', 'http.not-found'],
    ['GET', '$process-message', 'http.not-found'],
    ['GET', 'metadata/x', 'http.not-found'],
    ['GET', 'Patient/$everything', 'http.not-found'],
    ['POST', 'Patient/$merge', 'http.not-found'],
    ['GET', 'Patient/1/$everything', 'http.not-found'],
    ['GET', 'Patient/1/_history/1/x', 'http.not-found'],
    ['GET', 'Patient/1/Observation', 'http.not-found'],
    ['GET', 'Patient/1/_search', 'http.not-found'],
  ]
  for (const [method, target, key] of rows) {
    test(`${method} ${target}`, async () => {
      const answer = await server().send(method, target)
      const issue = assertRefused(answer, 404, key)
      if (key === 'resource.type-unknown') assert.match(issue.details?.text ?? '', /Patient, DocumentReference, Binary/)
    })
  }

  test('an unknown type is refused before its body is read', async () => {
    const answer = await server().post('Observation', 'x'.repeat(5_000_000), { 'content-type': 'text/html' })
    assertRefused(answer, 404, 'resource.type-unknown')
  })
})

describe('methods that an address does not have: 405 with those it has', () => {
  const id = 'aaaaaaaaaaaaaaaaaaaa'
  const rows: readonly [method: string, target: string, key: string, allow: string][] = [
    ['GET', '/fhir', 'http.method', 'POST'],
    ['PUT', '/fhir/', 'http.method', 'POST'],
    ['POST', 'metadata', 'http.method', 'GET, HEAD'],
    ['POST', `Patient/${id}`, 'http.method', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['OPTIONS', `Patient/${id}`, 'http.method', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['OPTIONS', 'Patient', 'http.method', 'GET, HEAD, POST, PUT, PATCH, DELETE'],
    ['PROPFIND', 'Patient', 'http.method', 'GET, HEAD, POST, PUT, PATCH, DELETE'],
    ['GET', 'Patient/_search', 'http.method', 'POST'],
    ['POST', 'Patient/_history', 'http.method', 'GET, HEAD'],
    ['PUT', `Patient/${id}/_history/1`, 'http.method', 'GET, HEAD'],
    ['DELETE', `Patient/${id}/_history`, 'http.method', 'GET, HEAD'],
    ['GET', 'Binary', 'resource.interaction', 'POST'],
    ['PUT', 'Binary', 'resource.interaction', 'POST'],
    ['PUT', `Binary/${id}`, 'resource.interaction', 'GET, HEAD'],
    ['PATCH', `Binary/${id}`, 'resource.interaction', 'GET, HEAD'],
    ['DELETE', `Binary/${id}`, 'resource.interaction', 'GET, HEAD'],
    ['POST', 'Binary/_search', 'resource.interaction', ''],
    ['GET', 'Binary/_history', 'resource.interaction', ''],
    ['GET', `Binary/${id}/_history`, 'resource.interaction', ''],
  ]
  for (const [method, target, key, allow] of rows) {
    test(`${method} ${target}: ${allow || 'nothing'}`, async () => {
      const answer = await server().send(method, target)
      assertRefused(answer, 405, key)
      assert.equal(answer.headers.allow, allow)
    })
  }
})

test('slashes at the end or in a row change nothing', async () => {
  const { id } = await server().create(anOrganization())
  for (const target of [`Organization/${id}/`, `/fhir//Organization/${id}`, `/fhir/Organization//${id}`]) {
    assert.equal((await server().get(target)).resource('Organization').id, id)
  }
  assert.equal((await server().get(`Organization/?_id=${id}`)).resource('Bundle').total, 1)
})

test('what nothing serves is 404 without a word of what was asked', async () => {
  for (const target of ['/nowhere', '/fhirs/Patient', '/healthz/x', '/%3Cscript%3E']) {
    const answer = await server().get(target)
    assert.equal(answer.status, 404)
    assert.equal(answer.text, '{"status":"not found"}')
  }
  assert.equal((await server().get('/%E9')).status, 404)
  assert.equal((await server().post('/metrics')).status, 404)
})

describe('the id of a request', () => {
  test('is made here, or taken from a client that sent a plain one', async () => {
    const own = (await server().get('metadata')).headers['x-request-id'] ?? ''
    assert.match(own, /^[0-9a-f-]{36}$/)
    const given = await server().get('metadata', { 'x-request-id': 'trace-0042' })
    assert.equal(given.headers['x-request-id'], 'trace-0042')
    assert.ok(server().logs.some((line) => line.includes('trace-0042')))
    for (const id of ['short', 'x'.repeat(65), 'with space', '<script>alert(1)</script>']) {
      const answer = await server().get('metadata', { 'x-request-id': id })
      assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/)
    }
  })
})
