import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle, DocumentReference, Patient } from '@medplum/fhirtypes'
import { matchPatient } from '../../src/dcc/match-patient.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { readHeader } from '../../src/french/cda/header.ts'
import { parseCda } from '../../src/french/cda/parse.ts'
import { patientOfHeader } from '../../src/french/fr-core/patient.ts'
import {
  aBatch,
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aProvideBundle,
  aTransaction,
  aWorkingList,
  creating,
  IPP,
  type PatientBuilder,
  putting,
} from '../support/builders.ts'
import { aCda, anIns } from '../support/cda-samples.ts'
import { assertRefused, type Client, resourcesOf } from '../support/client.ts'
import { callersServer } from './callers.ts'

const server = callersServer()
const FICHE_RCP = 'type=http://loinc.org|34794-8'

/** A patient of the record. */
async function known(builder: PatientBuilder = aPatient()): Promise<Patient & { id: string }> {
  return server().free.create(builder.build())
}

/** A document of a patient, a fiche RCP unless it is `ordinary`. */
async function filed({ id }: { id: string }, kind: 'fiche' | 'ordinary' = 'fiche') {
  const builder = aDocument(`Patient/${id}`).inline(aContent())
  return server().free.create((kind === 'fiche' ? builder : builder.ordinary()).build())
}

/** An app that was launched on a patient. */
function launchedOn({ id }: { id: string }, scopes: string): Client {
  return server().as({ kind: 'user', patient: id }, scopes)
}

const backEnd = (scopes: string): Client => server().as({ kind: 'system' }, scopes)

async function found(client: Client, target: string): Promise<string[]> {
  const answer = await client.get(target)
  assert.equal(answer.status, 200, answer.text)
  return addresses(answer.resource('Bundle'))
}

function addresses(bundle: Bundle): string[] {
  return resourcesOf(bundle).map(({ resourceType, id }) => `${resourceType}/${id}`)
}

function contentOf(document: DocumentReference): string {
  const url = document.content?.[0]?.attachment?.url ?? ''
  return url.slice(url.indexOf('Binary/'))
}

