import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { publishDocument } from '../../src/dcc/documents.ts'
import { importCda } from '../../src/dcc/import-cda.ts'
import { changePatient } from '../../src/dcc/merge.ts'
import { recordsOf } from '../../src/dcc/persons.ts'
import { resolveSubject } from '../../src/dcc/subject.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import type { Change } from '../../src/store/store.ts'
import { duplicateOf, type Followed, feed, followed, found } from '../ihe/iti-104/support.ts'
import { aContent, aDocument, IPP } from '../support/builders.ts'
import { aCda, anIns } from '../support/cda-samples.ts'
import { sharedDomain } from '../support/domain.ts'
import { newId, published, registered } from '../support/domain-samples.ts'
import { overBothEngines } from '../support/server.ts'

/** What happens at the same moment as a merge happens before it or after it, never in between. */

const domain = sharedDomain()

/** Merges one patient into another, who is named by a number: neither needs to be visible. */
async function merging(unit: UnitOfWork, subsumedId: string, survivorId: string): Promise<void> {
  const state = await unit.context.store.patient(subsumedId)
  assert.ok(state !== undefined)
  const { text = '{}' } = (await unit.context.store.patient(survivorId)) ?? {}
  const [identifier = {}] = (JSON.parse(text) as Patient).identifier ?? []
  const link = [{ other: { identifier }, type: 'replaced-by' as const }]
  const sent: Patient = { ...JSON.parse(state.text), active: false, link }
  await changePatient(unit, state, sent, { method: 'PUT', feed: undefined })
}

/** Sends a merged record as active again. */
async function separating(unit: UnitOfWork, id: string): Promise<void> {
  const state = await unit.context.store.patient(id)
  assert.ok(state !== undefined)
  const { link: _link, ...record }: Patient = JSON.parse(state.text)
  await changePatient(unit, state, { ...record, active: true }, { method: 'PUT', feed: undefined })
}

async function pair(): Promise<[string, string]> {
  return domain()
    .commit(async (unit) => [await registered(unit, 'test'), await registered(unit, 'test')] as const)
    .then(([a, b]) => [a, b])
}

/** Decides on `first`, lets `second` happen, then commits the first, which must be refused with this key. */
async function overtaken(
  key: string,
  first: (unit: UnitOfWork) => Promise<unknown>,
  second: (unit: UnitOfWork) => Promise<unknown>,
) {
  const unit = new UnitOfWork(domain().context)
  await first(unit)
  await domain().commit(second)
  const before = await domain().state()
  await assert.rejects(unit.commit(), (error) => isStoreError(error) && error.key === key)
  assert.deepEqual((await domain().state()).counts, before.counts)
}

test('PIX-104-2: a patient who was never merged is one record', async () => {
  const [one] = await pair()
  assert.deepEqual(await recordsOf(domain().store, [one]), [one])
  assert.deepEqual(await recordsOf(domain().store, []), [])
  assert.deepEqual(await recordsOf(domain().store, ['unknown']), ['unknown'])
})

