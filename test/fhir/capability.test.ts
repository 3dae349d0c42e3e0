import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CapabilityStatement, CapabilityStatementRestResource, Resource } from '@medplum/fhirtypes'
import { SEARCH_PARAMETERS } from '../../src/fhir/search/parameters.ts'
import {
  aBatch,
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  aSubmissionSet,
  aTransaction,
  creating,
} from '../support/builders.ts'
import { type Answer, linkOf } from '../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../support/server.ts'

const server = sharedServer()
const statement = async (): Promise<CapabilityStatement> =>
  (await server().get('metadata')).resource('CapabilityStatement')
/** The types that are stored; others have operations only (test/fhir/operations/terminology). */
const declared = async (): Promise<CapabilityStatementRestResource[]> =>
  ((await statement()).rest?.[0]?.resource ?? []).filter(({ interaction }) => interaction !== undefined)
const registered = async (): Promise<string> => `Patient/${(await server().create(aPatient().build())).id}`

/** A new resource of a type. */
async function fresh(type: string, subject = ''): Promise<Resource> {
  if (subject === '' && PATIENTS_OWN.has(type)) return fresh(type, await registered())
  switch (type) {
    case 'Patient':
      return aPatient().build()
    case 'DocumentReference':
      return aDocument(subject).inline(aContent()).build()
    case 'List':
      return aSubmissionSet(subject, [])
    case 'Binary':
      return aBinary(aContent(), subject)
    case 'Practitioner':
      return aPractitioner()
    case 'PractitionerRole': {
      const practitioner = await server().create(aPractitioner())
      const organization = await server().create(anOrganization())
      return aRole(`Practitioner/${practitioner.id}`, `Organization/${organization.id}`)
    }
    default:
      return anOrganization()
  }
}

const PATIENTS_OWN = new Set(['DocumentReference', 'List', 'Binary'])

/** A resource of a type that can be read: a Binary by its document. */
async function readable(type: string): Promise<Resource & { id: string }> {
  const subject = await registered()
  const stored = await server().create(await fresh(type, subject))
  if (type === 'Binary') await server().create(aDocument(subject).at(`Binary/${stored.id}`).build())
  return stored
}

/** How each interaction is tried, on a resource that exists. */
const TRIALS: Readonly<Record<string, (type: string, stored: Resource) => Promise<Answer>>> = {
  read: (type, { id }) => server().get(`${type}/${id}`),
  vread: (type, { id }) => server().get(`${type}/${id}/_history/1`),
  'history-instance': (type, { id }) => server().get(`${type}/${id}/_history`),
  'history-type': (type) => server().get(`${type}/_history`),
  'search-type': (type) => server().get(type),
  create: async (type) => server().post(type, await fresh(type)),
  update: (type, stored) => server().put(`${type}/${stored.id}`, stored),
  patch: (type, { id }) =>
    server().patch(`${type}/${id}`, [
      type === 'DocumentReference'
        ? { op: 'replace', path: '/status', value: 'superseded' }
        : { op: 'add', path: '/language', value: 'fr' },
    ]),
  delete: (type, { id }) => server().delete(`${type}/${id}`),
}

const TYPES = ['Patient', 'DocumentReference', 'Binary', 'List', 'Practitioner', 'PractitionerRole', 'Organization']

test('the statement says who speaks, which release and which formats', async () => {
  const { fhirVersion, kind, implementation, format, patchFormat } = await statement()
  assert.equal(fhirVersion, '4.0.1')
  assert.equal(kind, 'instance')
  assert.equal(implementation?.url, `${PUBLIC_ORIGIN}/fhir`)
  assert.deepEqual(format, ['application/fhir+json', 'application/fhir+xml'])
  assert.ok(patchFormat?.includes('application/json-patch+json'))
  assert.deepEqual(
    (await declared()).map(({ type }) => type),
    TYPES,
  )
})