describe('an app that was launched on a patient', () => {
  test('finds nobody and nothing else, whatever it searches for, and counts nothing else', async () => {
    const [mine, other] = [await known(), await known()]
    const [document, foreign] = [await filed(mine), await filed(other)]
    const app = launchedOn(mine, 'patient/*.rs')
    assert.deepEqual(await found(app, 'Patient'), [`Patient/${mine.id}`])
    assert.deepEqual(await found(app, `Patient?_id=${mine.id},${other.id}`), [`Patient/${mine.id}`])
    assert.deepEqual(
      await found(app, `Patient?identifier=${other.identifier?.[0]?.system}|${other.identifier?.[0]?.value}`),
      [],
    )
    assert.deepEqual(await found(app, 'DocumentReference'), [`DocumentReference/${document.id}`])
    assert.deepEqual(await found(app, `DocumentReference?patient=${other.id}`), [])
    assert.deepEqual(await found(app, `DocumentReference?_id=${foreign.id}`), [])
    const counted = (await app.get('DocumentReference?_summary=count')).resource('Bundle')
    assert.equal(counted.total, 1)
  })

  test('is told nothing of others by the history of a type', async () => {
    const [mine, other] = [await known(), await known()]
    await filed(other)
    const document = await filed(mine)
    const app = launchedOn(mine, 'patient/*.rs')
    assert.deepEqual([...new Set(await found(app, 'Patient/_history'))], [`Patient/${mine.id}`])
    assert.deepEqual(await found(app, 'DocumentReference/_history'), [`DocumentReference/${document.id}`])
    assert.deepEqual(await found(app, `DocumentReference/${document.id}/_history`), [
      `DocumentReference/${document.id}`,
    ])
  })

  test('gets with what it finds only what it may read itself', async () => {
    const mine = await known()
    const document = await filed(mine)
    const [patient, one] = [`Patient/${mine.id}`, `DocumentReference/${document.id}`]
    const include = 'DocumentReference?_include=DocumentReference:patient&_revinclude=List:item'
    const all = (await found(launchedOn(mine, 'patient/*.rs'), include)).map((address) => address.split('/')[0])
    assert.deepEqual(all.sort(), ['DocumentReference', 'List', 'Patient'])
    assert.deepEqual(await found(launchedOn(mine, 'patient/DocumentReference.rs'), include), [one])
    assert.deepEqual(await found(launchedOn(mine, 'patient/DocumentReference.rs patient/Patient.r'), include), [
      one,
      patient,
    ])
  })

  test('is held to its scopes in every entry of a batch', async () => {
    const [mine, other] = [await known(), await known()]
    const app = launchedOn(mine, 'patient/Patient.r patient/List.c')
    const read = (url: string) => ({ request: { method: 'GET' as const, url } })
    const bundle = aBatch(
      read(`Patient/${mine.id}`),
      read(`Patient/${other.id}`),
      read('Patient'),
      read('Organization'),
      creating(aWorkingList(`Patient/${mine.id}`, [])),
      creating(aWorkingList(`Patient/${other.id}`, [])),
      creating(anOrganization()),
    )
    const answer = (await app.post('', bundle)).resource('Bundle')
    const statuses = answer.entry?.map(({ response }) => response?.status?.slice(0, 3))
    assert.deepEqual(statuses, ['200', '404', '403', '403', '201', '422', '403'])
  })

  test('publishes by ITI-65 for that patient, and for nobody else', async () => {
    const [mine, other] = [await known(), await known()]
    const app = launchedOn(mine, 'patient/DocumentReference.cu patient/List.c')
    const accepted = await app.post('', aProvideBundle(`Patient/${mine.id}`))
    assert.equal(accepted.status, 200, accepted.text)
    const before = await server().free.counts()
    assertRefused(await app.post('', aProvideBundle(`Patient/${other.id}`)), 422, 'patient.unknown')
    assert.deepEqual(await server().free.counts(), before)
  })

  test('replaces a document with the scope to create: what is superseded follows from it', async () => {
    const mine = await known()
    const document = await filed(mine)
    const app = launchedOn(mine, 'patient/DocumentReference.c')
    const next = aDocument(`Patient/${mine.id}`).inline(aContent()).replacing(`DocumentReference/${document.id}`)
    const answer = await app.post('DocumentReference', next.build())
    assert.equal(answer.status, 201, answer.text)
    const replaced = (await server().free.get(`DocumentReference/${document.id}`)).resource('DocumentReference')
    assert.equal(replaced.status, 'superseded')
  })

  test('reads what was filed under a record that was merged into the patient', async () => {
    const [kept, merged, stranger] = [aPatient(), aPatient(), await known()]
    const survivor = await known(kept)
    const absorbed = await known(merged)
    const document = await filed(absorbed)
    const app = launchedOn(survivor, 'patient/*.rs')
    assertRefused(await app.get(`DocumentReference/${document.id}`), 404, 'resource.unknown')
    const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: kept.ipp } } }]
    const target = `Patient?identifier=${IPP}|${merged.ipp}`
    const answer = await server().free.put(target, merged.with({ active: false, link }).build())
    assert.equal(answer.status, 200, answer.text)
    assert.equal((await app.get(`DocumentReference/${document.id}`)).status, 200)
    assert.equal((await app.get(contentOf(document))).status, 200)
    assert.deepEqual(await found(app, 'DocumentReference'), [`DocumentReference/${document.id}`])
    assertRefused(await app.get(`Patient/${stranger.id}`), 404, 'resource.unknown')
  })

  test('reads the directories that documents name, and changes none', async () => {
    const practitioner = await server().free.create(aPractitioner())
    const app = launchedOn(await known(), 'patient/*.cruds')
    assert.equal((await app.get(`Practitioner/${practitioner.id}`)).status, 200)
    assertRefused(await app.put(`Practitioner/${practitioner.id}`, practitioner), 403, 'http.forbidden')
    assertRefused(await app.delete(`Practitioner/${practitioner.id}`), 403, 'http.forbidden')
  })
})

