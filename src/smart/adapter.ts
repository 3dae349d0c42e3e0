import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider'
import type { AuthorizationStore } from '../store/authorization.ts'
import type { ClientRegistration } from './client-registration.ts'
import { authMethodOf } from './client-rules.ts'
import type { Clients } from './clients.ts'
import { GRANT_MODEL, type GrantedLaunch } from './grants.ts'
import type { Families } from './oidc/families.ts'
import { hashOf } from './secrets.ts'
import type { Tokens } from './tokens.ts'

/** What the adapter works with. */
export interface AdapterOptions {
  store: AuthorizationStore
  clients: Clients
  /** What is known of tokens besides the store. */
  tokens: Pick<Tokens, 'forget'>
  families: Families
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * The storage of the authorization server over ours (oidc-provider-notes.md section 3): ids are kept as hashes, since
 * the id of a token is the token (pitfall 12); what is to be used once is used once however many ask (10, 11).
 */
export function adapterOf({ store, clients, tokens, families, now }: AdapterOptions): (model: string) => Adapter {
  const seconds = () => Math.floor(now() / 1000)
  return (model) => {
    if (model === 'Session') return NO_SESSIONS
    const found = async (id: string): Promise<AdapterPayload | undefined> => {
      if (model === 'Client') return metadataOf(await clients.find(id))
      const record = await store.find(model, hashOf(id), seconds())
      return record && payloadOf(record.payload, id, record.consumedAt)
    }
    return {
      find: found,
      async findByUid(uid) {
        const record = await store.findByUid(model, uid, seconds())
        // Its own id is not known any more: nothing may be looked up or opened by what stands in its place.
        return record && payloadOf(record.payload, record.id, record.consumedAt)
      },
      // No device flow: nothing has a user code.
      findByUserCode: async () => undefined,
      async upsert(id, { jti: _secret, ...payload }, expiresIn) {
        const record = {
          model,
          id: hashOf(id),
          payload: JSON.stringify(payload),
          ...indexOf(model, id, payload),
          ...(expiresIn === undefined ? {} : { expiresAt: seconds() + expiresIn }),
        }
        if (!ONCE.has(model)) await store.put(record)
        else if (!(await store.insert(record))) throw new errors.InvalidClientAuth('assertion used before')
      },
      async consume(id) {
        // Who heard that the answer did not come in time asks again: late work must not use up what they hold.
        if (Provider.ctx?.res.writableEnded === true) throw new errors.TemporarilyUnavailable()
        if (await store.consume(model, hashOf(id), seconds())) return
        // Whoever comes second, at the same time or later, has what was not meant for them: nobody keeps anything of it.
        const grantId = (await store.find(model, hashOf(id), 0))?.grantId
        if (grantId !== undefined) await families.revoke(grantId, 'used-twice')
        throw new errors.InvalidGrant('used before')
      },
      async destroy(id) {
        if (model === GRANT_MODEL) return families.revoke(id, 'revoked')
        await store.remove(model, hashOf(id))
        tokens.forget(id)
      },
      revokeByGrantId: (grantId) => families.revoke(grantId, 'revoked'),
    }
  }
}

/** Who has signed in is known by our own sessions (oidc/accounts.ts): the library keeps none, of nobody. */
const NO_SESSIONS: Adapter = {
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  upsert: async () => {},
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
}

/** What hangs on a grant goes with it; a grant goes with its session, unless it outlives that. */
function indexOf(model: string, id: string, { grantId, uid, ...payload }: AdapterPayload) {
  if (model !== GRANT_MODEL)
    return { ...(grantId === undefined ? {} : { grantId }), ...(uid === undefined ? {} : { uid }) }
  const { launch }: { launch?: GrantedLaunch; [member: string]: unknown } = payload
  return { grantId: id, ...(launch === undefined || launch.offline ? {} : { uid: launch.sessionUid }) }
}

/** Of which the second one is refused, not written over the first. */
const ONCE: ReadonlySet<string> = new Set(['ReplayDetection'])

function payloadOf(text: string, jti: string, consumed: number | undefined): AdapterPayload {
  return { ...JSON.parse(text), jti, ...(consumed === undefined ? {} : { consumed }) }
}

/** A registration as the library wants it: acting for itself by its key, for people by its redirects. */
function metadataOf(client: ClientRegistration | undefined): AdapterPayload | undefined {
  if (client === undefined) return undefined
  const { id, name, jwks, jwks_uri, secret_hash, redirect_uris = [], cors_origins = [], native } = client
  const method = authMethodOf(client)
  const isOfPeople = redirect_uris.length > 0
  return {
    client_id: id,
    client_name: name,
    token_endpoint_auth_method: method,
    grant_types: [
      ...(isOfPeople ? ['authorization_code', 'refresh_token'] : []),
      ...(method === 'private_key_jwt' ? ['client_credentials'] : []),
      ...(client.token_exchange === undefined ? [] : [TOKEN_EXCHANGE]),
    ],
    response_types: isOfPeople ? ['code'] : [],
    redirect_uris,
    cors_origins,
    ...(native === true ? { application_type: 'native' } : {}),
    // What the library compares a secret with is its hash (oidc/provider.ts).
    ...(secret_hash === undefined ? {} : { client_secret: secret_hash }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(jwks_uri === undefined ? {} : { jwks_uri }),
  }
}

/** RFC 8693. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
