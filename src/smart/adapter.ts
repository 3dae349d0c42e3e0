import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { AuthorizationStore } from '../store/authorization.ts'
import type { ClientRegistration } from './client-registration.ts'
import type { Clients } from './clients.ts'
import { hashOf } from './secrets.ts'
import type { Tokens } from './tokens.ts'

/** What the adapter works with. */
export interface AdapterOptions {
  store: AuthorizationStore
  clients: Clients
  /** What is known of tokens besides the store. */
  tokens: Pick<Tokens, 'forget'>
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * The storage of the authorization server over ours (oidc-provider-notes.md section 3): ids are kept as hashes, since
 * the id of a token is the token (pitfall 12); what is to be used once is used once however many ask (10, 11).
 */
export function adapterOf({ store, clients, tokens, now }: AdapterOptions): (model: string) => Adapter {
  const seconds = () => Math.floor(now() / 1000)
  return (model) => {
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
          ...(payload.grantId === undefined ? {} : { grantId: payload.grantId }),
          ...(payload.uid === undefined ? {} : { uid: payload.uid }),
          ...(expiresIn === undefined ? {} : { expiresAt: seconds() + expiresIn }),
        }
        if (!ONCE.has(model)) await store.put(record)
        else if (!(await store.insert(record))) throw new errors.InvalidClientAuth('assertion used before')
      },
      async consume(id) {
        if (!(await store.consume(model, hashOf(id), seconds()))) throw new errors.InvalidGrant('used before')
      },
      async destroy(id) {
        await store.remove(model, hashOf(id))
        tokens.forget(id)
      },
      revokeByGrantId: (grantId) => store.removeGrant(grantId),
    }
  }
}

/** Of which the second one is refused, not written over the first. */
const ONCE: ReadonlySet<string> = new Set(['ReplayDetection'])

function payloadOf(text: string, jti: string, consumed: number | undefined): AdapterPayload {
  return { ...JSON.parse(text), jti, ...(consumed === undefined ? {} : { consumed }) }
}

/** A registration as the library wants it: a back end, known by its signature only. */
function metadataOf(client: ClientRegistration | undefined): AdapterPayload | undefined {
  if (client === undefined) return undefined
  const { id, name, jwks, jwks_uri } = client
  return {
    client_id: id,
    client_name: name,
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    ...(jwks === undefined ? {} : { jwks }),
    ...(jwks_uri === undefined ? {} : { jwks_uri }),
  }
}
