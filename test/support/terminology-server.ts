import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A terminology server as FHIR documents it, for codes that a test gives it. */
export interface TerminologyStandIn {
  /** FHIR base. */
  readonly base: string
  /** Bodies of the requests that came, parsed. */
  readonly asked: unknown[]
  /** Most requests that were waiting for their answer at once. */
  readonly busiest: () => number
  close(): Promise<void>
}

/** What it does with the question about a code: the answer, a status, or nothing at all. */
export type Behaviour = (
  code: string,
  response: ServerResponse,
) => boolean | number | 'silence' | 'nonsense' | 'elsewhere'

/** Starts one on a free loopback port. */
export async function startTerminology(behaviour: Behaviour): Promise<TerminologyStandIn> {
  const asked: unknown[] = []
  let running = 0
  let busiest = 0
  const server = createServer(async (request, response) => {
    running += 1
    busiest = Math.max(busiest, running)
    response.on('close', () => {
      running -= 1
    })
    if (request.method !== 'POST' || request.url !== '/fhir/ValueSet/$validate-code') {
      refuse(response, 404)
      return
    }
    const body = JSON.parse(await textOf(request))
    asked.push(body)
    // Others have the time to come as well.
    await new Promise((go) => setTimeout(go, 5))
    answer(behaviour(codeOf(body), response), response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}/fhir`,
    asked,
    busiest: () => busiest,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function answer(what: ReturnType<Behaviour>, response: ServerResponse): void {
  if (what === 'silence') return
  if (typeof what === 'number') {
    refuse(response, what)
    return
  }
  if (what === 'elsewhere') {
    response.writeHead(307, { Location: '/other' }).end()
    return
  }
  const parameters = { resourceType: 'Parameters', parameter: [{ name: 'result', valueBoolean: what }] }
  response.writeHead(200, { 'Content-Type': 'application/fhir+json' })
  response.end(what === 'nonsense' ? '{"resourceType":"Bundle"}' : JSON.stringify(parameters))
}

function refuse(response: ServerResponse, status: number): void {
  const issue = [{ severity: 'error', code: 'not-found' }]
  response.writeHead(status, { 'Content-Type': 'application/fhir+json' })
  response.end(JSON.stringify({ resourceType: 'OperationOutcome', issue }))
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

function codeOf(body: { parameter?: { name?: string; valueCode?: string }[] }): string {
  return body.parameter?.find(({ name }) => name === 'code')?.valueCode ?? ''
}
