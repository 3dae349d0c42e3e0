import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aContent, aDocument, anOrganization, aPatient } from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { overBothEngines, sharedServer } from '../support/server.ts'

await overBothEngines((server) => {
  test('an identifier that an index can hold whole is taken, a longer one refused', async () => {
    const identified = (value: string, system = 'urn:oid:1.2.3') =>
      aPatient()
        .with({ identifier: [{ system, value }] })
        .build()
    const unlike = (length: number) => Array.from({ length }, (_, i) => ((i * 7919) % 36).toString(36)).join('')
    assert.equal((await server().post('Patient', identified(unlike(1000), `urn:x:${unlike(990)}`))).status, 201)
    for (const patient of [
      identified(unlike(1001)),
      identified('1', `urn:${unlike(1000)}`),
      identified('é'.repeat(501)),
    ]) {
      const issue = assertRefused(await server().post('Patient', patient), 422, 'resource.identifier-too-long')
      assert.deepEqual(issue.expression, ['Patient.identifier[0]'])
    }
    const organization = { ...anOrganization(), identifier: [{ system: 'urn:x', value: unlike(5000) }] }
    assertRefused(await server().post('Organization', organization), 422, 'resource.identifier-too-long')
  })
})

const server = sharedServer()

test('a resource of megabytes is refused, the content of a document does not count', async () => {
  const { id } = await server().create(aPatient().build())
  const document = (bytes: string) => aDocument(`Patient/${id}`).inline(aContent(bytes))
  assert.equal((await server().post('DocumentReference', document('x'.repeat(2_000_000)).build())).status, 201)
  const described = document('y').with({ description: 'z'.repeat(600_000) })
  assertRefused(await server().post('DocumentReference', described.build()), 413, 'resource.too-large')
  const patient = await server().create(aPatient().build())
  const grown = [{ op: 'add', path: '/name/0/text', value: 'z'.repeat(600_000) }]
  assertRefused(await server().patch(`Patient/${patient.id}`, grown), 413, 'resource.too-large')
})

test('a resource has a hundred identifiers at most', async () => {
  const numbered = (length: number) => Array.from({ length }, (_, i) => ({ system: 'urn:oid:1.2.9', value: `n${i}` }))
  const patient = (length: number) =>
    aPatient()
      .with({ identifier: numbered(length) })
      .build()
  assertRefused(await server().post('Patient', patient(101)), 422, 'resource.identifier-too-long')
  assert.equal((await server().post('Patient', patient(100))).status, 201)
})

test('the address of a document is one that anybody can follow, or a Binary of ours', async () => {
  const { id } = await server().create(aPatient().build())
  const at = (url: string) => server().post('DocumentReference', aDocument(`Patient/${id}`).at(url).build())
  assert.equal((await at('https://archive.example.org/documents/1')).status, 201)
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//example.org/x',
    '/Binary/1',
    './Binary/1',
    '../fhir/Binary/1',
    'binary:1',
  ]) {
    const issue = assertRefused(await at(url), 400, 'structure.value')
    assert.deepEqual(issue.expression, ['DocumentReference.content[0].attachment.url'])
  }
})
