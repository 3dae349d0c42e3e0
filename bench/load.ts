import autocannon from 'autocannon'
import { CONNECTIONS } from './measurements.ts'
import type { BenchRequest } from './requests.ts'

/** What came back under load. Times are in milliseconds. */
export interface LoadFigures {
  requests: number
  seconds: number
  p50: number
  p99: number
  /** Answers that are not 2xx, and connections that broke. */
  failed: number
  /** Mean size of an answer, in bytes. */
  bytes: number
}

/** Requests of one connection that are made beforehand and sent round and round. */
const PREPARED = 256

/** Sends requests from all connections for so many seconds. With `fresh`, no request is ever sent twice. */
export async function sendLoad(
  origin: string,
  seconds: number,
  next: () => BenchRequest,
  fresh: boolean,
): Promise<LoadFigures> {
  const latencies: number[] = []
  let bytes = 0
  const startedAt = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>()
  const options: autocannon.Options = {
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    sampleInt: 100,
    timeout: 30,
    skipAggregateResult: true,
    setupClient: (client) => {
      ignoreBodies(client)
      client.setRequests(fresh ? [{ setupRequest: (request) => ({ ...request, ...own(next()) }) }] : prepared(next))
    },
  }
  const running = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
  running.on('response', (_client, _status, size, milliseconds) => {
    latencies.push(milliseconds)
    bytes += size
  })
  const { non2xx, errors } = await promise
  const elapsed = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    requests: latencies.length,
    seconds: elapsed,
    p50: at(0.5),
    p99: at(0.99),
    failed: non2xx + errors,
    bytes: latencies.length === 0 ? 0 : bytes / latencies.length,
  }
}

function prepared(next: () => BenchRequest): BenchRequest[] {
  return Array.from({ length: PREPARED }, () => own(next()))
}

/** autocannon adds to the headers that it is given. */
function own(request: BenchRequest): BenchRequest {
  return { ...request, headers: { ...request.headers } }
}

/**
 * autocannon collects every body as a text that nobody reads here; of a PDF that costs more than serving it, and the
 * load would be what is measured. Does nothing should a later release keep its requests elsewhere.
 */
function ignoreBodies(client: object): void {
  const requests: unknown = Reflect.get(client, 'pipelinedRequests')
  if (typeof requests === 'object' && requests !== null) Object.assign(requests, { addBody: () => undefined })
}
