import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { aContent, aDocument, anOrganization, aPatient, aPractitioner, INS_TEST, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'

const server = sharedServer()

test('a creation answers 201 with the resource, its address and its version', async () => {
  const sent = anOrganization()
  const answer = await server().post('Organization', sent)
  assert.equal(answer.status, 201)
  const stored = answer.resource('Organization')
  assert.equal(answer.headers.location, `${PUBLIC_ORIGIN}/fhir/Organization/${stored.id}/_history/1`)
  assert.equal(answer.headers.etag, 'W/"1"')
  assert.equal(stored.meta?.versionId, '1')
  assert.equal(answer.headers['last-modified'], new Date(stored.meta?.lastUpdated ?? '').toUTCString())
  assert.deepEqual({ ...stored, id: undefined, meta: undefined }, { ...sent, id: undefined, meta: undefined })
  assert.deepEqual((await server().get(answer.headers.location ?? '')).json(), stored)
})

test('id, version and date are the server’s, whatever the client wrote', async () => {
  const meta = { versionId: '77', lastUpdated: '2001-01-01T00:00:00Z', source: 'https://source.example' }
  const stored = await server().create({ ...anOrganization(), id: 'mine', meta })
  assert.notEqual(stored.id, 'mine')
  assert.equal(stored.meta?.versionId, '1')
  assert.ok((stored.meta?.lastUpdated ?? '') > '2020')
  assert.equal(stored.meta?.source, 'https://source.example')
})

test('own absolute addresses are stored relative, foreign ones as they are', async () => {
  const parent = await server().create(anOrganization())
  const stored = await server().create({
    ...anOrganization(),
    partOf: { reference: `${PUBLIC_ORIGIN}/fhir/Organization/${parent.id}` },
    endpoint: [{ reference: 'https://elsewhere.example/fhir/Endpoint/1' }],
  })
  assert.equal(stored.partOf?.reference, `Organization/${parent.id}`)
  assert.equal(stored.endpoint?.[0]?.reference, 'https://elsewhere.example/fhir/Endpoint/1')
  const found = await server().get(`Organization?partof=Organization/${parent.id}`)
  assert.equal(found.resource('Bundle').total, 1)
})

describe('what the answer holds, by Prefer', () => {
  const rows: readonly [prefer: string | undefined, type: string | undefined][] = [
    [undefined, 'Organization'],
    ['return=representation', 'Organization'],
    ['return=minimal', undefined],
    ['return=OperationOutcome', 'OperationOutcome'],
    ['handling=strict, return=minimal', undefined],
    ['return="minimal"', undefined],
    ['respond-async', 'Organization'],
    ['return=everything', 'Organization'],
  ]
  for (const [prefer, type] of rows) {
    test(`${prefer}: ${type ?? 'nothing'}`, async () => {
      const created = await server().post('Organization', anOrganization(), { prefer })
      assert.equal(created.status, 201)
      assert.ok(created.headers.location?.startsWith(`${PUBLIC_ORIGIN}/fhir/Organization/`))
      assert.equal(created.headers.etag, 'W/"1"')
      if (type === undefined) assert.equal(created.bytes.length, 0)
      else assert.equal((created.json() as { resourceType: string }).resourceType, type)
    })
  }

  test('an OperationOutcome says what was accepted with a warning', async () => {
    const patient = aPatient().qualified().born('1931-02-16').build()
    const answer = await server().post('Patient', patient, { prefer: 'return=OperationOutcome' })
    assert.equal(answer.status, 201, answer.text)
    const issues = answer.resource('OperationOutcome').issue ?? []
    assert.deepEqual([...new Set(issues.map(({ severity }) => severity))], ['warning'])
    assert.ok(issues.some(({ details }) => details?.coding?.[0]?.code === 'INS-07'))
  })
})

describe('conditional creation by If-None-Exist', () => {
  const criteria = (resource: { identifier?: { system?: string; value?: string }[] }) =>
    `identifier=${resource.identifier?.[0]?.system}|${resource.identifier?.[0]?.value}`

  test('creates when nothing matches, answers what is there when one does', async () => {
    const sent = aPractitioner()
    const first = await server().post('Practitioner', sent, { 'if-none-exist': criteria(sent) })
    assert.equal(first.status, 201)
    const again = await server().post('Practitioner', sent, { 'if-none-exist': criteria(sent) })
    assert.equal(again.status, 200)
    assert.deepEqual(again.json(), first.json())
    assert.equal(again.headers.location, first.headers.location)
    assert.equal(again.headers.etag, 'W/"1"')
    const minimal = await server().post('Practitioner', sent, {
      'if-none-exist': criteria(sent),
      prefer: 'return=minimal',
    })
    assert.equal(minimal.status, 200)
    assert.equal(minimal.bytes.length, 0)
  })

  test('refuses with 412 when several match', async () => {
    for (let index = 0; index < 2; index += 1) await server().create({ ...anOrganization(), name: 'Homonyme fictif' })
    const answer = await server().post('Organization', anOrganization(), { 'if-none-exist': 'name=homonyme' })
    assertRefused(answer, 412, 'precondition.multiple')
  })

  const unusable: readonly [string, string][] = [
    ['', 'precondition.missing'],
    ['?', 'precondition.missing'],
    ['_count=1', 'precondition.missing'],
    ['identifier=', 'search.value-empty'],
    ['nickname=x', 'search.parameter-unknown'],
    ['name:fuzzy=x', 'search.modifier-unknown'],
  ]
  for (const [header, key] of unusable) {
    test(`refuses criteria that would match anything: "${header}"`, async () => {
      const before = await server().counts()
      assertRefused(await server().post('Organization', anOrganization(), { 'if-none-exist': header }), 400, key)
      assert.deepEqual(await server().counts(), before)
    })
  }

  test('never answers a patient whose strict traits differ', async () => {
    const known = aPatient().qualified()
    await server().create(known.build())
    const impostor = aPatient().qualified().named('AUTRE-FICTIF').build()
    impostor.identifier = known.build().identifier ?? []
    const byIns = { 'if-none-exist': `identifier=${INS_TEST}|${known.ins}` }
    assertRefused(await server().post('Patient', impostor, byIns), 409, 'identity.conflict')
    const local = { ...aPatient().named('AUTRE-FICTIF').build(), identifier: known.build().identifier?.slice(1) ?? [] }
    const byIpp = { 'if-none-exist': `identifier=${IPP}|${known.ipp}` }
    assertRefused(await server().post('Patient', local, byIpp), 409, 'identity.identifier-taken')
  })

  test('registers a patient whom only the identity feed knew', async () => {
    const person = aPatient().qualified()
    const ins = `identifier=${INS_TEST}|${person.ins}`
    const fed = (await server().put(`Patient?${ins}`, person.build())).resource('Patient')
    assertRefused(await server().get(`Patient/${fed.id}`), 404, 'resource.unknown')
    const registered = await server().post('Patient', person.build(), { 'if-none-exist': ins })
    assert.equal(registered.status, 200)
    assert.equal(registered.resource('Patient').id, fed.id)
    assert.equal((await server().get(`Patient/${fed.id}`)).status, 200)
  })

  test('two clients at once: one creates, none creates twice', async () => {
    const sent = aPractitioner()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server().post('Practitioner', sent, { 'if-none-exist': criteria(sent) })),
    )
    const statuses = answers.map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 201).length, 1, String(statuses))
    assert.ok(statuses.every((status) => [200, 201, 409].includes(status)))
    assert.equal((await server().get(`Practitioner?${criteria(sent)}`)).resource('Bundle').total, 1)
  })
})

