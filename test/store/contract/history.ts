import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DccStore, HistoryEntry, HistoryQuery } from '../../../src/store/store.ts'
import { AT, aContent, aDocument, aList, aPathway, aPatient, aReference, at } from '../../support/store-samples.ts'
import type { Setting } from './setting.ts'

const remove = (
  type: 'Patient' | 'DocumentReference' | 'Binary',
  id: string,
  expectedVersion: number,
  minute: number,
) => ({ kind: 'delete', type, id, expectedVersion, updatedAt: at(minute) }) as const

const brief = (entries: readonly HistoryEntry[]) =>
  entries.map(({ version, method, updatedAt, text }) => [version, method, updatedAt, text] as const)

async function pages(store: DccStore, query: HistoryQuery): Promise<HistoryEntry[]> {
  const all: HistoryEntry[] = []
  for (let page = await store.history(query); page.length > 0; ) {
    assert.ok(page.length <= query.limit && all.length < 1000)
    all.push(...page)
    const { updatedAt = '', id = '', version = 0 } = page.at(-1) ?? {}
    page = await store.history({ ...query, before: { updatedAt, id, version } })
  }
  return all
}

export function historyStories({ store, fresh }: Setting): void {
  test('the history of a resource lists every version, newest first, with the interaction that made it', async () => {
    const patient = aPatient()
    const document = aDocument(patient.id)
    await store().commit([patient, aPathway(patient.id), document])
    await store().commit([{ ...document, expectedVersion: 1, updatedAt: at(1), method: 'PUT', text: '{"v":2}' }])
    await store().commit([{ ...document, expectedVersion: 2, updatedAt: at(2), method: 'PATCH', text: '{"v":3}' }])
    await store().commit([remove('DocumentReference', document.id, 3, 3)])
    const history = await store().history({ type: 'DocumentReference', id: document.id, limit: 10 })
    assert.deepEqual(brief(history), [
      [4, 'DELETE', at(3), ''],
      [3, 'PATCH', at(2), '{"v":3}'],
      [2, 'PUT', at(1), '{"v":2}'],
      [1, 'POST', AT, document.text],
    ])
    assert.deepEqual(
      history.map(({ id, type, deleted, visible }) => [id, type, deleted, visible]),
      [true, false, false, false].map((deleted) => [document.id, 'DocumentReference', deleted, true]),
    )
  })

  test('the history of a type can be that of some patients only, in pages too', async () => {
    const own = await fresh()
    const patients = [aPatient(), aPatient(), aPatient()]
    for (const patient of patients) {
      const document = aDocument(patient.id)
      await own.commit([patient, aPathway(patient.id), document])
      await own.commit([{ ...document, expectedVersion: 1, updatedAt: at(1), method: 'PUT' }])
    }
    const some = patients.slice(0, 2).map(({ id }) => id)
    for (const [type, versions] of [
      ['Patient', 2],
      ['DocumentReference', 4],
    ] as const) {
      const found = await pages(own, { type, patients: some, limit: 1 })
      assert.equal(found.length, versions)
      assert.ok(found.every(({ id }) => some.includes(id.split('.')[0] ?? '')))
    }
    assert.deepEqual(await own.history({ type: 'DocumentReference', patients: ['z'.repeat(20)], limit: 10 }), [])
  })

  test('the history of a resource is read since an instant and in pages', async () => {
    const patient = aPatient()
    await store().commit([patient])
    for (let n = 1; n < 8; n += 1) {
      await store().commit([{ ...patient, expectedVersion: n, updatedAt: at(Math.floor(n / 2)), method: 'PUT' }])
    }
    const query = { type: 'Patient', id: patient.id, limit: 100 } as const
    const whole = await store().history(query)
    assert.deepEqual(
      whole.map(({ version }) => version),
      [8, 7, 6, 5, 4, 3, 2, 1],
    )
    for (const limit of [1, 3]) assert.deepEqual(await pages(store(), { ...query, limit }), whole)
    const since = await store().history({ ...query, since: at(2) })
    assert.deepEqual(
      since.map(({ version }) => version),
      [8, 7, 6, 5],
    )
  })

  test('the history of a type mixes current and earlier versions of all patients, newest first, in pages', async () => {
    const own = await fresh()
    let minute = 0
    for (let n = 0; n < 6; n += 1) {
      const patient = aPatient()
      const document = aDocument(patient.id, { updatedAt: at(minute++) })
      await own.commit([patient, aPathway(patient.id), document])
      await own.commit([{ ...document, expectedVersion: 1, updatedAt: at(minute), method: 'PUT' }])
      if (n % 2 === 0) await own.commit([remove('DocumentReference', document.id, 2, minute)])
    }
    const whole = await own.history({ type: 'DocumentReference', limit: 100 })
    assert.equal(whole.length, 15)
    const sorted = whole.toSorted(
      (a, b) => compare(b.updatedAt, a.updatedAt) || compare(b.id, a.id) || b.version - a.version,
    )
    assert.deepEqual(whole, sorted)
    for (const limit of [1, 4]) assert.deepEqual(await pages(own, { type: 'DocumentReference', limit }), whole)
    const since = await own.history({ type: 'DocumentReference', since: at(4), limit: 100 })
    assert.deepEqual(
      since,
      whole.filter(({ updatedAt }) => updatedAt >= at(4)),
    )
  })

  test('the history of a type shows nothing that is hidden: no patient without pathway, no draft, then or now', async () => {
    const own = await fresh()
    const [hidden, seen] = [aPatient(), aPatient()]
    const concealed = aDocument(hidden.id)
    const draft = aDocument(seen.id, { published: false })
    const published = aDocument(seen.id, { published: false })
    const withdrawn = aDocument(seen.id)
    await own.commit([hidden, concealed, aList(hidden.id), seen, aPathway(seen.id), draft, published, withdrawn])
    await own.commit([{ ...published, expectedVersion: 1, published: true, method: 'PUT' }])
    await own.commit([{ ...withdrawn, expectedVersion: 1, published: false, method: 'PUT' }])
    const versions = async (type: 'Patient' | 'DocumentReference' | 'List') =>
      (await own.history({ type, limit: 100 })).map(({ id, version }) => [id, version])
    assert.deepEqual(await versions('Patient'), [[seen.id, 1]])
    assert.deepEqual(await versions('DocumentReference'), [[published.id, 2]])
    assert.deepEqual(await versions('List'), [])
    const own1 = await own.history({ type: 'DocumentReference', id: published.id, limit: 9 })
    assert.deepEqual(
      own1.map(({ version, visible }) => [version, visible]),
      [
        [2, true],
        [1, false],
      ],
    )
    assert.equal((await own.readVersion('DocumentReference', published.id, 1))?.visible, false)
    assert.equal((await own.readVersion('DocumentReference', withdrawn.id, 1))?.visible, false)
  })

  test('a deletion stays in the history of the type', async () => {
    const own = await fresh()
    const patient = aPatient()
    await own.commit([patient, aPathway(patient.id)])
    await own.commit([remove('Patient', patient.id, 1, 1)])
    const history = await own.history({ type: 'Patient', limit: 10 })
    assert.deepEqual(
      history.map(({ version, deleted, text }) => [version, deleted, text]),
      [
        [2, true, ''],
        [1, false, patient.text],
      ],
    )
  })

  test('each directory has its history', async () => {
    const own = await fresh()
    const entries = [aReference('Practitioner'), aReference('PractitionerRole'), aReference('Organization')]
    for (const entry of entries) {
      await own.commit([entry])
      await own.commit([{ ...entry, expectedVersion: 1, updatedAt: at(1), method: 'PUT' }])
    }
    for (const { type, id } of entries) {
      const expected = [
        [id, 2],
        [id, 1],
      ]
      for (const query of [
        { type, limit: 9 },
        { type, id, limit: 9 },
        { type, limit: 1 },
      ]) {
        const history = await pages(own, query)
        assert.deepEqual(
          history.map((entry) => [entry.id, entry.version]),
          expected,
        )
      }
    }
  })

  test('the history of a Binary tells its types and never holds its bytes', async () => {
    const own = await fresh()
    const patient = aPatient()
    const content = aContent(patient.id)
    await own.commit([patient, aPathway(patient.id), content, aDocument(patient.id, { contentId: content.id })])
    await own.commit([{ ...content, expectedVersion: 1, updatedAt: at(1), method: 'PUT', contentType: 'text/xml' }])
    for (const query of [
      { type: 'Binary', limit: 9 },
      { type: 'Binary', id: content.id, limit: 9 },
    ] as const) {
      const history = await own.history(query)
      assert.deepEqual(
        history.map(({ text, visible }) => [JSON.parse(text), visible]),
        [
          [2, at(1), 'text/xml'],
          [1, AT, 'application/pdf'],
        ].map(([version, lastUpdated, contentType]) => [
          {
            resourceType: 'Binary',
            id: content.id,
            meta: { versionId: String(version), lastUpdated },
            contentType,
          },
          true,
        ]),
      )
    }
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
