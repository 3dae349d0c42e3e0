import type { Identifier, Organization, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import type { ReferenceType, StoredResource } from '../store/store.ts'
import { DccError } from './errors.ts'
import { stamp, type UnitOfWork, type Written } from './unit-of-work.ts'

/** A professional, a role or a structure of the directories that all patients share. */
export type ReferenceResource = Practitioner | PractitionerRole | Organization

/** Registers a professional, role or structure, or replaces its current version; identifiers have one holder. */
export async function writeReference(
  unit: UnitOfWork,
  resource: ReferenceResource,
  id: string,
  current: StoredResource | undefined,
  method: 'POST' | 'PUT' | 'PATCH',
): Promise<Written> {
  const type = resource.resourceType
  const version = (current?.version ?? 0) + 1
  const claims = keysOf(resource)
  for (const [index, key] of claims.entries()) {
    const holder = await unit.context.store.lookup(type, key)
    if (holder !== undefined && holder !== id) {
      throw new DccError('reference.identifier-taken', {
        expression: `${type}.identifier[${index}]`,
        detail: { existing: `${type}/${holder}` },
      })
    }
    unit.add({ kind: 'claim', directory: type, ...key, id })
  }
  for (const key of current === undefined ? [] : keysOf(JSON.parse(current.text))) {
    const kept = claims.some(({ system, value }) => system === key.system && value === key.value)
    if (!kept) unit.add({ kind: 'release', directory: type, ...key, id })
  }
  unit.hold(resource)
  const { text, resource: stamped } = stamp(type, resource, id, version, unit.startedAt)
  unit.add({
    kind: 'put-reference',
    type,
    id,
    expectedVersion: current?.version,
    updatedAt: unit.startedAt,
    method,
    text,
    index: unit.context.indexer.index(stamped),
    family: unit.context.indexer.sort(stamped).family,
  })
  return { type, id, version, updatedAt: unit.startedAt, created: current === undefined, text }
}

/** Deletes a professional, role or structure that no document, list or role refers to. */
export async function deleteReference(unit: UnitOfWork, type: ReferenceType, current: StoredResource): Promise<void> {
  const code = `${type}/${current.id}`
  for (const [searched, param] of REFERRING[type]) {
    const conditions = [{ kind: 'token' as const, param, anyOf: [{ code }] }]
    if ((await unit.context.store.count({ type: searched, conditions })) > 0) {
      throw new DccError('reference.in-use', { detail: { by: searched } })
    }
  }
  for (const key of keysOf(JSON.parse(current.text))) {
    unit.add({ kind: 'release', directory: type, ...key, id: current.id })
  }
  unit.add({ kind: 'delete', type, id: current.id, expectedVersion: current.version, updatedAt: unit.startedAt })
}

/** Where a directory entry may be referred to: searched type and search parameter. */
const REFERRING = {
  Practitioner: [
    ['DocumentReference', 'author'],
    ['DocumentReference', 'authenticator'],
    ['List', 'source'],
    ['PractitionerRole', 'practitioner'],
  ],
  PractitionerRole: [
    ['DocumentReference', 'author'],
    ['DocumentReference', 'authenticator'],
    ['List', 'source'],
  ],
  Organization: [
    ['DocumentReference', 'author'],
    ['DocumentReference', 'custodian'],
    ['PractitionerRole', 'organization'],
    ['Organization', 'partof'],
    ['Patient', 'organization'],
  ],
} as const satisfies Record<ReferenceType, readonly (readonly [string, string])[]>

function keysOf(resource: { identifier?: Identifier[] }): { system: string; value: string }[] {
  const keys = (resource.identifier ?? []).flatMap(({ system, value }) =>
    system === undefined || value === undefined ? [] : [{ system, value }],
  )
  return keys.filter((key, index) => keys.findIndex((k) => k.system === key.system && k.value === key.value) === index)
}