describe('what cannot be created', () => {
  const patient = (): Patient => aPatient().build()
  const rows: readonly [id: string, target: string, body: () => object, status: number, key: string][] = [
    ['a resource at the address of another type', 'Practitioner', anOrganization, 400, 'structure.type-mismatch'],
    ['something that is no resource', 'Patient', () => ({ name: 'x' }), 400, 'structure.not-a-resource'],
    [
      'a resource type that R4 does not have',
      'Patient',
      () => ({ resourceType: 'Patience' }),
      400,
      'structure.not-a-resource',
    ],
    [
      'an element that R4 does not have',
      'Patient',
      () => ({ ...patient(), nickname: 'x' }),
      400,
      'structure.unknown-element',
    ],
    [
      'one value where R4 has a list',
      'Patient',
      () => ({ ...patient(), name: { family: 'X' } }),
      400,
      'structure.wrong-shape',
    ],
    ['an empty list', 'Patient', () => ({ ...patient(), telecom: [] }), 400, 'structure.wrong-shape'],
    ['an empty object', 'Patient', () => ({ ...patient(), maritalStatus: {} }), 400, 'structure.wrong-shape'],
    ['a null', 'Patient', () => ({ ...patient(), birthDate: null }), 400, 'structure.value'],
    ['text where R4 has a boolean', 'Patient', () => ({ ...patient(), active: 'true' }), 400, 'structure.value'],
    ['a day that is none', 'Patient', () => ({ ...patient(), birthDate: '1950-02-30' }), 400, 'structure.value'],
    [
      'a urn: that stands for nothing',
      'Organization',
      () => ({ ...anOrganization(), partOf: { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' } }),
      422,
      'reference.unresolved',
    ],
    ['an identifier that another one holds', 'Patient', () => patient(), 409, 'identity.identifier-taken'],
  ]
  for (const [id, target, body, status, key] of rows) {
    test(`${id}: ${status}`, async () => {
      const resource = body()
      if (key === 'identity.identifier-taken') await server().create(resource as Patient)
      const before = await server().counts()
      assertRefused(await server().post(target, resource), status, key)
      assert.deepEqual(await server().counts(), before)
    })
  }

  test('the same professional twice: 409, naming the one that is there', async () => {
    const known = await server().create(aPractitioner())
    const again = { ...aPractitioner(), identifier: known.identifier ?? [] }
    const issue = assertRefused(await server().post('Practitioner', again), 409, 'reference.identifier-taken')
    assert.ok(issue.details?.text?.includes(`Practitioner/${known.id}`))
    assert.deepEqual(issue.expression, ['Practitioner.identifier[0]'])
  })

  test('the same INS twice: 409, and another trait is a conflict', async () => {
    const person = aPatient().qualified()
    await server().create(person.build())
    const { identifier } = person.build()
    const again = { ...aPatient().qualified().build(), identifier: identifier?.slice(0, 1) ?? [] }
    assertRefused(await server().post('Patient', again), 409, 'identity.known')
    const issue = assertRefused(await server().post('Patient', { ...again, gender: 'male' }), 409, 'identity.conflict')
    assert.match(issue.details?.text ?? '', /gender/)
  })
})

test('a document may bring its content along (ITI-105)', async () => {
  const patient = await server().create(aPatient().build())
  const content = aContent('<html>non</html>', 'text/html')
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(content).build())
  const attachment = document.content?.[0]?.attachment
  assert.equal(attachment?.data, undefined)
  assert.match(attachment?.url ?? '', new RegExp(`^${PUBLIC_ORIGIN}/fhir/Binary/${patient.id}\\.`))
  assert.deepEqual([attachment?.size, attachment?.hash], [content.size, content.hash])
  assert.deepEqual((await server().get(attachment?.url ?? '')).bytes, content.bytes)
})
