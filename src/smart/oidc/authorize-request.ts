import type { IncomingMessage } from 'node:http'
import { type NextFunction, type Request, type RequestHandler, type Response, text } from 'express'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Addresses } from '../addresses.ts'
import type { ClientRegistration } from '../client-registration.ts'
import type { Clients } from '../clients.ts'
import { grantedToPerson } from '../grantable.ts'
import { hashOf } from '../secrets.ts'

/** What authorization requests are prepared with. */
export interface AuthorizeOptions {
  addresses: Addresses
  clients: Pick<Clients, 'find'>
}

/**
 * Prepares an authorization request for the library: a form becomes an address (SMART `authorize-post`; the library's
 * own POST would force its cookies, pitfall 18), scopes become what the app may have, and what the library does not
 * know is checked. A fault is told by `throwFault` where the library answers it by redirect.
 */
export function authorizeRequest(options: AuthorizeOptions): RequestHandler[] {
  return [
    text({ type: FORM, limit: '64kb' }),
    (request, response, next) => {
      const sent: unknown = request.method === 'POST' ? request.body : request.url.split('?', 2)[1]
      prepare(options, request, response, next, new URLSearchParams(typeof sent === 'string' ? sent : '')).catch(next)
    },
  ]
}

/** Tells what is wrong with a request, once the library knows where to redirect to. */
export function throwFault(ctx: KoaContextWithOIDC): void {
  const fault = faults.get(ctx.req)
  if (fault !== undefined) throw fault
}

const FORM = 'application/x-www-form-urlencoded'

/** What a SMART app may send. Request objects go on to be refused by the library; the rest is not looked at. */
const KNOWN = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'aud',
  'resource',
  'launch',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'prompt',
  'request',
  'request_uri',
]

const faults = new WeakMap<IncomingMessage, Error>()

async function prepare(
  { addresses, clients }: AuthorizeOptions,
  request: Request,
  _response: Response,
  next: NextFunction,
  sent: URLSearchParams,
): Promise<void> {
  const client = await clients.find(sent.get('client_id') ?? '')
  const passed = new URLSearchParams(KNOWN.flatMap((name) => sent.getAll(name).map((value) => [name, value])))
  const granted = client === undefined ? '' : grantedToPerson(sent.get('scope') ?? '', client.scope)
  const fault = client && faultOf(sent, granted, client, addresses)
  if (fault !== undefined) faults.set(request, fault)
  if (granted !== '') passed.set('scope', granted)
  // The library keeps parameters while somebody is asked: not what would let others take the launch.
  const launch = sent.get('launch')
  if (launch !== null) passed.set('launch', hashOf(launch))
  // The library drops offline_access of who does not ask for consent, which no SMART app does (pitfall 3).
  if (sent.get('prompt') !== 'none') passed.set('prompt', 'consent')
  request.method = 'GET'
  delete request.headers['content-type']
  delete request.headers['content-length']
  request.url = `/authorize?${passed}`
  next()
}

function faultOf(
  sent: URLSearchParams,
  granted: string,
  client: ClientRegistration,
  { fhir }: Addresses,
): Error | undefined {
  const [aud, resource] = [sent.getAll('aud'), sent.getAll('resource')]
  const targets = [...aud, ...resource]
  // Exactly one place, to the letter (pitfalls 1, 2): the library would take a missing one for ours.
  if (targets.length === 0) return new errors.InvalidRequest('aud is required')
  if (targets.some((target) => target !== fhir)) return new errors.InvalidTarget()
  // RFC 6749 section 3.1: which of two would count is anybody's guess.
  const twice = KNOWN.find((name) => sent.getAll(name).length > 1)
  if (twice !== undefined) return new errors.InvalidRequest(`${twice} is there more than once`)
  if ((sent.get('state') ?? '').length < 8) return new errors.InvalidRequest('state is required: 8 characters or more')
  if ((sent.get('response_mode') ?? 'query') !== 'query')
    return new errors.InvalidRequest('response_mode must be query')
  if (!PROMPTS.has(sent.get('prompt'))) return new errors.InvalidRequest('prompt must be none or consent')
  if (granted === '') return new errors.InvalidScope('no scope that the client is registered with', '')
  const asked = granted.split(' ')
  if (asked.includes('launch') !== sent.has('launch'))
    return new errors.InvalidRequest('launch and its scope go together')
  const isBackEnd = client.redirect_uris === undefined
  return isBackEnd ? new errors.UnauthorizedClient() : undefined
}

const PROMPTS: ReadonlySet<string | null> = new Set([null, 'none', 'consent'])