describe('PIX-104-2: what was decided before a merge and comes after it', () => {
  test('PIX-104-2: a document for the duplicate is refused, and goes to the survivor when it is sent again', async () => {
    const [one, two] = await pair()
    const publishing = (unit: UnitOfWork) => published(unit, one)
    await overtaken('store.patient-not-current', publishing, (unit) => merging(unit, one, two))
    assert.equal(await resolveSubject(new UnitOfWork(domain().context), { reference: `Patient/${one}` }, 'x'), two)
  })

  test('PIX-104-2: another merge of the same patient', async () => {
    const [one, two] = await pair()
    const [three] = await pair()
    await overtaken(
      'store.patient-not-current',
      (unit) => merging(unit, one, three),
      (unit) => merging(unit, one, two),
    )
  })

  test('PIX-104-2: a merge into the duplicate, and one in the other direction', async () => {
    const [one, two] = await pair()
    const [three] = await pair()
    await overtaken(
      'store.patient-not-current',
      (unit) => merging(unit, three, one),
      (unit) => merging(unit, one, two),
    )
    const [four, five] = await pair()
    await overtaken(
      'store.patient-not-current',
      (unit) => merging(unit, four, five),
      (unit) => merging(unit, five, four),
    )
  })

  test('PIX-104-2: two merges into one survivor: the second is decided again', async () => {
    const [one, two] = await pair()
    const [three] = await pair()
    await overtaken(
      'store.version-conflict',
      (unit) => merging(unit, one, three),
      (unit) => merging(unit, two, three),
    )
    await domain().commit((unit) => merging(unit, one, three))
    assert.deepEqual(new Set(await recordsOf(domain().store, [two])), new Set([one, two, three]))
  })

  test('PIX-104-2: a pathway that opens on the survivor would leave the duplicate hidden, and is decided again', async () => {
    const [one, two] = await domain().commit(async (unit) => [await registered(unit), await registered(unit)] as const)
    const publishing = (unit: UnitOfWork) => published(unit, two)
    await overtaken('store.version-conflict', publishing, (unit) => merging(unit, one, two))
    await domain().commit(publishing)
    for (const id of [one, two]) assert.equal((await domain().store.patient(id))?.visible, true)
  })
})

test('PIX-104-2: a document that is imported while its patient is merged is decided again and filed with the survivor', async () => {
  const { value, born } = anIns(900)
  const first = await importCda(domain().context, aCda({ ins: { value }, born }))
  const imported = first.patient.slice('Patient/'.length)
  const survivorId = await domain().commit((unit) => registered(unit, 'test'))
  const { store } = domain()
  let merges = 0
  const overtaking = new Proxy(store, {
    get(target, name) {
      if (name !== 'commit') return Reflect.get(target, name).bind(target)
      return async (changes: readonly Change[]) => {
        merges += 1
        if (merges === 1) await domain().commit((unit) => merging(unit, imported, survivorId))
        return store.commit(changes)
      }
    },
  })
  const context = { ...domain().context, store: overtaking }
  const second = await importCda(context, aCda({ ins: { value }, born }))
  assert.equal(second.patient, `Patient/${survivorId}`)
  assert.equal(merges, 2)
})

describe('PIX-104-2: what was decided on merged records and comes after their separation', () => {
  test('PIX-104-2: a document for the duplicate is not filed with the survivor any more', async () => {
    const [one, two] = await pair()
    await domain().commit((unit) => merging(unit, one, two))
    const publishing = async (unit: UnitOfWork) => {
      const patientId = await resolveSubject(unit, { reference: `Patient/${one}` }, 'DocumentReference.subject')
      assert.equal(patientId, two)
      await published(unit, patientId)
    }
    await overtaken('store.version-conflict', publishing, (unit) => separating(unit, one))
  })

  test('PIX-104-2: nor one that names the duplicate by its number', async () => {
    const [one, two] = await pair()
    const { text = '' } = (await domain().store.patient(one)) ?? {}
    const [identifier] = (JSON.parse(text) as Patient).identifier ?? []
    await domain().commit((unit) => merging(unit, one, two))
    const publishing = async (unit: UnitOfWork) =>
      published(unit, await resolveSubject(unit, { identifier: { ...identifier } }, 'DocumentReference.subject'))
    await overtaken('store.version-conflict', publishing, (unit) => separating(unit, one))
  })

  test('PIX-104-2: a document of one does not come to replace a document of the other', async () => {
    const [one, two] = await pair()
    const { id } = await domain().commit((unit) => published(unit, one))
    await domain().commit((unit) => merging(unit, one, two))
    const replacing = (unit: UnitOfWork) =>
      publishDocument(
        unit,
        aDocument(`Patient/${two}`).inline(aContent()).replacing(`DocumentReference/${id}`).build(),
        {
          id: newId(two),
          patientId: two,
          unknownTarget: 'refuse',
        },
      )
    await overtaken('store.version-conflict', replacing, (unit) => separating(unit, one))
    assert.equal((await domain().store.document(id))?.status, 'current')
  })

  test('PIX-104-2: a separation decided before a document of one replaced one of the other is refused', async () => {
    const [one, two] = await pair()
    const { id } = await domain().commit((unit) => published(unit, one))
    await domain().commit((unit) => merging(unit, one, two))
    const replacing = (unit: UnitOfWork) =>
      published(unit, two, { as: (document) => document.replacing(`DocumentReference/${id}`) })
    await overtaken('store.patient-related', (unit) => separating(unit, one), replacing)
  })
})

