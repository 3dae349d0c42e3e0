import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Setting } from './setting.ts'

const NOW = 1_800_000_000

export function authorizationStories({ store, pair }: Setting): void {
  const aRecord = () => ({ model: 'Token', id: randomUUID(), payload: '{"a":1}', expiresAt: NOW + 60 })

  test('a record is found until it expires, and can be written over', async () => {
    const { authorization } = store()
    const record = { ...aRecord(), grantId: randomUUID(), uid: randomUUID() }
    await authorization.put(record)
    assert.deepEqual(await authorization.find('Token', record.id, NOW), record)
    assert.deepEqual(await authorization.findByUid('Token', record.uid, NOW), record)
    assert.equal(await authorization.find('Other', record.id, NOW), undefined)
    assert.equal(await authorization.find('Token', record.id, NOW + 60), undefined)
    await authorization.put({ ...record, payload: '{}', expiresAt: NOW + 120 })
    assert.equal((await authorization.find('Token', record.id, NOW + 60))?.payload, '{}')
  })

  test('of many who insert or consume the same at once, through two connections, one is told so', async () => {
    const both = await pair()
    const record = aRecord()
    const each = <T>(work: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 8 }, (_, i) => work(i)))
    const at = (index: number) => (both[index % 2] ?? both[0]).authorization
    const inserted = await each((index) => at(index).insert(record))
    assert.equal(inserted.filter(Boolean).length, 1)
    const consumed = await each((index) => at(index).consume('Token', record.id, NOW))
    assert.equal(consumed.filter(Boolean).length, 1)
    assert.equal((await both[0].authorization.find('Token', record.id, NOW))?.consumedAt, NOW)
    await both[1].authorization.put(record)
    assert.equal(await both[0].authorization.consume('Token', record.id, NOW), false, 'what was used stays used')
    assert.equal(await both[0].authorization.consume('Token', 'unknown', NOW), false)
  })

  test('records go one by one, with their grant, or when they have expired; others stay', async () => {
    const { authorization } = store()
    const grantId = randomUUID()
    const [one, two, three, old, lasting] = [aRecord(), aRecord(), aRecord(), aRecord(), aRecord()]
    await authorization.put(one)
    await authorization.put({ ...two, grantId })
    await authorization.put({ ...three, grantId })
    await authorization.put({ ...old, expiresAt: NOW - 1 })
    await authorization.put({ model: 'Client', id: lasting.id, payload: '{}' })
    await authorization.remove('Token', one.id)
    await authorization.removeGrant(grantId)
    await authorization.sweep(NOW)
    for (const { id } of [one, two, three, old]) assert.equal(await authorization.find('Token', id, 0), undefined)
    assert.deepEqual(
      (await authorization.list('Client', NOW)).map(({ id }) => id),
      [lasting.id],
    )
  })

  test('a sweep of very much lets others write meanwhile, and leaves nothing behind', async () => {
    const { authorization } = store()
    const expired = Array.from({ length: 1500 }, () => ({ ...aRecord(), model: 'Swept', expiresAt: NOW - 1 }))
    await Promise.all(expired.map((record) => authorization.put(record)))
    const order: string[] = []
    const [fresh, swept] = [aRecord(), authorization.sweep(NOW).then(() => order.push('swept'))]
    await new Promise((resolve) => setImmediate(resolve))
    await authorization.put(fresh).then(() => order.push('written'))
    await swept
    assert.deepEqual(order, ['written', 'swept'])
    assert.deepEqual(await authorization.list('Swept', 0), [])
    assert.ok(await authorization.find('Token', fresh.id, NOW))
  })
}
