import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Bundle, DocumentReference, Patient, Resource } from '@medplum/fhirtypes'
import { aBatch, aPatient, aProvideBundle, aTransaction, creating, INS_TEST } from '../support/builders.ts'
import { type Answer, assertRefused, type Headers, resourcesOf } from '../support/client.ts'
import { aBackEnd, aToken, bearer, postForm, protectedServer } from './server.ts'

const server = protectedServer()

let patient: Patient & { id: string }
let document: DocumentReference & { id: string }
let binary: string

/** Headers of a back end with these scopes and no others. */
async function having(scope: string): Promise<Headers> {
  return bearer(await aToken(server(), await aBackEnd(server(), { scope }), scope))
}

/** Every row: what is asked, the scope that is enough, and one that is not although it is close. */
const ROWS: readonly [name: string, enough: string, close: string, ask: (headers: Headers) => Promise<Answer>][] = [
  ['read', 'system/Patient.r', 'system/Patient.cuds', (h) => server().get(`Patient/${patient.id}`, h)],
  ['vread', 'system/Patient.r', 'system/Patient.s', (h) => server().get(`Patient/${patient.id}/_history/1`, h)],
  ['search', 'system/Patient.s', 'system/Patient.r', (h) => server().get('Patient?family=x', h)],
  [
    'search by POST',
    'system/Patient.read',
    'system/Patient.write',
    (h) => postForm(server(), '/fhir/Patient/_search', { family: 'x' }, h),
  ],
  ['history', 'system/Patient.r', 'system/Patient.s', (h) => server().get(`Patient/${patient.id}/_history`, h)],
  ['type history', 'system/Patient.s', 'system/Patient.r', (h) => server().get('Patient/_history', h)],
  ['create', 'system/Patient.c', 'system/Patient.rud', (h) => server().post('Patient', aPatient().build(), h)],
  [
    'conditional create',
    'system/Patient.cs',
    'system/Patient.c',
    (h) => server().post('Patient', aPatient().build(), { ...h, 'if-none-exist': 'identifier=urn:oid:1.2|x' }),
  ],
  ['update', 'system/Patient.u', 'system/Patient.c', (h) => server().put(`Patient/${patient.id}`, patient, h)],
  ['patch', 'system/Patient.u', 'system/Patient.r', (h) => server().patch(`Patient/${patient.id}`, [], h)],
  ['delete', 'system/Patient.d', 'system/Patient.u', (h) => server().delete(`Patient/${patient.id}`, h)],
  ['binary', 'system/DocumentReference.r', 'system/Patient.r', (h) => server().get(binary, h)],
  ['$match', 'system/Patient.rs', 'system/DocumentReference.rs', (h) => server().post('Patient/$match', patient, h)],
  [
    '$ihe-pix',
    'system/Patient.rs',
    'system/DocumentReference.rs',
    (h) => server().get(`Patient/$ihe-pix?sourceIdentifier=${INS_TEST}|1`, h),
  ],
  [
    '$generate-metadata',
    'system/DocumentReference.c',
    'system/Patient.c',
    (h) => server().post('DocumentReference/$generate-metadata', { resourceType: 'Parameters' }, h),
  ],
  [
    'transaction',
    'system/Patient.c',
    'system/Patient.r',
    (h) => server().post('', aTransaction(creating(aPatient().build())), h),
  ],
  [
    'a transaction with one entry too many',
    'system/Patient.cr',
    'system/Patient.c',
    (h) =>
      server().post(
        '',
        aTransaction(creating(aPatient().build()), { request: { method: 'GET', url: `Patient/${patient.id}` } }),
        h,
      ),
  ],
]

