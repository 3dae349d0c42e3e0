import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Organization, Practitioner } from '@medplum/fhirtypes'
import { deleteReference, type ReferenceResource, writeReference } from '../../src/dcc/references.ts'
import type { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { newReferenceId } from '../../src/store/ids.ts'
import { anOrganization, aPatient, aPractitioner, aRole } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { published, registered } from '../support/domain-samples.ts'

const domain = sharedDomain()

test('a professional is registered, found by identifier and by family name', async () => {
  const resource = aPractitioner()
  const id = await write(resource)
  assert.equal(await holderOf('Practitioner', resource), id)
  const conditions = [{ kind: 'string' as const, param: 'family', anyOf: ['MEDECIN-FICTIF'], match: 'exact' as const }]
  assert.ok((await domain().store.count({ type: 'Practitioner', conditions })) >= 1)
})

test('an identifier has one holder of each type; the refusal names it', async () => {
  const resource = aPractitioner()
  const id = await write(resource)
  const other: Practitioner = {
    ...aPractitioner(),
    identifier: [...(aPractitioner().identifier ?? []), ...(resource.identifier ?? [])],
  }
  const error = await domain().refuses('reference.identifier-taken', (unit) => writing(unit, other))
  assert.deepEqual([error.expression, error.detail.existing], ['Practitioner.identifier[1]', `Practitioner/${id}`])
  const organization: Organization = { ...anOrganization(), identifier: resource.identifier ?? [] }
  const organizationId = await write(organization)
  assert.equal(await holderOf('Organization', organization), organizationId)
})

test('the same professional registered ten times at once is one', async () => {
  const resource = aPractitioner()
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => write(resource)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a new version keeps its identifiers, releases those it drops and takes those it adds', async () => {
  const [resource, other] = [aPractitioner(), aPractitioner()]
  const id = await write(resource)
  await domain().commit((unit) => rewriting(unit, id, { ...resource, active: false }))
  assert.equal(await holderOf('Practitioner', resource), id)
  await domain().commit((unit) => rewriting(unit, id, { ...resource, identifier: other.identifier ?? [] }))
  assert.deepEqual([await holderOf('Practitioner', resource), await holderOf('Practitioner', other)], [undefined, id])
  const next = await write(resource)
  assert.equal(await holderOf('Practitioner', resource), next)
  assert.equal((await domain().store.read('Practitioner', id))?.version, 3)
})

test('a version that somebody else has replaced meanwhile is not overwritten', async () => {
  const resource = aPractitioner()
  const id = await write(resource)
  const stale = await domain().store.read('Practitioner', id)
  await domain().commit((unit) => rewriting(unit, id, { ...resource, active: false }))
  await assert.rejects(
    domain().commit((unit) => writeReference(unit, resource, id, stale, 'PUT')),
    (error) => isStoreError(error, 'store.version-conflict'),
  )
})

test('what nothing refers to is deleted and its identifiers are free again', async () => {
  const resource = aPractitioner()
  const id = await write(resource)
  await domain().commit((unit) => deleting(unit, 'Practitioner', id))
  assert.equal((await domain().store.read('Practitioner', id))?.deleted, true)
  assert.equal(await holderOf('Practitioner', resource), undefined)
  await write(resource)
})

test('what a role, a document or a patient refers to is not deleted', async () => {
  const [author, practitioner] = [await write(aPractitioner()), await write(aPractitioner())]
  const [organization, custodian] = [await write(anOrganization()), await write(anOrganization())]
  await write(aRole(`Practitioner/${practitioner}`, `Organization/${organization}`))
  await domain().commit(async (unit) =>
    published(unit, await registered(unit), {
      as: (document) =>
        document.with({
          author: [{ reference: `Practitioner/${author}` }],
          custodian: { reference: `Organization/${custodian}` },
        }),
    }),
  )
  for (const [type, id, by] of [
    ['Practitioner', practitioner, 'PractitionerRole'],
    ['Organization', organization, 'PractitionerRole'],
    ['Practitioner', author, 'DocumentReference'],
    ['Organization', custodian, 'DocumentReference'],
  ] as const) {
    const error = await domain().refuses('reference.in-use', (unit) => deleting(unit, type, id))
    assert.equal(error.detail.by, by)
  }
})

test('people and structures of the directories are no patients: nothing of them reaches the gateway', async () => {
  const { outbox } = await domain().store.counts()
  await write(aPractitioner())
  await write({ ...anOrganization(), name: aPatient().build().name?.[0]?.family ?? '' })
  assert.equal((await domain().store.counts()).outbox, outbox)
})

async function writing(unit: UnitOfWork, resource: ReferenceResource): Promise<string> {
  const id = newReferenceId()
  await writeReference(unit, resource, id, undefined, 'POST')
  return id
}

function write(resource: ReferenceResource): Promise<string> {
  return domain().commit((unit) => writing(unit, resource))
}

async function rewriting(unit: UnitOfWork, id: string, resource: ReferenceResource): Promise<void> {
  const current = await domain().store.read(resource.resourceType, id)
  await writeReference(unit, resource, id, current, 'PUT')
}

async function deleting(unit: UnitOfWork, type: 'Practitioner' | 'Organization', id: string): Promise<void> {
  const current = await domain().store.read(type, id)
  assert.ok(current !== undefined)
  await deleteReference(unit, type, current)
}

function holderOf(type: 'Practitioner' | 'Organization', { identifier = [] }: Practitioner | Organization) {
  const { system = '', value = '' } = identifier[0] ?? {}
  return domain().store.lookup(type, { system, value })
}