await overBothEngines((server) => {
  const message = (one: Followed, two: Followed) =>
    feed(server(), one.person.ipp, duplicateOf(one.person.build(), { system: IPP, value: two.person.ipp }))

  test('PIX-104-2: of two merges in opposite directions at once one is done', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [one, two] = [await followed(server()), await followed(server())]
      const answers = await Promise.all([message(one, two), message(two, one)])
      const statuses = answers.map(({ status }) => status)
      assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses))
      assert.ok(
        statuses.every((status) => [200, 409, 422].includes(status)),
        String(statuses),
      )
      const documents = [one.document, two.document].sort()
      for (const { reference } of [one, two]) {
        assert.deepEqual(await found(server(), `DocumentReference?patient=${reference}`), documents)
      }
    }
  })

  test('PIX-104-2: merges, separations and documents of the same patients at once: nothing is lost, all are answered', async () => {
    const people = [
      await followed(server()),
      await followed(server()),
      await followed(server()),
      await followed(server()),
    ]
    const filed: string[] = []
    const jobs = Array.from({ length: 48 }, async (_, n) => {
      const [one, two] = [people[n % 4], people[(n * 7 + Math.floor(n / 4) + 1) % 4]]
      assert.ok(one !== undefined && two !== undefined)
      if (n % 3 === 0) return message(one, two)
      if (n % 3 === 1) return feed(server(), one.person.ipp, one.person.build())
      const answer = await server().post('DocumentReference', aDocument(one.reference).inline(aContent()).build())
      if (answer.status === 201) filed.push(`DocumentReference/${answer.resource('DocumentReference').id}`)
      return answer
    })
    const statuses = (await Promise.all(jobs)).map(({ status }) => status)
    assert.ok(
      statuses.every((status) => [200, 201, 409, 422].includes(status)),
      String(statuses),
    )
    const all = new Set<string>()
    const { store } = server().record.dcc
    for (const { reference, person, id } of people) {
      for (const document of await found(server(), `DocumentReference?patient=${reference}&_count=100`))
        all.add(document)
      const [links] = await store.mergeLinks([id])
      const holder = await store.lookup('patient', { system: IPP, value: person.ipp })
      const [survivor] = await store.mergeLinks([holder ?? ''])
      assert.equal(survivor?.mergedInto, undefined)
      assert.equal(survivor?.merged.some((one) => one.id === id) ?? false, links?.mergedInto !== undefined)
    }
    for (const document of [...filed, ...people.map(({ document }) => document)]) assert.ok(all.has(document), document)
    assert.equal(all.size, filed.length + people.length)
  })

  test('PIX-104-2: no document that is acknowledged while its patient is merged and separated is lost', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [one, two] = [await followed(server()), await followed(server())]
      const filing = () => server().post('DocumentReference', aDocument(one.reference).inline(aContent()).build())
      const before = await Promise.all([filing(), message(one, two), filing(), filing()])
      const after = await Promise.all([filing(), feed(server(), one.person.ipp, one.person.build()), filing()])
      const filed = [...before, ...after].flatMap((answer) => {
        if (answer.status !== 201) return []
        const { id } = answer.resource('DocumentReference')
        return [`DocumentReference/${id}`]
      })
      const all: string[] = []
      for (const { reference } of [one, two])
        all.push(...(await found(server(), `DocumentReference?patient=${reference}`)))
      for (const document of filed) assert.equal(all.filter((known) => known === document).length, 1, document)
      assert.equal(all.length, filed.length + 2)
    }
  })
})
