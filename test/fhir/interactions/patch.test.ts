import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference, Parameters } from '@medplum/fhirtypes'
import {
  aContent,
  aDocument,
  aFhirPathPatch,
  anOrganization,
  aPatient,
  aPractitioner,
  aStatusPatch,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const server = sharedServer()

async function document(changes: Partial<DocumentReference> = {}) {
  const patient = await server().create(aPatient().build())
  const resource = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).with(changes).build())
  return { patient, resource, address: `DocumentReference/${resource.id}` }
}

const ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived'

async function organization() {
  const resource = await server().create({ ...anOrganization(), alias: ['Hôpital'], partOf: { display: 'Groupe' } })
  return { resource, address: `Organization/${resource.id}` }
}

test('JSON Patch makes the next version', async () => {
  const { address, resource } = await organization()
  const answer = await server().patch(address, [
    { op: 'test', path: '/active', value: true },
    { op: 'replace', path: '/name', value: 'Corrigé' },
    { op: 'add', path: '/alias/-', value: 'Clinique' },
    { op: 'remove', path: '/partOf' },
  ])
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.headers.etag, 'W/"2"')
  const patched = answer.resource('Organization')
  assert.equal(patched.name, 'Corrigé')
  assert.deepEqual(patched.alias, ['Hôpital', 'Clinique'])
  assert.equal(patched.partOf, undefined)
  assert.deepEqual(patched.identifier, resource.identifier)
  assert.deepEqual((await server().get(address)).json(), patched)
})

test('a document is archived and brought back as PDSm says', async () => {
  const { address } = await document()
  const archive = await server().patch(address, [
    { op: 'add', path: '/extension', value: [{ url: ARCHIVED, valueBoolean: true }] },
  ])
  assert.equal(archive.status, 200, archive.text)
  const { id, subject } = archive.resource('DocumentReference')
  const search = `DocumentReference?${new URLSearchParams({ patient: subject?.reference ?? '', isArchived: 'true' })}`
  assert.equal((await server().get(search)).resource('Bundle').entry?.[0]?.resource?.id, id)
  assert.equal(
    (await server().patch(address, [{ op: 'replace', path: '/extension/0/valueBoolean', value: false }])).status,
    200,
  )
  assert.equal((await server().get(search)).resource('Bundle').total, 0)
  const bare = await server().patch(address, [{ op: 'remove', path: '/extension/0' }])
  assert.equal(bare.status, 200, bare.text)
  assert.equal(bare.resource('DocumentReference').extension, undefined)
})

test('FHIRPath Patch supersedes a document as MHD writes it, in JSON and in XML', async () => {
  const one = await document()
  const answer = await server().patch(one.address, aStatusPatch('superseded'))
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.resource('DocumentReference').status, 'superseded')
  const other = await document()
  const part = (name: string, value: string) => `<part><name value="${name}"/>${value}</part>`
  const xml = `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/>${part('type', '<valueCode value="replace"/>')}${part('path', '<valueString value="DocumentReference.status"/>')}${part('value', '<valueCode value="superseded"/>')}</parameter></Parameters>`
  const inXml = await server().patch(other.address, xml, { 'content-type': 'application/fhir+xml' })
  assert.equal(inXml.status, 200, inXml.text)
  assert.equal(inXml.resource('DocumentReference').status, 'superseded')
})

test('FHIRPath Patch archives a document and sets it back', async () => {
  const { address } = await document()
  const add = aFhirPathPatch([
    { name: 'type', valueCode: 'add' },
    { name: 'path', valueString: 'DocumentReference' },
    { name: 'name', valueString: 'extension' },
    {
      name: 'value',
      part: [
        { name: 'url', valueUri: ARCHIVED },
        { name: 'value', valueBoolean: true },
      ],
    },
  ])
  const archived = await server().patch(address, add)
  assert.equal(archived.status, 200, archived.text)
  assert.deepEqual(archived.resource('DocumentReference').extension, [{ url: ARCHIVED, valueBoolean: true }])
  const replace = aFhirPathPatch([
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: `DocumentReference.extension.where(url='${ARCHIVED}').value` },
    { name: 'value', valueBoolean: false },
  ])
  const back = await server().patch(address, replace)
  assert.deepEqual(back.resource('DocumentReference').extension, [{ url: ARCHIVED, valueBoolean: false }])
})

