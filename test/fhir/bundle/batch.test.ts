import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bundle, BundleEntry } from '@medplum/fhirtypes'
import {
  aBatch,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  creating,
  putting,
  superseding,
  urnUuid,
} from '../../support/builders.ts'
import { PUBLIC_ORIGIN, sharedServer, startServer } from '../../support/server.ts'

const server = sharedServer()

async function send(bundle: Bundle, headers = {}): Promise<BundleEntry[]> {
  const answer = await server().post('/fhir', bundle, headers)
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.resource('Bundle').type, 'batch-response')
  return answer.resource('Bundle').entry ?? []
}

function issueOf(entry: BundleEntry | undefined) {
  const outcome = entry?.response?.outcome
  assert.ok(outcome?.resourceType === 'OperationOutcome', JSON.stringify(entry))
  return outcome.issue?.[0]
}

test('entries are done one by one; a refusal concerns its own only and names it', async () => {
  const organization = await server().create(anOrganization())
  const patient = await server().create(aPatient().build())
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
  const entries = await send(
    aBatch(
      creating(aPractitioner()),
      creating({ ...aPractitioner(), identifier: organization.identifier ?? [], gender: 'female' }),
      { request: { method: 'GET', url: `Organization/${organization.id}` } },
      { request: { method: 'GET', url: 'Organization/unknown' } },
      putting(`Organization/${organization.id}`, { ...organization, name: 'Renommé' }),
      superseding(`DocumentReference/${document.id}`),
      creating(
        aDocument(`Patient/${patient.id}`)
          .inline({ ...aContent(), size: 1 })
          .build(),
      ),
      { request: { method: 'DELETE', url: `Organization/${organization.id}` } },
      { request: { method: 'HEAD', url: 'metadata' } },
    ),
  )
  assert.deepEqual(
    entries.map(({ response }) => response?.status?.slice(0, 3)),
    ['201', '201', '200', '404', '200', '200', '422', '204', '200'],
  )
  assert.equal(entries[0]?.response?.location?.startsWith(`${PUBLIC_ORIGIN}/fhir/Practitioner/`), true)
  assert.equal(entries[0]?.resource, undefined)
  assert.deepEqual(entries[2]?.resource, organization)
  assert.equal(entries[2]?.response?.etag, 'W/"1"')
  assert.equal(issueOf(entries[3])?.details?.coding?.[0]?.code, 'resource.unknown')
  assert.deepEqual(issueOf(entries[3])?.expression, ['Bundle.entry[3]'])
  assert.equal(entries[5]?.response?.etag, 'W/"2"')
  assert.deepEqual(issueOf(entries[6])?.expression, ['Bundle.entry[6].resource.content[0].attachment.size'])
})

describe('what one entry cannot be', () => {
  const rows: readonly [id: string, entry: BundleEntry, status: string, key: string][] = [
    ['without request', { resource: anOrganization() }, '400', 'bundle.entry'],
    ['without resource', { request: { method: 'POST', url: 'Organization' } }, '400', 'bundle.entry'],
    [
      'a Bundle',
      { request: { method: 'POST', url: '/' }, resource: { resourceType: 'Bundle', type: 'batch' } },
      '400',
      'bundle.entry',
    ],
    ['of another server', { request: { method: 'GET', url: 'https://x.example/Patient/1' } }, '400', 'bundle.entry'],
    ['of a type not served', { request: { method: 'GET', url: 'Observation/1' } }, '404', 'resource.type-unknown'],
    ['an interaction not served', { request: { method: 'DELETE', url: 'Binary/1' } }, '405', 'resource.interaction'],
    [
      'a urn: of another entry',
      creating({ ...anOrganization(), partOf: { reference: urnUuid() } }),
      '422',
      'reference.unresolved',
    ],
  ]
  for (const [id, entry, status, key] of rows) {
    test(`${id}: ${status}`, async () => {
      const [, answered] = await send(aBatch(creating(anOrganization()), entry))
      assert.equal(answered?.response?.status?.slice(0, 3), status)
      assert.equal(issueOf(answered)?.details?.coding?.[0]?.code, key)
      assert.ok(issueOf(answered)?.expression?.[0]?.startsWith('Bundle.entry[1]'))
    })
  }
})

test('a document’s bytes come as a Binary resource inside a Bundle', async () => {
  const patient = await server().create(aPatient().build())
  const content = aContent()
  const document = await server().create(aDocument(`Patient/${patient.id}`).inline(content).build())
  const url = document.content?.[0]?.attachment?.url ?? ''
  const [entry] = await send(aBatch({ request: { method: 'GET', url } }), { accept: 'application/fhir+json' })
  assert.ok(entry?.resource?.resourceType === 'Binary')
  assert.equal(entry.resource.data, content.bytes.toString('base64'))
})

