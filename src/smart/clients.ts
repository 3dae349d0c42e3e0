import { readFileSync } from 'node:fs'
import type { AuthorizationStore } from '../store/authorization.ts'
import { CLIENT_ID, type ClientRegistration, checkedRegistration, RegistrationError } from './client-registration.ts'
import { stampOf } from './key-file.ts'

/** Model under which the store keeps registrations. */
const MODEL = 'Client'
/** Models under which it keeps what they were granted. */
const GRANTED = ['ClientCredentials', 'AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant'] as const

/** How long a registration is believed, in milliseconds: a client that is disabled stays out after that. */
const BELIEVED = 2000

/** The clients that may ask for tokens. */
export interface Clients {
  /** The client of an id, unless it is unknown or disabled. */
  find(id: string): Promise<ClientRegistration | undefined>
  /** Every client that is not disabled; believed as long as one is. */
  all(): Promise<ClientRegistration[]>
  /** Whether a client that was found has its keys at this address, in a private network. */
  isPrivate(url: string): boolean
}

/** What the clients are read from. */
export interface ClientsOptions {
  store: AuthorizationStore
  /** The file of `DCC_CLIENTS`; it goes before the store, and is read again when it changes. */
  file: string | undefined
  /** Milliseconds since 1970. */
  now(): number
  /** Told that the file has become unusable: the clients that it named before stay. */
  report(fault: string): void
}

/** The clients of a running server. Throws RegistrationError when the file cannot be used at the start. */
export function openClients({ store, file, now, report }: ClientsOptions): Clients {
  const known = new Map<string, { until: number; client: ClientRegistration | undefined }>()
  let named = file === undefined ? undefined : readNamed(file)
  let checkedAt = now()
  let stored: { until: number; clients: Promise<ClientRegistration[]> } | undefined
  const refresh = (): void => {
    if (file === undefined || now() - checkedAt < BELIEVED) return
    checkedAt = now()
    try {
      if (named !== undefined && stampOf(file) !== named.stamp) named = readNamed(file)
    } catch (error) {
      report(error instanceof RegistrationError ? error.message : 'the file of clients cannot be read')
    }
  }
  /** By client: the address of its keys, where that may be in a private network. */
  const inside = new Map<string, string>()
  const met = (client: ClientRegistration | undefined): ClientRegistration | undefined => {
    if (client?.jwks_uri === undefined || client.disabled === true) return enabled(client)
    if (client.private_network === true) inside.set(client.id, client.jwks_uri)
    else inside.delete(client.id)
    return client
  }
  return {
    async all() {
      refresh()
      if (stored === undefined || stored.until <= now()) {
        stored = { until: now() + BELIEVED, clients: storedClients(store) }
        // A store that did not answer is asked again at once.
        stored.clients.catch(() => {
          stored = undefined
        })
      }
      const inFile = [...(named?.clients.values() ?? [])]
      const others = (await stored.clients).filter(({ id }) => named?.clients.has(id) !== true)
      return [...inFile, ...others].filter(({ disabled }) => disabled !== true)
    },
    isPrivate: (url) => [...inside.values()].includes(url),
    async find(id) {
      if (!CLIENT_ID.test(id)) return undefined
      refresh()
      const inFile = named?.clients.get(id)
      if (inFile !== undefined) return met(inFile)
      const before = known.get(id)
      if (before !== undefined && before.until > now()) return met(before.client)
      const client = await storedClient(store, id)
      // Ids that nobody registered are not remembered: anyone could fill the memory with them.
      if (client === undefined) known.delete(id)
      else known.set(id, { until: now() + BELIEVED, client })
      return met(client)
    },
  }
}

/** The registration of an id in the store, disabled ones too. */
export async function storedClient(store: AuthorizationStore, id: string): Promise<ClientRegistration | undefined> {
  const record = await store.find(MODEL, id, 0)
  return record === undefined ? undefined : checkedRegistration(JSON.parse(record.payload))
}

/** Every registration in the store, by id. */
export async function storedClients(store: AuthorizationStore): Promise<ClientRegistration[]> {
  return (await store.list(MODEL, 0)).map(({ payload }) => checkedRegistration(JSON.parse(payload)))
}

/** Registers a client; false when the id is taken. */
export function addClient(store: AuthorizationStore, client: ClientRegistration): Promise<boolean> {
  return store.insert({ model: MODEL, id: client.id, payload: JSON.stringify(checkedRegistration(client)) })
}

/** Changes a registration. */
export function changeClient(store: AuthorizationStore, client: ClientRegistration): Promise<void> {
  return store.put({ model: MODEL, id: client.id, payload: JSON.stringify(checkedRegistration(client)) })
}

/** Forgets a client and all that it was granted: whoever is registered under the id next must not have them. */
export async function removeClient(store: AuthorizationStore, id: string): Promise<void> {
  await store.remove(MODEL, id)
  for (const model of GRANTED) {
    for (const { id: granted, payload } of await store.list(model, 0)) {
      if (JSON.parse(payload).clientId === id) await store.remove(model, granted)
    }
  }
}

/** The clients that a file names: `{"clients": [...]}`. Throws RegistrationError. */
export function readClients(file: string): ClientRegistration[] {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new RegistrationError('the file of clients cannot be read, or is not JSON')
  }
  const list = typeof json === 'object' && json !== null && 'clients' in json ? json.clients : undefined
  if (!Array.isArray(list)) throw new RegistrationError('the file of clients must hold {"clients": [...]}')
  const clients = list.map(checkedRegistration)
  if (new Set(clients.map(({ id }) => id)).size < clients.length) throw new RegistrationError('two clients share an id')
  return clients
}

function readNamed(file: string) {
  return { stamp: stampOf(file), clients: new Map(readClients(file).map((client) => [client.id, client])) }
}

function enabled(client: ClientRegistration | undefined): ClientRegistration | undefined {
  return client?.disabled === true ? undefined : client
}