describe('what a token opens', () => {
  before(async () => {
    const all = await having('system/*.cruds')
    const sent = aPatient().qualified().build()
    const created = await server().post('Patient', sent, all)
    assert.equal(created.status, 201, created.text)
    patient = created.json() as typeof patient
    const provided = await server().post('', aProvideBundle(`Patient/${patient.id}`), all)
    assert.equal(provided.status, 200, provided.text)
    const found = await server().get(`DocumentReference?patient=${patient.id}`, all)
    const [first] = resourcesOf(found.json() as Bundle)
    document = first as typeof document
    binary = document.content[0]?.attachment.url ?? ''
  })

  for (const [name, enough, close, ask] of ROWS) {
    test(`${name}: ${enough} is enough, ${close} is not`, async () => {
      const refused = await ask(await having(close))
      assertRefused(refused, 403, 'http.forbidden')
      assert.match(refused.headers['www-authenticate'] ?? '', /^Bearer error="insufficient_scope"/)
      const before = await server().counts()
      await ask(await having(close))
      assert.deepEqual((await server().counts()).patient, before.patient, 'a refusal stores nothing')
      const answer = await ask(await having(enough))
      assert.ok(
        answer.status !== 401 && answer.status !== 403 && answer.status < 500,
        `${answer.status} ${answer.text}`,
      )
    })
  }

  test('each entry of a batch is held to the scopes by itself', async () => {
    const reading = (url: string) => ({ request: { method: 'GET' as const, url } })
    const bundle = aBatch(reading(`Patient/${patient.id}`), reading(`DocumentReference/${document.id}`))
    const answer = await server().post('', bundle, await having('system/Patient.r'))
    assert.equal(answer.status, 200)
    const statuses = (answer.json() as Bundle).entry?.map(({ response }) => response?.status)
    assert.deepEqual(statuses, ['200 OK', '403 Forbidden'])
  })

  test('what scopes do not cover is not included, whichever way it is asked for', async () => {
    const typesOf = async (query: string, scope: string) => {
      const answer = await server().get(query, await having(scope))
      assert.equal(answer.status, 200, answer.text)
      return [...new Set(resourcesOf(answer.json() as Bundle).map(({ resourceType }: Resource) => resourceType))].sort()
    }
    const included = `DocumentReference?patient=${patient.id}&_include=DocumentReference:subject`
    assert.deepEqual(await typesOf(included, 'system/DocumentReference.rs'), ['DocumentReference'])
    assert.deepEqual(await typesOf(included, 'system/DocumentReference.rs system/Patient.r'), [
      'DocumentReference',
      'Patient',
    ])
    const reverse = `Patient?_id=${patient.id}&_revinclude=DocumentReference:subject`
    assert.deepEqual(await typesOf(reverse, 'system/Patient.rs'), ['Patient'])
  })

  test('a chain asks about other resources: the patient’s traits are not told by way of the documents', async () => {
    const documents = await having('system/DocumentReference.rs')
    const byIdentifier = `DocumentReference?patient.identifier=${INS_TEST}|1`
    assert.equal((await server().get(byIdentifier, documents)).status, 200, 'ITI-67: by the identifier of the patient')
    assertRefused(await server().get('DocumentReference?author.family=X', documents), 403, 'http.forbidden')
  })

  test('a refusal is the same whether the resource exists or not', async () => {
    const headers = await having('system/DocumentReference.r')
    const [there, not] = [
      await server().get(`Patient/${patient.id}`, headers),
      await server().get('Patient/0198c8a0-0000-7000-8000-000000000000', headers),
    ]
    assert.deepEqual([there.status, there.text], [not.status, not.text])
  })

  test('the strictness of validation goes with the client', async () => {
    // The server is lenient (test/support/server.ts).
    const broken: Patient = { ...aPatient().qualified().build(), gender: 'unknown' }
    const post = async (validation: 'strict' | 'lenient') => {
      const client = await aBackEnd(server(), { validation })
      return server().post('Patient/$validate', broken, bearer(await aToken(server(), client)))
    }
    assert.equal((await post('strict')).status, 200)
    const profile = {
      meta: {
        profile: [
          'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference',
        ],
      },
    }
    const create = async (validation: 'strict' | 'lenient') => {
      const client = await aBackEnd(server(), { validation })
      const { category: _left, id: _id, identifier: _i, masterIdentifier: _m, content, ...rest } = document
      const sent = {
        ...rest,
        ...profile,
        masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:oid:1.2.3.${Date.now()}` },
        content,
      }
      return server().post('DocumentReference', sent, bearer(await aToken(server(), client)))
    }
    assert.equal((await create('strict')).status, 422)
    const kept = await create('lenient')
    assert.equal(kept.status, 201, kept.text)
  })
})