describe('search restrictions', () => {
  test('hold for what is found, read, seen in the history and downloaded', async () => {
    const patient = await known()
    const since = new Date().toISOString()
    const [fiche, other] = [await filed(patient), await filed(patient, 'ordinary')]
    const client = backEnd(`system/DocumentReference.rs?${FICHE_RCP}`)
    assert.deepEqual(await found(client, `DocumentReference?patient=${patient.id}`), [`DocumentReference/${fiche.id}`])
    for (const [document, status] of [
      [fiche, 200],
      [other, 404],
    ] as const) {
      const address = `DocumentReference/${document.id}`
      for (const target of [address, `${address}/_history`, `${address}/_history/1`, contentOf(document)]) {
        assert.equal((await client.get(target)).status, status, target)
      }
    }
    const history = await found(client, `DocumentReference/_history?_since=${since}`)
    assert.ok(history.includes(`DocumentReference/${fiche.id}`) && !history.includes(`DocumentReference/${other.id}`))
  })

  test('several of them add up', async () => {
    const patient = await known()
    const documents = [await filed(patient), await filed(patient, 'ordinary')]
    const scopes = [
      `system/DocumentReference.rs?${FICHE_RCP}`,
      'system/DocumentReference.s?type=http://loinc.org|11488-4',
    ]
    const all = documents.map(({ id }) => `DocumentReference/${id}`).sort()
    const search = `DocumentReference?patient=${patient.id}`
    assert.deepEqual((await found(backEnd(scopes.join(' ')), search)).sort(), all)
    const both = `system/DocumentReference.rs?${FICHE_RCP}&type=http://loinc.org|11488-4`
    assert.deepEqual(await found(backEnd(both), search), [])
    const either = `system/DocumentReference.rs?${FICHE_RCP},http://loinc.org|11488-4`
    assert.deepEqual((await found(backEnd(either), search)).sort(), all)
  })

  test('hold together with the patient of the launch', async () => {
    const [mine, other] = [await known(), await known()]
    const [fiche] = [await filed(mine), await filed(mine, 'ordinary'), await filed(other)]
    const app = launchedOn(mine, `patient/DocumentReference.rs?${FICHE_RCP}`)
    assert.deepEqual(await found(app, 'DocumentReference'), [`DocumentReference/${fiche.id}`])
  })

  test('hold for what is sent, alone and in a transaction, and nothing is stored', async () => {
    const patient = await known()
    const client = backEnd(`system/DocumentReference.c?${FICHE_RCP} system/List.cu?status=current`)
    const sent = aDocument(`Patient/${patient.id}`).inline(aContent())
    assert.equal((await client.post('DocumentReference', sent.build())).status, 201)
    const before = await server().free.counts()
    const refused = aDocument(`Patient/${patient.id}`).inline(aContent()).ordinary().build()
    assertRefused(await client.post('DocumentReference', refused), 403, 'http.forbidden')
    const list = aWorkingList(`Patient/${patient.id}`, [])
    const bundle = aTransaction(creating(list), creating({ ...list, status: 'retired' }))
    assertRefused(await client.post('', bundle), 403, 'http.forbidden')
    assert.deepEqual(await server().free.counts(), before)
  })

  test('hold for what is there and for what it becomes', async () => {
    const patient = await known()
    const list = aWorkingList(`Patient/${patient.id}`, [])
    const current = await server().free.create(list)
    const retired = await server().free.create({ ...list, status: 'retired' as const })
    const client = backEnd('system/List.ud?status=current')
    assert.equal((await client.put(`List/${current.id}`, { ...current, title: 'Autre' })).status, 200)
    assertRefused(await client.put(`List/${current.id}`, { ...current, status: 'retired' }), 403, 'http.forbidden')
    assertRefused(
      await client.put(`List/${retired.id}`, { ...retired, status: 'current' }),
      405,
      'resource.no-update-as-create',
    )
    assertRefused(await client.delete(`List/${retired.id}`), 404, 'resource.unknown')
    assertRefused(
      await client.post('', aTransaction(putting(`List/${current.id}`, { ...current, status: 'retired' }))),
      403,
      'http.forbidden',
    )
    assert.equal((await client.delete(`List/${current.id}`)).status, 204)
  })
})

