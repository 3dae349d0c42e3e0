import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import type { Caller } from '../../src/fhir/caller.ts'
import type { FhirContext } from '../../src/fhir/exchange.ts'
import { fhirEndpoint } from '../../src/http/fhir-endpoint.ts'
import { allows, type CallerFacts, parseScopes } from '../../src/smart/scopes.ts'
import { type Client, newClient } from '../support/client.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** The FHIR interface over one record, for callers who say themselves what they were granted. */
export interface CallersServer {
  /** Without authorization: arranges what a story needs. */
  free: TestServer
  /** A client whose requests are held to scopes. */
  as(facts: CallerFacts, scopes: string): Client
}

/** Starts it for the tests of a file. No token is involved: the header says who calls, which only a test believes. */
export function callersServer(): () => CallersServer {
  let running: CallersServer | undefined
  let close = async () => {}
  before(async () => {
    const free = await startServer()
    const { dcc } = free.record
    const validator = free.record.validator()
    const context: FhirContext = {
      dcc,
      validator,
      terminology: validator.terminology,
      baseUrl: `${free.config.baseUrl}/fhir`,
      limits: free.config,
      submissions: { metadata: free.config.mhdMetadata, validation: free.config.validation },
      cursorKey: new Uint8Array(32),
      softwareVersion: 'test',
      report: (error) => console.error(error),
    }
    const endpoint = fhirEndpoint(context, {
      maxUrl: free.config.maxUrl,
      requestTimeout: free.config.requestTimeout,
      authenticate: async (header = '') => believed(header),
      observe: () => {},
    })
    const server = createServer((request, response) => {
      void endpoint(request, response, (request.url ?? '').slice('/fhir'.length))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    const client = newClient({ port, publicOrigin: free.config.baseUrl })
    running = { free, as: (facts, scopes) => authorized(client, JSON.stringify([facts, scopes])) }
    close = async () => {
      server.closeAllConnections()
      server.close()
      await free.stop()
    }
  })
  after(() => close())
  return () => {
    if (running === undefined) throw new Error('The server is there only while stories run')
    return running
  }
}

function believed(header: string): Caller {
  const [facts, scopes] = JSON.parse(header) as [CallerFacts, string]
  const granted = parseScopes(scopes, 'strict').scopes
  return {
    clientId: 'test',
    hospital: 'test',
    validation: undefined,
    expiresAt: 0,
    allows: (access) => allows(granted, { ...access, caller: facts }),
  }
}

function authorized(client: Client, authorization: string): Client {
  const send: Client['send'] = (method, target, body, headers = {}) =>
    client.send(method, target, body, { ...headers, authorization })
  return {
    ...client,
    send,
    get: (target, headers) => send('GET', target, undefined, headers),
    head: (target, headers) => send('HEAD', target, undefined, headers),
    post: (target, body, headers) => send('POST', target, body, headers),
    put: (target, body, headers) => send('PUT', target, body, headers),
    patch: (target, body, headers) => send('PATCH', target, body, headers),
    delete: (target, headers) => send('DELETE', target, undefined, headers),
  }
}
