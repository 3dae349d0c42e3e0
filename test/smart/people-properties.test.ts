import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Bundle } from '@medplum/fhirtypes'
import { addToCareTeam, changeBlock, recordChoice } from '../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import { openView } from '../../src/dcc/entitlement/view.ts'
import type { Change, Condition, DccStore } from '../../src/store/store.ts'
import { aPatient, type PatientBuilder } from '../support/builders.ts'
import { type Client, linkOf, resourcesOf } from '../support/client.ts'
import { startEngines } from '../support/engines.ts'
import { aPathway, aDocument as aStoredDocument, aPatient as aStoredPatient } from '../support/store-samples.ts'
import { callersServer } from './callers.ts'
import { aLabelled, aPatientOf, aProfessional, merged, type Someone } from './people.ts'

/** The same numbers at every run. */
let state = 20261124
function below(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * limit)
}
const chance = (one: number) => below(one) === 0

describe('a search with the eyes of a person', () => {
  const server = callersServer()

  test('finds exactly what single reads allow, page by page, and counts it', async () => {
    state = 20261124
    const { free, person } = server()
    const { dcc } = free.record
    const people: Someone[] = []
    for (const reach of ['care-team', 'care-team', 'region', 'region'] as const) {
      people.push(await aProfessional(free, reach))
    }
    const builders: PatientBuilder[] = Array.from({ length: 14 }, () => aPatient())
    const patients: string[] = []
    const documents: string[] = []
    for (const builder of builders) {
      const patient = await aPatientOf(
        free,
        people.filter(() => !chance(3)),
        builder,
      )
      patients.push(patient.id)
      for (let count = below(5); count > 0; count -= 1) {
        const labels = ['MASQUE_PS', 'INVISIBLE_PATIENT'].filter(() => chance(3))
        const by = chance(2) ? people[below(people.length)]?.rpps : undefined
        documents.push((await free.create(aLabelled(patient.id, labels, by))).id)
      }
    }
    const [one, two, three, four] = builders
    if (one !== undefined && two !== undefined) await merged(free, one, two)
    if (three !== undefined && four !== undefined) await merged(free, three, four)
    if (two !== undefined && four !== undefined) await merged(free, four, two)
    for (const patientId of patients) {
      if (chance(9)) await recordChoice(dcc, patientId, 'oppose')
      for (const { nationalId } of people) if (chance(12)) await changeBlock(dcc, { patientId, nationalId }, 'add')
    }
    let seen = 0
    for (const who of people) {
      const clients = [person(who, 'user/*.rs')]
      for (const patientId of patients.slice(0, 5)) clients.push(person(who, 'patient/*.rs', patientId))
      for (const client of clients) {
        const readable: string[] = []
        for (const id of documents) {
          const { status } = await client.get(`DocumentReference/${id}`)
          assert.ok(status === 200 || status === 404)
          if (status === 200) readable.push(id)
        }
        seen += readable.length
        assert.deepEqual(
          (await everyPage(client, 'DocumentReference?_count=3&_total=accurate')).sort(),
          readable.sort(),
        )
        const counted = (await client.get('DocumentReference?_summary=count')).resource('Bundle')
        assert.equal(counted.total, readable.length)
        const [first] = patients
        const narrow = await everyPage(client, `DocumentReference?patient=${first}&_count=2`)
        assert.ok(narrow.every((id) => readable.includes(id)))
      }
    }
    assert.ok(seen > 50, `${seen} documents are seen`)
  })

  test('finds more patients than a search can name, and only those', async () => {
    const { free, person } = server()
    const who = await aProfessional(free)
    const other = await aPatientOf(free, [])
    const own = []
    for (let index = 0; index < 130; index += 1) {
      const patient = aStoredPatient()
      const document = aStoredDocument(patient.id)
      own.push({ patient, document })
      await free.record.dcc.store.commit([patient, document, aPathway(patient.id)])
      await addToCareTeam(free.record.dcc, { patientId: patient.id, nationalId: who.nationalId })
    }
    const client = person(who, 'user/*.rs')
    const { total } = (await client.get('Patient?_summary=count')).resource('Bundle')
    assert.equal(total, own.length)
    const history = await client.get('Patient/_history?_count=200', { accept: 'application/fhir+xml' })
    assert.ok(!history.text.includes(other.id))
    for (const { patient } of own) assert.ok(history.text.includes(`Patient/${patient.id}`))
    const conditions = [
      { kind: 'entitled', to: { nationalId: who.nationalId, reach: 'care-team', at: now() } },
    ] as const
    assert.equal(await free.record.dcc.store.count({ type: 'DocumentReference', conditions }), own.length)
  })
})

