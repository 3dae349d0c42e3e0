import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallRequest } from '../../../src/smart/call/call-request.ts'
import { HANDLE_LIFE, openHandles, PENDING_LIFE } from '../../../src/smart/call/handles.ts'
import { newSecret } from '../../../src/smart/sessions.ts'
import { overBothEngines } from '../../support/server.ts'

const CALL: CallRequest = {
  dpiId: 'dpi-1',
  door: 'call',
  subject: '810000000001',
  identity: undefined,
  intent: undefined,
  returnUrl: undefined,
}

await overBothEngines((server) => {
  const opened = () => {
    const clock = { at: Date.now() }
    const store = server().record.dcc.store.authorization
    return { clock, store, handles: openHandles(store, () => clock.at) }
  }

  test('a handle opens its call for two minutes', async () => {
    const { clock, handles } = opened()
    const [in_time, late] = [await handles.keep(CALL), await handles.keep(CALL)]
    clock.at += (HANDLE_LIFE - 1) * 1000
    assert.equal((await handles.take(in_time)).kind, 'call')
    clock.at += 2000
    assert.equal((await handles.take(late)).kind, 'unknown')
  })

  test('threat launch-token-handle-replay: of ten who use a handle at once exactly one gets the call', async () => {
    const { handles, store } = opened()
    const handle = await handles.keep({ ...CALL, intent: 'open-rcp' })
    const taken = await Promise.all(Array.from({ length: 10 }, () => handles.take(handle)))
    assert.equal(taken.filter(({ kind }) => kind === 'call').length, 1)
    assert.equal(taken.filter(({ kind }) => kind === 'replayed').length, 9)
    const kept = await store.list('CallHandle', 0)
    assert.ok(!kept.some(({ payload, consumedAt }) => consumedAt !== undefined && payload.includes('open-rcp')))
  })

  test('a call waits a quarter of an hour for its sign-in, in its own browser', async () => {
    const { clock, handles } = opened()
    const browser = newSecret()
    const id = await handles.bind(CALL, browser)
    assert.equal(await handles.bound(id, newSecret()), undefined)
    assert.equal(await handles.bound(id, undefined), undefined)
    assert.deepEqual((await handles.bound(id, browser))?.dpiId, 'dpi-1')
    clock.at += (PENDING_LIFE + 1) * 1000
    assert.equal(await handles.bound(id, browser), undefined)
  })

  test('of ten who finish a call at once exactly one does', async () => {
    const { handles } = opened()
    const id = await handles.bind(CALL, newSecret())
    const finished = await Promise.all(Array.from({ length: 10 }, () => handles.finish(id)))
    assert.equal(finished.filter((won) => won).length, 1)
  })

  test('no secret of an address is in the store', async () => {
    const { handles, store } = opened()
    const browser = newSecret()
    const secrets = [await handles.keep(CALL), await handles.bind(CALL, browser), browser]
    const records = [...(await store.list('CallHandle', 0)), ...(await store.list('PendingCall', 0))]
    for (const secret of secrets) assert.ok(!JSON.stringify(records).includes(secret))
  })
})
