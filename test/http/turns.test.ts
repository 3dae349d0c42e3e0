import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FhirError } from '../../src/fhir/errors.ts'
import { newTurns } from '../../src/http/turns.ts'

/** Holds the event loop, as a search of the embedded store does. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

test('short work goes on in the same turn', () => {
  const takeTurn = newTurns()
  for (let request = 0; request < 100; request += 1) assert.equal(takeTurn(), undefined)
})

test('after long work each request gets a turn of its own, in the order of their coming', async () => {
  const takeTurn = newTurns()
  const order: string[] = []
  const request = (name: string) => {
    const turn = takeTurn()
    const serve = () => {
      order.push(name)
      work(30)
    }
    return turn === undefined ? serve() : turn.then(serve)
  }
  const all = ['a', 'b', 'c'].map(request)
  const other = (async () => {
    for (let round = 1; round <= 3; round += 1) {
      await turnOfTheLoop()
      order.push(`other ${round}`)
    }
  })()
  await Promise.all([...all, other])
  assert.deepEqual(
    order.filter((name) => !name.startsWith('other')),
    ['a', 'b', 'c'],
  )
  assert.ok(order.indexOf('other 1') < order.indexOf('c'), `somebody else came in between: ${order.join(', ')}`)
})

test('when turns are short again nobody waits', async () => {
  const takeTurn = newTurns()
  assert.equal(takeTurn(), undefined)
  work(30)
  await takeTurn()
  await turnOfTheLoop()
  await turnOfTheLoop()
  assert.equal(takeTurn(), undefined)
})

test('a server that is too far behind says so', async () => {
  const takeTurn = newTurns(20)
  assert.equal(takeTurn(), undefined)
  work(30)
  const waits = takeTurn()
  assert.ok(waits !== undefined)
  work(30)
  assert.throws(takeTurn, (error) => error instanceof FhirError && error.key === 'http.busy')
  await waits
})