const now = () => new Date().toISOString()

/** Every id of a search, following its pages; the total of the first must be theirs. */
async function everyPage(client: Client, target: string): Promise<string[]> {
  const ids: string[] = []
  let total: number | undefined
  for (let next: string | undefined = target; next !== undefined; ) {
    const answer = await client.get(next)
    assert.equal(answer.status, 200, answer.text)
    const bundle: Bundle = answer.resource('Bundle')
    total ??= bundle.total
    ids.push(...resourcesOf(bundle).map(({ id }) => id ?? ''))
    next = linkOf(bundle, 'next')
  }
  assert.equal(new Set(ids).size, ids.length, 'nothing comes twice')
  if (total !== undefined) assert.equal(total, ids.length)
  return ids
}

const { engines, stop } = await startEngines()
after(stop)

/** The rule is written twice, for one record and for a search of many: neither may say what the other does not. */
for (const { name, skip, openStore, newPlace } of engines) {
  test(`on ${name} the store finds of many constellations what the domain decides of each`, { skip }, async () => {
    state = 20261125
    const store = await openStore(await newPlace())
    try {
      await compareRules(store)
    } finally {
      await store.close()
    }
  })
}

async function compareRules(store: DccStore): Promise<void> {
  const dcc = { store, now: () => new Date() }
  const who = { nationalId: '810099900010', rpps: undefined }
  const entitlements = openEntitlements(dcc)
  const ids = await constellations(store, who.nationalId)
  for (const reach of ['care-team', 'region'] as const) {
    const row = { ...who, structure: '', profile: 'clinician', reach, from: '2026-01-01T00:00:00.000Z' } as const
    await store.entitlement.commit([{ kind: 'put-habilitation', ...row, until: undefined, suspended: false }])
    const allowed: string[] = []
    for (const id of ids) if ((await entitlements.access(who, id)).allowed) allowed.push(id)
    allowed.sort()
    assert.ok(allowed.length > 5 && allowed.length < ids.length, `${allowed.length} of ${ids.length}`)
    const to = { nationalId: who.nationalId, reach, at: now() }
    assert.deepEqual((await store.entitlement.entitled(to, ids)).sort(), allowed)
    if (reach === 'care-team') assert.deepEqual(await entitlements.patients(who), allowed)
    for (const mostNamed of [0, 1000]) {
      const within = await openView(dcc, { ...who, reach }, mostNamed).within()
      const condition: Condition =
        'patients' in within ? { kind: 'patient', ids: within.patients } : { kind: 'entitled', to: within.entitledTo }
      const sort = { key: '_id', descending: false } as const
      const query = { type: 'Patient', conditions: [condition], withMerged: true, sort, limit: 100 } as const
      assert.deepEqual(
        (await store.search(query)).map(({ id }) => id),
        allowed,
      )
    }
  }
}

/** Sixty records: some hidden, some merged into others and those again, some of a care team, opposed or closed. */
async function constellations(store: DccStore, nationalId: string): Promise<string[]> {
  const dcc = { store, now: () => new Date() }
  const patients = Array.from({ length: 60 }, () => aStoredPatient())
  for (const patient of patients) await store.commit(chance(8) ? [patient] : [patient, aPathway(patient.id)])
  const [first, last, ...others] = patients
  assert.ok(first !== undefined && last !== undefined)
  const taken: string[] = []
  for (const patient of others) {
    if (!chance(5)) continue
    await store.commit(merging(patient, first.id, [patient.id]))
    taken.push(patient.id)
  }
  await store.commit(merging(first, last.id, [first.id, ...taken]))
  for (const { id: patientId } of patients) {
    const isMerged = taken.includes(patientId)
    if (isMerged ? chance(9) : chance(2)) await addToCareTeam(dcc, { patientId, nationalId })
    if (!isMerged && chance(12)) await recordChoice(dcc, patientId, 'oppose')
    if (!isMerged && chance(12)) await changeBlock(dcc, { patientId, nationalId }, 'add')
  }
  return patients.map(({ id }) => id)
}

/** A record that a patient takes in, with those that it had taken in itself. */
function merging(gone: ReturnType<typeof aStoredPatient>, survivorId: string, all: readonly string[]): Change[] {
  return [
    { ...gone, expectedVersion: 1, state: 'merged', mergedInto: survivorId },
    ...all.map((id): Change => ({ kind: 'merge', survivorId, id, domain: '' })),
  ]
}
