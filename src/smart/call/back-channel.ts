import { createHmac } from 'node:crypto'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { PREPARE_CALL } from '../grantable.ts'
import { hashOf } from '../secrets.ts'
import { bearerOf, type Tokens } from '../tokens.ts'
import { CallFault, callRequest } from './call-request.ts'
import type { DpiRegistration } from './dpi-registration.ts'
import type { Dpis } from './dpis.ts'
import { HANDLE_LIFE, type Handles } from './handles.ts'

/** How a prepared call is answered: JSON for the server of a DPI (RFC 6749 error names). */
export interface BackChannelAnswer {
  status: number
  body: object
  challenge?: string
  /** The DPI that asked, where it is known, and why it was refused: for the trace. */
  dpiId: string | undefined
  refusal: string | undefined
}

/** What calls are prepared with. */
export interface BackChannelOptions {
  /** `DCC_BASE_URL`. */
  origin: string
  store: AuthorizationStore
  tokens: Pick<Tokens, 'find'>
  dpis: Dpis
  handles: Handles
  /** Makes handles from the `jti` of a call: whoever repeats one gets the same. */
  handleKey: Uint8Array
  /** Milliseconds since 1970. */
  now(): number
}

/** Takes calls that the server of a DPI prepares, with the token of one of its registered back ends (4.2 C2-back). */
export function openBackChannel(options: BackChannelOptions) {
  return async (authorization: string | undefined, json: unknown): Promise<BackChannelAnswer> => {
    const token = await options.tokens.find(bearerOf(authorization) ?? '')
    if (token === undefined) {
      const challenge = authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
      return { ...refused(401, 'invalid_token', 'a good access token is needed'), challenge }
    }
    const scopes = [token.scope, token.client.scope].map((scope) => scope.split(' '))
    if (!scopes.every((words) => words.includes(PREPARE_CALL))) {
      const challenge = `Bearer error="insufficient_scope", scope="${PREPARE_CALL}"`
      return { ...refused(403, 'insufficient_scope', `the scope ${PREPARE_CALL} is needed`), challenge }
    }
    const named = await options.dpis.ofClient(token.client.id)
    const iss = typeof json === 'object' && json !== null && 'iss' in json ? json.iss : undefined
    const dpi = iss === undefined && named.length === 1 ? named[0] : named.find(({ id }) => id === iss)
    if (dpi === undefined) return refused(403, 'unauthorized_client', 'the client may call for no such DPI')
    return prepared(options, dpi, json)
  }
}

async function prepared(
  { origin, store, handles, handleKey, now }: BackChannelOptions,
  dpi: DpiRegistration,
  json: unknown,
): Promise<BackChannelAnswer> {
  const seconds = Math.floor(now() / 1000)
  try {
    const { jti, request } = callRequest(dpi, json)
    const digest = hashOf(JSON.stringify(request))
    const id = hashOf(`${dpi.id} ${jti}`)
    const secret = createHmac('sha256', handleKey).update(`${id} ${digest}`).digest('base64url')
    const answer = { status: 201, dpiId: dpi.id, refusal: undefined }
    const launchUrl = `${origin}/c/${secret}`
    const payload = JSON.stringify({ digest, until: seconds + HANDLE_LIFE })
    if (await store.insert({ model: JTI, id, payload, expiresAt: seconds + REMEMBERED })) {
      await handles.keep(request, secret)
      return { ...answer, body: { launchUrl, expiresIn: HANDLE_LIFE } }
    }
    const record = await store.find(JTI, id, seconds)
    const before: { digest?: string; until?: number } = record === undefined ? {} : JSON.parse(record.payload)
    const expiresIn = Math.max(0, (before.until ?? 0) - seconds)
    if (before.digest !== digest)
      return { ...refused(409, 'invalid_request', 'jti was used for another call'), dpiId: dpi.id }
    // Who got no answer may have been cut off before the handle was kept; one that is there stays as it is.
    if (expiresIn > 0) await handles.keep(request, secret)
    return { ...answer, body: { launchUrl, expiresIn } }
  } catch (error) {
    if (error instanceof CallFault) return { ...refused(400, 'invalid_request', error.reason), dpiId: dpi.id }
    throw error
  }
}

const JTI = 'CallJti'
/** How long a `jti` is remembered, in seconds. */
const REMEMBERED = 3600

function refused(status: number, error: string, description: string): BackChannelAnswer {
  return { status, body: { error, error_description: description }, dpiId: undefined, refusal: description }
}
