import { FhirError } from '../fhir/errors.ts'

/** How long one turn of the event loop may work before requests wait for the next, in milliseconds. */
const LONG = 25
/** When the first in the queue has waited this long, who comes now had better come back later, in milliseconds. */
const PATIENCE = 5000

interface Waiting {
  since: number
  go(): void
}

/**
 * Lets requests take turns. The embedded store answers without waiting, so that all requests that have arrived would be
 * served in one turn of the event loop, and nothing else, not even a health check, before the last of them. Once a turn
 * has lasted long, each further request waits for one of its own: the answer is then a promise. Throws `http.busy` when
 * the server is too far behind.
 */
export function newTurns(patience = PATIENCE): () => Promise<void> | undefined {
  const queue: Waiting[] = []
  let startedAt: number | undefined

  function next(): void {
    startedAt = undefined
    queue.shift()?.go()
    if (queue.length > 0) setImmediate(next)
  }

  function wait(since: number): Promise<void> {
    if (queue[0] !== undefined && since - queue[0].since > patience) throw new FhirError('http.busy')
    return new Promise((go) => {
      queue.push({ since, go })
      if (queue.length === 1) setImmediate(next)
    })
  }

  return () => {
    const now = performance.now()
    if (queue.length > 0 || (startedAt !== undefined && now - startedAt > LONG)) return wait(now)
    if (startedAt === undefined) {
      startedAt = now
      setImmediate(() => {
        startedAt = undefined
      })
    }
    return undefined
  }
}
