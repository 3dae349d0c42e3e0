import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { addressesOf } from '../../smart/addresses.ts'
import { type ClientRegistration, checkedRegistration, RegistrationError } from '../../smart/client-registration.ts'
import { addClient, changeClient, removeClient, storedClient, storedClients } from '../../smart/clients.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { type Action, UsageError } from './action.ts'
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
} as const

/** `client add`: registers a client and says where it gets its tokens. */
export const add: Action = async ({ args, store, origin, print }) => {
  const { values } = parseArgs({ args: [...args], options: { ...CLIENT, ...KEYS } })
  const { id = randomUUID(), name, hospital, scope, validation } = values
  if (name === undefined || hospital === undefined || scope === undefined) {
    throw new UsageError('add: --name, --hospital and --scope are required')
  }
  const clients = await store()
  if ((await storedClient(clients, id)) !== undefined) throw taken(id)
  const facts = { id, name, hospital, scope, ...(validation === undefined ? {} : { validation }) }
  // Everything is checked before a key is made.
  checkedRegistration({ ...facts, jwks_uri: 'https://example.org' })
  const client = checkedRegistration({ ...facts, ...(await keys(values)) })
  if (!(await addClient(clients, client))) throw taken(id)
  const { token, fhir } = addressesOf(origin)
  print({ client_id: id, scope, token_endpoint: token, fhir_base: fhir })
}

/** `client list`. */
export const list: Action = async ({ store, print }) => {
  for (const { jwks, ...client } of await storedClients(await store())) {
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

/** `client rotate ID`: the new keys and those before are good together, so that the client changes over when it likes. */
export const rotate: Action = async ({ args, store, print }) => {
  const options = { jwks: KEYS.jwks, 'new-key': KEYS['new-key'], now: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const clients = await store()
  const client = await registered(clients, onlyId(positionals))
  if (client.jwks === undefined) throw new RegistrationError(`${client.id}: its keys are at its own address`)
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