describe('a patch that changes nothing', () => {
  const path = (type: string, at: string, extra: Parameters['parameter'] = []): Parameters =>
    aFhirPathPatch([{ name: 'type', valueCode: type }, { name: 'path', valueString: at }, ...extra])
  const value = [{ name: 'value', valueString: 'x' }]
  const rows: readonly [id: string, patch: object, status: number, key: string][] = [
    [
      'a test that fails',
      [
        { op: 'test', path: '/active', value: false },
        { op: 'remove', path: '/name' },
      ],
      409,
      'patch.test-failed',
    ],
    [
      'the second operation fails',
      [
        { op: 'replace', path: '/name', value: 'x' },
        { op: 'remove', path: '/nothing' },
      ],
      422,
      'patch.path',
    ],
    ['a path that is not there', [{ op: 'replace', path: '/language', value: 'fr' }], 422, 'patch.path'],
    ['an index that is not there', [{ op: 'remove', path: '/alias/7' }], 422, 'patch.path'],
    ['an operation that is none', [{ op: 'frobnicate', path: '/active' }], 400, 'patch.invalid'],
    ['a pointer without slash', [{ op: 'remove', path: 'active' }], 400, 'patch.invalid'],
    ['__proto__', [{ op: 'add', path: '/__proto__', value: { polluted: true } }], 422, 'patch.path'],
    ['below __proto__', [{ op: 'add', path: '/__proto__/polluted', value: true }], 422, 'patch.path'],
    ['below constructor', [{ op: 'add', path: '/constructor/prototype/polluted', value: true }], 422, 'patch.path'],
    [
      'an element that R4 does not have',
      [{ op: 'add', path: '/polluted', value: true }],
      400,
      'structure.unknown-element',
    ],
    [
      'the whole resource',
      [{ op: 'replace', path: '', value: { resourceType: 'Patient' } }],
      400,
      'resource.id-mismatch',
    ],
    [
      'another type under the same id',
      [{ op: 'replace', path: '/resourceType', value: 'List' }],
      400,
      'structure.unknown-element',
    ],
    ['the id', [{ op: 'replace', path: '/id', value: 'mine' }], 400, 'resource.id-mismatch'],
    ['an object that is no patch', { op: 'remove', path: '/active' }, 400, 'patch.invalid'],
    ['a value of another type', [{ op: 'replace', path: '/name', value: 3 }], 400, 'structure.value'],
    ['a FHIRPath that is not there', path('replace', 'Organization.language', value), 422, 'patch.path'],
    ['a FHIRPath of another type', path('replace', 'Patient.name', value), 422, 'patch.path'],
    [
      'a FHIRPath that this server does not know',
      path('replace', 'Organization.alias.first()', value),
      400,
      'patch.invalid',
    ],
    ['a FHIRPath to __proto__', path('replace', 'Organization.__proto__.polluted', value), 400, 'patch.invalid'],
    [
      'a FHIRPath to constructor',
      path('replace', 'Organization.constructor.prototype.polluted', value),
      400,
      'patch.invalid',
    ],
    [
      'a FHIRPath addition named __proto__',
      path('add', 'Organization', [{ name: 'name', valueString: '__proto__' }, ...value]),
      400,
      'patch.invalid',
    ],
    [
      'a FHIRPath operation without path',
      aFhirPathPatch([{ name: 'type', valueCode: 'delete' }]),
      400,
      'patch.invalid',
    ],
    ['no operation', { resourceType: 'Parameters' }, 400, 'patch.invalid'],
  ]
  for (const [id, patch, status, key] of rows) {
    test(`${id}: ${status}`, async () => {
      const { address, resource } = await organization()
      const type = 'resourceType' in patch ? 'application/fhir+json' : 'application/json-patch+json'
      const answer = await server().patch(address, JSON.stringify(patch), { 'content-type': type })
      assertRefused(answer, status, key)
      assert.deepEqual((await server().get(address)).json(), resource)
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    })
  }

  test('a resource is no patch: 415', async () => {
    const { address } = await document()
    assertRefused(await server().patch(address, anOrganization()), 415, 'http.media-type')
  })

  test('copies that would double the resource again and again: 400', async () => {
    const organization = await server().create(anOrganization())
    const doubling = Array.from({ length: 40 }, (_, index) => ({
      op: 'copy',
      from: '',
      path: index % 2 === 0 ? '/name' : '/alias',
    }))
    const started = performance.now()
    assertRefused(await server().patch(`Organization/${organization.id}`, doubling), 400, 'patch.invalid')
    assert.ok(performance.now() - started < 2000)
  })
})

describe('conditional patch', () => {
  test('none is 404, one is patched, several are 412', async () => {
    const practitioner = aPractitioner()
    const rpps = `identifier=${practitioner.identifier?.[0]?.system}|${practitioner.identifier?.[0]?.value}`
    const patch = [{ op: 'replace', path: '/active', value: false }]
    assertRefused(await server().patch(`Practitioner?${rpps}`, patch), 404, 'precondition.none')
    await server().create(practitioner)
    const patched = await server().patch(`Practitioner?${rpps}`, patch)
    assert.equal(patched.status, 200)
    assert.equal(patched.resource('Practitioner').active, false)
    await server().create({ ...aPractitioner(), active: false })
    assertRefused(await server().patch('Practitioner?active=false', patch), 412, 'precondition.multiple')
    assertRefused(await server().patch('Practitioner', patch), 400, 'precondition.missing')
  })

  test('a document by its unique id, as PDSm flow 03 does', async () => {
    const { resource } = await document()
    const master = `identifier=${resource.masterIdentifier?.system}|${resource.masterIdentifier?.value}`
    const answer = await server().patch(`DocumentReference?${master}`, aStatusPatch('superseded'))
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.resource('DocumentReference').id, resource.id)
  })
})

test('a Binary cannot be patched: 405', async () => {
  const { resource } = await document()
  const binary = resource.content?.[0]?.attachment?.url ?? ''
  assertRefused(await server().patch(binary, [{ op: 'remove', path: '/data' }]), 405, 'resource.interaction')
})
