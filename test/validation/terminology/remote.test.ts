import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { newLru } from '../../../src/validation/terminology/lru.ts'
import { newRemoteTerminology, type RemoteLimits } from '../../../src/validation/terminology/remote.ts'
import { type Behaviour, startTerminology } from '../../support/terminology-server.ts'

const question = (code: string) => ({ valueSet: 'https://example.test/vs', system: 'https://example.test/cs', code })

async function started(t: TestContext, behaviour: Behaviour, limits: Partial<RemoteLimits> = {}) {
  const server = await startTerminology(behaviour)
  t.after(() => server.close())
  return { server, remote: newRemoteTerminology(server.base, limits) }
}

test('only value set, system and code are sent, and the answer is the one that came', async (t) => {
  const { server, remote } = await started(t, (code) => code === 'in')
  const { of, failed } = await remote.ask([question('in'), question('out')])
  assert.deepEqual([of(question('in')), of(question('out')), failed], [true, false, false])
  assert.deepEqual(server.asked[0], {
    resourceType: 'Parameters',
    parameter: [
      { name: 'url', valueUri: 'https://example.test/vs' },
      { name: 'system', valueUri: 'https://example.test/cs' },
      { name: 'code', valueCode: 'in' },
    ],
  })
})

test('a question is put once, and its answer remembered', async (t) => {
  const { server, remote } = await started(t, () => true)
  await remote.ask([question('a'), question('a')])
  assert.equal((await remote.ask([question('a')])).of(question('a')), true)
  assert.equal(server.asked.length, 1)
})

test('answers beyond the bound are forgotten, the oldest first', async (t) => {
  const { server, remote } = await started(t, () => true, { remembered: 1 })
  for (const code of ['a', 'b', 'b', 'a']) await remote.ask([question(code)])
  assert.equal(server.asked.length, 3)
})

test('no more questions than allowed are on their way at once', async (t) => {
  const { server, remote } = await started(t, () => true)
  const { failed } = await remote.ask(Array.from({ length: 30 }, (_, at) => question(`c${at}`)))
  assert.equal(failed, false)
  assert.equal(server.asked.length, 30)
  assert.ok(server.busiest() <= 4, String(server.busiest()))
})

const FAULTS: readonly (readonly [id: string, behaviour: Behaviour, failed: boolean])[] = [
  ['an error of the server', () => 500, true],
  ['an answer that is not one', () => 'nonsense', true],
  ['a server that sends elsewhere', () => 'elsewhere', true],
  ['a server that says nothing', () => 'silence', true],
  ['a value set that the server has not', () => 404, false],
  ['a code that the server cannot tell', () => 422, false],
]
for (const [id, behaviour, expected] of FAULTS) {
  test(`${id}: no answer, ${expected ? 'told' : 'not told'} as a failure, asked again the next time`, async (t) => {
    const { server, remote } = await started(t, behaviour, { timeout: 100 })
    const { of, failed } = await remote.ask([question('a')])
    assert.deepEqual([of(question('a')), failed], [undefined, expected])
    await remote.ask([question('a')])
    assert.equal(server.asked.length, 2)
  })
}

test('a server that says nothing holds nobody up beyond the time of all questions', async (t) => {
  const { remote } = await started(t, () => 'silence', { timeout: 60_000, overall: 100 })
  const { failed } = await remote.ask(Array.from({ length: 20 }, (_, at) => question(`c${at}`)))
  assert.equal(failed, true)
})

test('questions beyond the bound are not put, which is told', async (t) => {
  const { server, remote } = await started(t, () => true, { questions: 2 })
  const { of, failed } = await remote.ask(['a', 'b', 'c'].map(question))
  assert.deepEqual([server.asked.length, failed, of(question('c'))], [2, true, undefined])
})

test('a server that is not there is a failure', async () => {
  const server = await startTerminology(() => true)
  await server.close()
  assert.equal((await newRemoteTerminology(server.base).ask([question('a')])).failed, true)
})

test('what is asked for again is not the oldest', () => {
  const memory = newLru<number>(2)
  memory.set('a', 1)
  memory.set('b', 2)
  assert.equal(memory.get('a'), 1)
  memory.set('c', 3)
  assert.deepEqual([memory.get('a'), memory.get('b'), memory.get('c')], [1, undefined, 3])
})
