import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Organization } from '@medplum/fhirtypes'
import { aContent, aDocument, anOrganization, aPatient, aPractitioner, INS_TEST, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'

const server = sharedServer()

async function organization(): Promise<{ address: string; resource: Organization & { id: string } }> {
  const resource = await server().create(anOrganization())
  return { address: `Organization/${resource.id}`, resource }
}

test('an update makes the next version and answers it', async () => {
  const { address, resource } = await organization()
  const answer = await server().put(address, { ...resource, name: 'Renommé' })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.etag, 'W/"2"')
  assert.equal(answer.headers.location, undefined)
  assert.equal(answer.resource('Organization').name, 'Renommé')
  assert.deepEqual((await server().get(address)).json(), answer.json())
  const minimal = await server().put(address, resource, { prefer: 'return=minimal' })
  assert.equal(minimal.status, 200)
  assert.equal(minimal.bytes.length, 0)
  assert.equal(minimal.headers.etag, 'W/"3"')
})

describe('If-Match', () => {
  const rows: readonly [header: string, status: number][] = [
    ['W/"1"', 200],
    ['"1"', 200],
    ['1', 200],
    ['*', 200],
    ['W/"7", W/"1"', 200],
    ['W/"2"', 412],
    ['W/"11"', 412],
    ['W/"0"', 412],
    ['W/"x"', 412],
    ['', 412],
  ]
  for (const [header, status] of rows) {
    test(`${header || 'empty'}: ${status}`, async () => {
      const { address, resource } = await organization()
      const answers = [
        await server().put(address, { ...resource, name: 'Deux' }, { 'if-match': header }),
        await server().patch(address, [{ op: 'replace', path: '/name', value: 'Trois' }], {
          'if-match': header.replaceAll('1', '2'),
        }),
        await server().delete(address, { 'if-match': header.replaceAll('1', '3') }),
      ]
      if (status === 412) {
        for (const answer of answers) assertRefused(answer, 412, 'precondition.version')
        assert.equal((await server().get(address)).headers.etag, 'W/"1"')
      } else {
        assert.deepEqual(
          answers.map((answer) => answer.status),
          [200, 200, 204],
        )
      }
    })
  }
})

test('of two clients that read the same version, one updates and the other is told', async () => {
  const { address, resource } = await organization()
  const answers = await Promise.all(
    ['A', 'B', 'C'].map((name) => server().put(address, { ...resource, name }, { 'if-match': 'W/"1"' })),
  )
  const statuses = answers.map(({ status }) => status).sort()
  assert.equal(statuses[0], 200, String(statuses))
  assert.ok(
    statuses.slice(1).every((status) => status === 409 || status === 412),
    String(statuses),
  )
  const winner = answers.find(({ status }) => status === 200)?.json()
  assert.deepEqual((await server().get(address)).json(), winner)
})