describe('scopes of the type as a whole', () => {
  test('users may read their own entry whatever they were granted', async () => {
    const [own, other] = [await server().free.create(aPractitioner()), await server().free.create(aPractitioner())]
    const user = server().as({ kind: 'user', fhirUser: `Practitioner/${own.id}` }, 'user/Patient.r')
    assert.equal((await user.get(`Practitioner/${own.id}`)).status, 200)
    assertRefused(await user.get(`Practitioner/${other.id}`), 403, 'http.forbidden')
    assertRefused(await user.put(`Practitioner/${own.id}`, own), 403, 'http.forbidden')
  })

  test('a conditional update needs the scopes to update and to search, and may create', async () => {
    const feed = aPatient()
    const target = `Patient?identifier=${IPP}|${feed.ipp}`
    assertRefused(await backEnd('system/Patient.u').put(target, feed.build()), 403, 'http.forbidden')
    assertRefused(await backEnd('system/Patient.cs').put(target, feed.build()), 403, 'http.forbidden')
    const answer = await backEnd('system/Patient.us').put(target, feed.build())
    assert.equal(answer.status, 201, answer.text)
  })

  test('a chain in a condition asks about other resources as one in a search does', async () => {
    const patient = await known()
    const document = aDocument(`Patient/${patient.id}`).inline(aContent()).build()
    const chain = 'author:Patient.family=Durand'
    const address = `DocumentReference?${chain}`
    const [documents, both] = [
      backEnd('system/DocumentReference.cruds'),
      backEnd('system/DocumentReference.cruds system/Patient.s'),
    ]
    assertRefused(await documents.get(address), 403, 'http.forbidden')
    assertRefused(
      await documents.post('DocumentReference', document, { 'if-none-exist': chain }),
      403,
      'http.forbidden',
    )
    assertRefused(await documents.put(address, document), 403, 'http.forbidden')
    assertRefused(await documents.delete(address), 403, 'http.forbidden')
    const inTransaction = aTransaction({ request: { method: 'DELETE', url: address } })
    assertRefused(await documents.post('', inTransaction), 403, 'http.forbidden')
    assert.equal((await both.delete(address)).status, 204)
  })

  test('a Binary alone gives nothing: it is made and read with the scopes of documents', async () => {
    const patient = await known()
    const binary = aBinary(aContent(), `Patient/${patient.id}`)
    assertRefused(await backEnd('system/Binary.cr system/List.cruds').post('Binary', binary), 403, 'http.forbidden')
    assert.equal((await backEnd('system/DocumentReference.c').post('Binary', binary)).status, 201)
    const address = contentOf(await filed(patient))
    assertRefused(await backEnd('system/Binary.r').get(address), 403, 'http.forbidden')
    assert.equal((await backEnd('system/DocumentReference.r').get(address)).status, 200)
  })

  test('publishing, correcting and withdrawing each need their letter only; what follows from them needs none', async () => {
    const patient = await known()
    const published = await backEnd('system/DocumentReference.c').post(
      'DocumentReference',
      aDocument(`Patient/${patient.id}`).inline(aContent()).build(),
    )
    assert.equal(published.status, 201, published.text)
    const { id } = published.resource('DocumentReference')
    const submitted = await backEnd('system/DocumentReference.c system/List.c').post(
      '',
      aProvideBundle(`Patient/${patient.id}`),
    )
    assert.equal(submitted.status, 200, submitted.text)
    const withdrawn = await backEnd('system/DocumentReference.d').delete(`DocumentReference/${id}`)
    assert.equal(withdrawn.status, 204, withdrawn.text)
  })

  test('a back end has metadata generated with the scope to create documents alone', async () => {
    const { dcc } = server().free.record
    const { value, born } = anIns(7001)
    const bytes = Buffer.from(aCda({ ins: { value }, born, ipp: 'IPP-SCOPES-1' }))
    const unit = new UnitOfWork(dcc)
    const patient = patientOfHeader(readHeader(parseCda(bytes)), { frCore: dcc.frCore })
    await matchPatient(unit, patient, 'register')
    await unit.commit()
    const resource = { resourceType: 'Binary', contentType: 'text/xml', data: bytes.toString('base64') }
    const body = { resourceType: 'Parameters', parameter: [{ name: 'document', resource }] }
    const answer = await backEnd('system/DocumentReference.c').post('DocumentReference/$generate-metadata', body)
    assert.equal(answer.status, 200, answer.text)
  })

  test('who may only write is not shown what is there', async () => {
    const patient = await known()
    const list = await server().free.create(aWorkingList(`Patient/${patient.id}`, []))
    const patch = JSON.stringify([{ op: 'replace', path: '/title', value: 'Autre' }])
    const type = { 'content-type': 'application/json-patch+json' }
    const hidden = await backEnd('system/List.u').patch(`List/${list.id}`, patch, type)
    assert.deepEqual([hidden.status, hidden.text], [200, ''])
    const shown = await backEnd('system/List.ru').patch(`List/${list.id}`, patch, type)
    assert.equal(shown.resource('List').title, 'Autre')
    const bundle = aTransaction(putting(`List/${list.id}`, list))
    const answer = await backEnd('system/List.u').post('', bundle, { prefer: 'return=representation' })
    assert.equal(answer.resource('Bundle').entry?.[0]?.resource, undefined)
  })

  test('an unknown patient, a hidden one and another one look the same to an app', async () => {
    const mine = await known()
    const feed = aPatient()
    const hidden = await server().free.put(`Patient?identifier=${IPP}|${feed.ipp}`, feed.build())
    const other = await known()
    const app = launchedOn(mine, 'patient/*.cruds')
    const ids = [other.id, hidden.resource('Patient').id ?? '', 'z'.repeat(20)]
    const read = await Promise.all(ids.map((id) => app.get(`Patient/${id}`)))
    const written = await Promise.all(ids.map((id) => app.post('List', aWorkingList(`Patient/${id}`, []))))
    for (const [first, ...rest] of [read, written]) {
      assert.ok(first !== undefined && (first.status === 404 || first.status === 422))
      for (const answer of rest) assert.deepEqual([answer.status, answer.text], [first.status, first.text])
    }
  })
})