describe('what is declared works, what is not is refused', () => {
  for (const type of TYPES) {
    test(type, async () => {
      const resource = (await declared()).find((candidate) => candidate.type === type)
      const codes = new Set<string>(resource?.interaction?.map(({ code }) => code ?? ''))
      for (const [code, trial] of Object.entries(TRIALS)) {
        const stored = await readable(type)
        const answer = await trial(type, stored)
        if (codes.has(code)) assert.ok(answer.status >= 200 && answer.status < 300, `${code}: ${answer.text}`)
        else assert.equal(answer.status, 405, `${code}: ${answer.text}`)
        codes.delete(code)
      }
      assert.deepEqual([...codes], [])
    })
  }

  test('conditional interactions, as each type says', async () => {
    for (const {
      type = '',
      conditionalCreate,
      conditionalUpdate,
      conditionalDelete,
      updateCreate,
    } of await declared()) {
      const resource = await fresh(type)
      const create = await server().post(type, resource, { 'if-none-exist': '_id=none' })
      assert.equal(create.status, conditionalCreate ? 201 : 400, `${type} ${create.text}`)
      const update = await server().put(`${type}?_id=none`, await fresh(type))
      assert.equal(update.status, conditionalUpdate ? 201 : 405, `${type} ${update.text}`)
      const remove = await server().delete(`${type}?_id=none`)
      assert.equal(remove.status, conditionalDelete === 'single' ? 204 : 405, type)
      assert.equal(updateCreate, false)
      const unknown = await server().put(`${type}/mine`, { ...(await fresh(type)), id: 'mine' })
      assert.equal(unknown.status, 405, type)
    }
  })

  test('reads are conditional, every resource has a version', async () => {
    for (const { type = '', conditionalRead, versioning } of await declared()) {
      const stored = await readable(type)
      assert.deepEqual([conditionalRead, versioning], ['full-support', 'versioned'])
      const later = new Date(Date.now() + 10_000).toUTCString()
      assert.equal((await server().get(`${type}/${stored.id}`, { 'if-none-match': 'W/"1"' })).status, 304, type)
      assert.equal((await server().get(`${type}/${stored.id}`, { 'if-modified-since': later })).status, 304, type)
    }
  })

  test('batch and transaction', async () => {
    assert.deepEqual(
      (await statement()).rest?.[0]?.interaction?.map(({ code }) => code),
      ['transaction', 'batch'],
    )
    for (const bundle of [aTransaction(creating(anOrganization())), aBatch(creating(anOrganization()))]) {
      assert.equal((await server().post('/fhir', bundle)).status, 200)
    }
  })
})

const VALUES: Readonly<Record<string, string>> = {
  token: 'a',
  string: 'a',
  date: '2026-01-01',
  uri: 'urn:x',
  reference: 'x',
}

describe('search parameters', () => {
  test('every one that is declared is honoured, by GET and POST', async () => {
    let tried = 0
    for (const { type = '', searchParam = [] } of await declared()) {
      for (const { name = '', type: kind = '', documentation } of searchParam) {
        const value = name === 'isArchived' || name === 'active' || name === 'deceased' ? 'true' : (VALUES[kind] ?? 'a')
        const query = new URLSearchParams([[name, value]]).toString()
        const strict = { prefer: 'handling=strict' }
        const form = { ...strict, 'content-type': 'application/x-www-form-urlencoded' }
        for (const answer of [
          await server().get(`${type}?${query}`, strict),
          await server().post(`${type}/_search`, query, form),
        ]) {
          assert.equal(answer.status, 200, `${type}?${query}: ${answer.text}`)
          const self = new URL(linkOf(answer.resource('Bundle'), 'self') ?? '')
          assert.deepEqual([...self.searchParams.keys()], [name])
        }
        assert.ok((documentation ?? '').includes(' / '), 'in both languages')
        tried += 1
      }
    }
    assert.ok(tried > 90, String(tried))
  })

  test('the same ones exist in the table, and no internal one works', async () => {
    const resources = await declared()
    for (const [type, parameters] of Object.entries(SEARCH_PARAMETERS)) {
      const names = resources.find((candidate) => candidate.type === type)?.searchParam?.map(({ name }) => name)
      assert.deepEqual(
        parameters.filter(({ internal }) => internal !== true).map(({ name }) => name),
        names?.filter((name) => !name?.endsWith(':exact')),
      )
      for (const { name } of parameters.filter(({ internal }) => internal === true)) {
        const answer = await server().get(`${type}?${name}=a`, { prefer: 'handling=strict' })
        assert.equal(answer.status, 400, `${type}?${name}`)
      }
    }
  })

  test('each inclusion that is declared is honoured, others are refused', async () => {
    for (const { type = '', searchInclude = [], searchRevInclude = [] } of await declared()) {
      for (const [name, values] of [
        ['_include', searchInclude],
        ['_revinclude', searchRevInclude],
      ] as const) {
        for (const value of values) {
          const answer = await server().get(`${type}?${name}=${value}`, { prefer: 'handling=strict' })
          assert.equal(answer.status, 200, `${type}?${name}=${value}: ${answer.text}`)
        }
      }
      if (type === 'Binary') continue
      const other = await server().get(`${type}?_include=${type}:nobody`, { prefer: 'handling=strict' })
      assert.equal(other.status, 400)
    }
  })
})

test('profiles are named where resources claim them', async () => {
  for (const { type, supportedProfile = [] } of await declared()) {
    assert.equal(supportedProfile.length > 0, type !== 'Binary', type)
    for (const profile of supportedProfile)
      assert.match(profile, /^https:\/\/((hl7\.fr|interop\.esante\.gouv\.fr)\/ig\/fhir|profiles\.ihe\.net\/ITI)\//)
  }
})
