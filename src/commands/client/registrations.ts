import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { addressesOf } from '../../smart/addresses.ts'
import { type ClientRegistration, checkedRegistration, RegistrationError } from '../../smart/client-registration.ts'
import { addClient, changeClient, removeClient, storedClient, storedClients } from '../../smart/clients.ts'
import { hashOf } from '../../smart/secrets.ts'
import { newSecret } from '../../smart/sessions.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { type Action, UsageError } from '../registering.ts'
import { keysOf, newKey } from './keys.ts'

const KEYS = {
  jwks: { type: 'string' },
  'jwks-uri': { type: 'string' },
  'private-network': { type: 'boolean' },
  'new-key': { type: 'string' },
} as const

const CLIENT = {
  id: { type: 'string' },
  name: { type: 'string' },
  hospital: { type: 'string' },
  scope: { type: 'string' },
  validation: { type: 'string' },
  'auth-method': { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  'launch-uri': { type: 'string' },
  'cors-origin': { type: 'string', multiple: true },
  consent: { type: 'string' },
  native: { type: 'boolean' },
  'token-exchange': { type: 'string', multiple: true },
} as const

/** `client add`: registers a client and says where it gets its tokens; a secret is shown this once. */
export const add: Action = async ({ args, store, origin, print }) => {
  const { values } = parseArgs({ args: [...args], options: { ...CLIENT, ...KEYS } })
  const { id = randomUUID(), name, hospital, scope } = values
  if (name === undefined || hospital === undefined || scope === undefined) {
    throw new UsageError('add: --name, --hospital and --scope are required')
  }
  const clients = await store()
  if ((await storedClient(clients, id)) !== undefined) throw taken(id)
  const facts = given({
    id,
    name,
    hospital,
    scope,
    validation: values.validation,
    token_endpoint_auth_method: values['auth-method'],
    redirect_uris: values['redirect-uri'],
    launch_uri: values['launch-uri'],
    cors_origins: values['cors-origin'],
    consent: values.consent,
    native: values.native,
    token_exchange: values['token-exchange'],
  })
  const proof = PROOFS[values['auth-method'] ?? ''] ?? PROOFS.private_key_jwt
  // Everything is checked before a key or secret is made.
  checkedRegistration({ ...facts, ...proof.example })
  const { shown = {}, ...made } = await proof.make(values)
  const client = checkedRegistration({ ...facts, ...made })
  if (!(await addClient(clients, client))) throw taken(id)
  const { authorization, token, fhir } = addressesOf(origin)
  const page = client.redirect_uris === undefined ? {} : { authorization_endpoint: authorization }
  print({ client_id: id, ...shown, scope, ...page, token_endpoint: token, fhir_base: fhir })
}

type KeyValues = Parameters<typeof keys>[0]

/** By what a client shows who it is: what stands for it while the rest is checked, and how it is made. */
interface Proof {
  example: object
  make(values: KeyValues): Promise<object & { shown?: object }>
}

const BY_SECRET: Proof = {
  example: { secret_hash: hashOf('') },
  async make(values) {
    withoutKeys(values)
    const secret = newSecret()
    return { secret_hash: hashOf(secret), shown: { client_secret: secret } }
  },
}

const PROOFS: Readonly<Record<string, Proof>> & { private_key_jwt: Proof } = {
  private_key_jwt: { example: { jwks_uri: 'https://example.org' }, make: keys },
  client_secret_basic: BY_SECRET,
  client_secret_post: BY_SECRET,
  none: { example: {}, make: async (values) => withoutKeys(values) },
}

function withoutKeys(values: KeyValues): object {
  if (values.jwks === undefined && values['jwks-uri'] === undefined && values['new-key'] === undefined) return {}
  throw new UsageError('keys go with --auth-method private_key_jwt only')
}

/** Without the members that say nothing. */
function given(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

/** `client list`. */
export const list: Action = async ({ store, print }) => {
  for (const { jwks, secret_hash: _secret, ...client } of await storedClients(await store())) {
    print({ ...client, ...(jwks === undefined ? {} : { keys: jwks.keys.map(({ kid }) => kid) }) })
  }
}

/** `client remove ID`. */
export const remove: Action = async ({ args, store, print }) => {
  const clients = await store()
  const { id } = await registered(clients, onlyId(args))
  await removeClient(clients, id)
  print({ client_id: id, removed: true })
}

/**
 * `client rotate ID`: the new keys and those before are good together, so that the client changes over when it likes. A
 * secret is replaced at once, and the new one shown this once.
 */
export const rotate: Action = async ({ args, store, print }) => {
  const options = { jwks: KEYS.jwks, 'new-key': KEYS['new-key'], now: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const clients = await store()
  const client = await registered(clients, onlyId(positionals))
  if (client.secret_hash !== undefined) {
    withoutKeys(values)
    const secret = newSecret()
    await changeClient(clients, { ...client, secret_hash: hashOf(secret) })
    print({ client_id: client.id, client_secret: secret })
    return
  }
  if (client.jwks === undefined) throw new RegistrationError(`${client.id}: it has no keys here`)
  const { jwks } = await keys(values)
  const arrived = jwks?.keys ?? []
  const kids = new Set(arrived.map(({ kid }) => kid))
  const before = client.jwks.keys.filter(({ kid }) => !kids.has(kid) && client.outgoing?.includes(kid) !== true)
  const kept = values.now === true ? [] : before
  const outgoing = kept.map(({ kid }) => kid)
  await changeClient(clients, { ...client, jwks: { keys: [...arrived, ...kept] }, outgoing })
  print({ client_id: client.id, keys: [...kids], outgoing })
}

/** `client disable ID` and `client enable ID`. */
export function toggle(disabled: boolean): Action {
  return async ({ args, store, print }) => {
    const clients = await store()
    const client = await registered(clients, onlyId(args))
    await changeClient(clients, { ...client, disabled })
    print({ client_id: client.id, disabled })
  }
}

async function keys(values: {
  jwks?: string | undefined
  'jwks-uri'?: string | undefined
  'private-network'?: boolean | undefined
  'new-key'?: string | undefined
}): Promise<Pick<ClientRegistration, 'jwks' | 'jwks_uri' | 'private_network'>> {
  const { jwks, 'jwks-uri': uri, 'new-key': file } = values
  if ([jwks, uri, file].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('one of --jwks, --jwks-uri and --new-key is required')
  }
  if (jwks !== undefined) return { jwks: keysOf(jwks) }
  if (file !== undefined) return { jwks: { keys: [await newKey(file)] } }
  return { ...(uri === undefined ? {} : { jwks_uri: uri }), private_network: values['private-network'] === true }
}

async function registered(clients: AuthorizationStore, id: string): Promise<ClientRegistration> {
  const client = await storedClient(clients, id)
  if (client === undefined) throw new RegistrationError(`${id}: no such client in the store`)
  return client
}

function onlyId([id, ...others]: readonly string[]): string {
  if (id === undefined || others.length > 0) throw new UsageError('the ID of one client is required')
  return id
}

function taken(id: string): RegistrationError {
  return new RegistrationError(`${id}: the id is taken`)
}
