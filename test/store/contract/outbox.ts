import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clinicalId, newPatientId } from '../../../src/store/ids.ts'
import type { Change, DccStore } from '../../../src/store/store.ts'
import { anEvent, at } from '../../support/store-samples.ts'
import type { Setting } from './setting.ts'

type Event = Extract<Change, { kind: 'event' }>

const idOf = ({ event }: Event) => clinicalId(event.patientId, event.id)

async function pending(store: DccStore, now = at(100), limit = 100): Promise<string[]> {
  return (await store.pendingEvents(limit, now)).map(({ id }) => id)
}

export function outboxStories({ fresh, pair }: Setting): void {
  test('an event is pending from its commit until it is done', async () => {
    const store = await fresh()
    const event = anEvent(newPatientId())
    await store.commit([event])
    const [found] = await store.pendingEvents(10, at(1))
    assert.deepEqual(found, { ...event.event, id: idOf(event), attempts: 0 })
    assert.equal(await store.claimEvent(idOf(event), 'a', at(1), at(5)), true)
    assert.equal(await store.finishEvent(idOf(event), 'a', at(2)), true)
    assert.deepEqual(await pending(store), [])
    assert.equal(await store.claimEvent(idOf(event), 'a', at(200), at(205)), false)
  })

  test('events are given oldest first, as many as asked for', async () => {
    const store = await fresh()
    const events = Array.from({ length: 40 }, (_, n) => anEvent(newPatientId(), at((n * 7) % 40)))
    await store.commit(events)
    const sorted = events.toSorted((a, b) => (a.event.occurredAt < b.event.occurredAt ? -1 : 1)).map(idOf)
    assert.deepEqual(await pending(store), sorted)
    assert.deepEqual(await pending(store, at(100), 7), sorted.slice(0, 7))
    assert.deepEqual(await pending(store, at(100), 0), [])
  })

  test('a leased event is given to nobody else until the lease ends', async () => {
    const store = await fresh()
    const event = anEvent(newPatientId())
    await store.commit([event])
    assert.equal(await store.claimEvent(idOf(event), 'a', at(1), at(5)), true)
    assert.deepEqual(await pending(store, at(2)), [])
    assert.equal(await store.claimEvent(idOf(event), 'b', at(2), at(6)), false)
    assert.deepEqual(await pending(store, at(5)), [idOf(event)])
    assert.equal(await store.claimEvent(idOf(event), 'b', at(5), at(9)), true)
  })

  test('only the owner of a lease that still runs can finish the event', async () => {
    const store = await fresh()
    const event = anEvent(newPatientId())
    await store.commit([event])
    assert.equal(await store.finishEvent(idOf(event), 'a', at(1)), false)
    await store.claimEvent(idOf(event), 'a', at(1), at(5))
    assert.equal(await store.finishEvent(idOf(event), 'b', at(2)), false)
    assert.equal(await store.finishEvent(idOf(event), 'a', at(5)), false)
    await store.claimEvent(idOf(event), 'b', at(6), at(9))
    assert.equal(await store.finishEvent(idOf(event), 'a', at(7)), false)
    assert.equal(await store.finishEvent(idOf(event), 'b', at(7)), true)
    assert.equal(await store.finishEvent(idOf(event), 'b', at(7)), false)
  })

  test('attempts are counted', async () => {
    const store = await fresh()
    const event = anEvent(newPatientId())
    await store.commit([event])
    for (let n = 0; n < 3; n += 1) await store.claimEvent(idOf(event), 'a', at(10 * n), at(10 * n + 1))
    assert.equal((await store.pendingEvents(1, at(50)))[0]?.attempts, 3)
  })

  test("a patient's later events wait while an earlier one is under way, other patients do not", async () => {
    const store = await fresh()
    const [patient, other] = [newPatientId(), newPatientId()]
    const [first, second] = [anEvent(patient, at(1)), anEvent(patient, at(2))]
    const elsewhere = anEvent(other, at(3))
    await store.commit([second, first, elsewhere])
    assert.deepEqual(await pending(store), [first, second, elsewhere].map(idOf))
    await store.claimEvent(idOf(first), 'a', at(10), at(20))
    assert.deepEqual(await pending(store, at(11)), [idOf(elsewhere)])
    await store.finishEvent(idOf(first), 'a', at(12))
    assert.deepEqual(await pending(store, at(13)), [second, elsewhere].map(idOf))
  })

  test('of twenty workers in two processes that claim one event, one gets it', async () => {
    const stores = await pair()
    const event = anEvent(newPatientId())
    await stores[0].commit([event])
    const claims = Array.from({ length: 20 }, (_, n) =>
      (stores[n % 2] ?? stores[0]).claimEvent(idOf(event), `worker-${n}`, at(1), at(5)),
    )
    assert.equal((await Promise.all(claims)).filter(Boolean).length, 1)
  })

  test('an event that does not exist cannot be claimed or finished', async () => {
    const store = await fresh()
    for (const id of [idOf(anEvent(newPatientId())), 'x', '']) {
      assert.equal(await store.claimEvent(id, 'a', at(1), at(2)), false)
      assert.equal(await store.finishEvent(id, 'a', at(1)), false)
    }
  })
}
