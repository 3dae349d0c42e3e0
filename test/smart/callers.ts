import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import type { Professional } from '../../src/dcc/professional.ts'
import type { Caller } from '../../src/fhir/caller.ts'
import type { FhirContext } from '../../src/fhir/exchange.ts'
import { fhirEndpoint } from '../../src/http/fhir-endpoint.ts'
import { authenticator } from '../../src/smart/caller.ts'
import { NOTHING } from '../../src/smart/launch-contexts.ts'
import { allows, type CallerFacts, parseScopes } from '../../src/smart/scopes.ts'
import type { LiveToken } from '../../src/smart/tokens.ts'
import { type Client, newClient } from '../support/client.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** The FHIR interface over one record, for callers who say themselves what they were granted. */
export interface CallersServer {
  /** Without authorization: arranges what a story needs. */
  free: TestServer
  /** A client whose requests are held to scopes. */
  as(facts: CallerFacts, scopes: string): Client
  /** A client that acts for a professional, perhaps launched on a patient: held to scopes and to the domain. */
  person(who: Pick<Professional, 'nationalId' | 'rpps'>, scopes: string, patientId?: string): Client
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
    const people = { entitlements: openEntitlements(dcc), record: dcc }
    const ofPerson = authenticator({ find: liveToken, forget() {}, forgetGrant() {}, forgetSession() {} }, people)
    const endpoint = fhirEndpoint(context, {
      maxUrl: free.config.maxUrl,
      requestTimeout: free.config.requestTimeout,
      authenticate: async (header = '') => (header.startsWith('Bearer') ? ofPerson(header) : believed(header)),
      observe: () => {},
    })
    const server = createServer((request, response) => {
      void endpoint(request, response, (request.url ?? '').slice('/fhir'.length))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    const client = newClient({ port, publicOrigin: free.config.baseUrl })
    running = {
      free,
      as: (facts, scopes) => authorized(client, JSON.stringify([facts, scopes])),
      person: (who, scopes, patientId) => {
        const value = Buffer.from(JSON.stringify([who, scopes, patientId])).toString('base64url')
        return authorized(client, `Bearer ${value}`)
      },
    }
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

/** What a token of a person stands for: only a test believes what is written in it. */
async function liveToken(value: string): Promise<LiveToken> {
  const [who, scope, patientId] = JSON.parse(Buffer.from(value, 'base64url').toString())
  return {
    client: { id: 'test', name: 'test', hospital: 'test', scope },
    scope,
    audience: '',
    issuedAt: 0,
    expiresAt: 0,
    professional: {
      ...who,
      family: 'ESSAI',
      given: 'Camille',
      profession: { system: 'urn:oid:1.2.250.1.213.1.1.5.5', value: '10' },
      speciality: undefined,
      activity: undefined,
    },
    launch: patientId === undefined ? undefined : { ...NOTHING, patientId },
    fhirUser: undefined,
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