test('conditions and preferences work in entries as they do alone', async () => {
  const practitioner = aPractitioner()
  const [rpps] = practitioner.identifier ?? []
  const criteria = `identifier=${rpps?.system}|${rpps?.value}`
  const twice = [creating(practitioner, urnUuid(), criteria), creating(practitioner, urnUuid(), criteria)]
  const statuses = (await send(aBatch(...twice))).map(({ response }) => response?.status)
  assert.deepEqual(statuses, ['201 Created', '200 OK'])
  const [resource] = await send(aBatch(creating(aPractitioner())), { prefer: 'return=representation' })
  assert.equal(resource?.resource?.resourceType, 'Practitioner')
  const nameless = { resourceType: 'Practitioner', active: true } as const
  const [outcome] = await send(aBatch(creating(nameless)), { prefer: 'return=OperationOutcome' })
  assert.equal(outcome?.resource, undefined)
  assert.equal(issueOf(outcome)?.severity, 'information')
  const strict = { request: { method: 'GET' as const, url: 'Practitioner?nickname=x' } }
  assert.equal((await send(aBatch(strict)))[0]?.response?.status, '200 OK')
  assert.equal((await send(aBatch(strict), { prefer: 'handling=strict' }))[0]?.response?.status, '400 Bad Request')
})

test('an empty batch, and one with an entry too many', async () => {
  assert.deepEqual(await send({ resourceType: 'Bundle', type: 'batch' }), [])
  const many = aBatch(
    ...Array.from({ length: 1001 }, () => ({ request: { method: 'GET' as const, url: 'Patient/x' } })),
  )
  assert.equal((await server().post('/fhir', many)).status, 413)
})

test('a defect of ours in one entry is logged, and the others are answered', async () => {
  const own = await startServer({
    withRecord: (record) => {
      const read: typeof record.dcc.store.read = () => Promise.reject(new Error('SENTINELLE'))
      return { ...record, dcc: { ...record.dcc, store: Object.create(record.dcc.store, { read: { value: read } }) } }
    },
  })
  try {
    const answer = await own.post(
      '/fhir',
      aBatch({ request: { method: 'GET', url: 'Organization/x' } }, creating(anOrganization())),
    )
    const entries = answer.resource('Bundle').entry ?? []
    assert.deepEqual(
      entries.map(({ response }) => response?.status),
      ['500 Internal Server Error', '201 Created'],
    )
    const issue = issueOf(entries[0])
    assert.equal(issue?.details?.coding?.[0]?.code, 'server.defect')
    const requestId = answer.headers['x-request-id'] ?? '?'
    assert.ok(issue?.diagnostics?.includes(requestId))
    const defects = own.logs.filter((line) => line.includes('"defect"'))
    assert.equal(defects.length, 1)
    assert.ok(defects[0]?.includes(requestId) && !defects[0].includes('SENTINELLE'))
  } finally {
    await own.stop()
  }
})

test('a short batch cannot ask for an answer without end', async () => {
  const own = await startServer({ config: { maxBody: 30_000 } })
  try {
    const patient = await own.create(aPatient().build())
    const content = aContent('x'.repeat(9_000), 'text/plain')
    const document = await own.create(aDocument(`Patient/${patient.id}`).inline(content).build())
    const url = document.content?.[0]?.attachment?.url ?? ''
    const asked = Array.from({ length: 8 }, () => ({ request: { method: 'GET' as const, url } }))
    const answer = await own.post('/fhir', aBatch(...asked, creating(anOrganization())))
    const statuses = answer.resource('Bundle').entry?.map(({ response }) => response?.status?.slice(0, 3))
    assert.deepEqual(statuses, ['200', '200', '200', '413', '413', '413', '413', '413', '201'])
    assert.equal(issueOf(answer.resource('Bundle').entry?.[3])?.details?.coding?.[0]?.code, 'bundle.answer-too-large')
  } finally {
    await own.stop()
  }
})

test('what a batch has not begun when its time is over is refused in its entry, what is stored is told', async () => {
  const own = await startServer({
    config: { requestTimeout: 300 },
    withRecord: (record) => {
      const commit: typeof record.dcc.store.commit = async (changes) => {
        await delay(200)
        return record.dcc.store.commit(changes)
      }
      return {
        ...record,
        dcc: { ...record.dcc, store: Object.create(record.dcc.store, { commit: { value: commit } }) },
      }
    },
  })
  try {
    const before = (await own.counts()).reference_resource ?? 0
    const answer = await own.post('/fhir', aBatch(...Array.from({ length: 5 }, () => creating(anOrganization()))))
    const statuses = answer.resource('Bundle').entry?.map(({ response }) => response?.status?.slice(0, 3))
    // How many are begun in time is the machine's affair; what is told of them is not.
    const stored = (await own.counts()).reference_resource ?? 0
    assert.ok(stored > before && stored < before + 5)
    assert.deepEqual(
      statuses,
      Array.from({ length: 5 }, (_, index) => (index < stored - before ? '201' : '503')),
    )
  } finally {
    await own.stop()
  }
})