describe('what cannot be updated', () => {
  test('an id that the server did not give: 405', async () => {
    const resource = { ...anOrganization(), id: 'mine' }
    assertRefused(await server().put('Organization/mine', resource), 405, 'resource.no-update-as-create')
  })

  test('a body without id, or with another one: 400', async () => {
    const { address, resource } = await organization()
    const { id: _id, ...without } = resource
    assertRefused(await server().put(address, without), 400, 'resource.id-missing')
    assertRefused(await server().put(address, { ...resource, id: 'other' }), 400, 'resource.id-mismatch')
    assertRefused(await server().put(address, { ...aPractitioner(), id: resource.id }), 400, 'structure.type-mismatch')
  })

  test('a deleted resource: 410', async () => {
    const { address, resource } = await organization()
    await server().delete(address)
    assertRefused(await server().put(address, resource), 410, 'resource.deleted')
  })

  test('a qualified identity keeps its matricule and traits: 409', async () => {
    const person = aPatient().qualified()
    const stored = await server().create(person.build())
    const address = `Patient/${stored.id}`
    const [ins, ...others] = stored.identifier ?? []
    const changes = [
      { birthDate: '1931-01-16' },
      { gender: 'male' as const },
      { identifier: [{ ...ins, value: aPatient().ins }, ...others] },
      { identifier: others },
    ]
    for (const change of changes) {
      assertRefused(await server().put(address, { ...stored, ...change }), 409, 'identity.conflict')
    }
    const contact = { ...stored, telecom: [{ system: 'phone', value: '+33100000001' }] }
    assert.equal((await server().put(address, contact)).status, 200)
  })

  test('the identifier of another patient: 409', async () => {
    const other = aPatient()
    await server().create(other.build())
    const stored = await server().create(aPatient().build())
    const taken = { ...stored, identifier: [{ system: IPP, value: other.ipp }] }
    assertRefused(await server().put(`Patient/${stored.id}`, taken), 409, 'identity.identifier-taken')
  })

  test('what a document says and whose it is: 422', async () => {
    const patient = await server().create(aPatient().build())
    const stranger = await server().create(aPatient().build())
    const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
    const [content] = document.content ?? []
    const attachment = content?.attachment ?? {}
    const changes: readonly [expression: string, change: object][] = [
      ['DocumentReference.subject', { subject: { reference: `Patient/${stranger.id}` } }],
      [
        'DocumentReference.masterIdentifier',
        { masterIdentifier: { ...document.masterIdentifier, value: 'urn:oid:2.25.1' } },
      ],
      [
        'DocumentReference.content[0].attachment.url',
        { content: [{ ...content, attachment: { ...attachment, url: 'https://elsewhere.example/x' } }] },
      ],
      [
        'DocumentReference.content[0].attachment.hash',
        { content: [{ ...content, attachment: { ...attachment, hash: 'AAAA' } }] },
      ],
      [
        'DocumentReference.content[0].attachment.size',
        { content: [{ ...content, attachment: { ...attachment, size: 1 } }] },
      ],
      [
        'DocumentReference.content[0].attachment.contentType',
        { content: [{ ...content, attachment: { ...attachment, contentType: 'text/plain' } }] },
      ],
    ]
    for (const [expression, change] of changes) {
      const answer = await server().put(`DocumentReference/${document.id}`, { ...document, ...change })
      const issue = assertRefused(answer, 422, 'document.immutable')
      assert.deepEqual(issue.expression, [expression])
    }
    const labelled = { ...document, description: 'Commentaire' }
    const answer = await server().put(`DocumentReference/${document.id}`, labelled)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.resource('DocumentReference').content?.[0]?.attachment?.url, attachment.url)
  })
})

describe('conditional update', () => {
  test('none creates, one updates, several are refused', async () => {
    const sent = anOrganization()
    const finess = `identifier=${sent.identifier?.[0]?.system}|${sent.identifier?.[0]?.value}`
    const created = await server().put(`Organization?${finess}`, sent)
    assert.equal(created.status, 201)
    const { id } = created.resource('Organization')
    assert.equal(created.headers.location, `${PUBLIC_ORIGIN}/fhir/Organization/${id}/_history/1`)
    const updated = await server().put(`Organization?${finess}`, { ...sent, name: 'Deux' })
    assert.equal(updated.status, 200)
    assert.equal(updated.resource('Organization').id, id)
    assert.equal(updated.headers.etag, 'W/"2"')
    await server().create({ ...anOrganization(), name: 'Deux' })
    assertRefused(await server().put('Organization?name=Deux', sent), 412, 'precondition.multiple')
  })

  test('the body may name the id it expects, and no other', async () => {
    const { resource } = await organization()
    const finess = `identifier=${resource.identifier?.[0]?.system}|${resource.identifier?.[0]?.value}`
    assert.equal((await server().put(`Organization?${finess}`, resource)).status, 200)
    assertRefused(await server().put(`Organization?${finess}`, { ...resource, id: 'x' }), 400, 'resource.id-mismatch')
    const absent = await server().put('Organization?identifier=urn:none|1', resource)
    assertRefused(absent, 405, 'resource.no-update-as-create')
  })

  test('without criteria, or with unknown ones: 400', async () => {
    assertRefused(await server().put('Organization', anOrganization()), 400, 'precondition.missing')
    assertRefused(await server().put('Organization?_format=json', anOrganization()), 400, 'precondition.missing')
    assertRefused(await server().put('Organization?nickname=x', anOrganization()), 400, 'search.parameter-unknown')
  })

  test('an identity feed finds its patient again although nobody can see it', async () => {
    const person = aPatient().qualified()
    const target = `Patient?identifier=${INS_TEST}|${person.ins}`
    const first = await server().put(target, person.build())
    assert.equal(first.status, 201, first.text)
    const moved = { ...person.build(), telecom: [{ system: 'phone', value: '+33100000002' }] }
    const second = await server().put(target, moved)
    assert.equal(second.status, 200, second.text)
    assert.equal(second.resource('Patient').id, first.resource('Patient').id)
    assert.equal((await server().get(`Patient?identifier=${INS_TEST}|${person.ins}`)).resource('Bundle').total, 0)
  })
})
