import type { Config } from '../../config.ts'
import type { ClientRegistration, PublicKey } from '../../smart/client-registration.ts'
import { addClient, changeClient, storedClient } from '../../smart/clients.ts'
import { PREPARE_CALL } from '../../smart/grantable.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { newPrivateKey, publicPart } from '../client/keys.ts'
import { APP_BASE } from './app/smart-app.ts'
import { HOSPITAL } from './cast.ts'
import { type Credentials, credentialsPath, type KeyedClient, readCredentials } from './credentials.ts'
import { DPI_BASE } from './dpi/smart-server.ts'

const OF_PEOPLE =
  'launch launch/patient openid fhirUser online_access offline_access ' +
  'patient/Patient.rs patient/DocumentReference.rs patient/Binary.r patient/List.rs'

/** What the clients of the demonstration may ask for. */
const SCOPES = {
  backend: 'system/*.cruds',
  dpi: `${OF_PEOPLE} system/Patient.rs ${PREPARE_CALL}`,
  app: OF_PEOPLE,
} as const

/**
 * The clients of the demonstration: their keys are made at the first run and taken from the credentials afterwards. The
 * store gets what changed: another port moves their addresses.
 */
export async function registerClients(config: Config, store: AuthorizationStore): Promise<Credentials['clients']> {
  const known = readCredentials(credentialsPath(config))?.clients
  const backend = await keyed('demo-backend', SCOPES.backend, known?.backend)
  const dpi = {
    ...(await keyed('demo-dpi', SCOPES.dpi, known?.dpi)),
    redirect_uris: [`${config.baseUrl}${DPI_BASE}/callback`],
    launch_uri: `${config.baseUrl}${DPI_BASE}/launch`,
  }
  const app = {
    client_id: 'demo-app',
    scope: SCOPES.app,
    redirect_uris: [`${config.baseUrl}${APP_BASE}/callback`],
    launch_uri: `${config.baseUrl}${APP_BASE}/launch`,
  }
  const ofPeople = ({ redirect_uris, launch_uri }: typeof app | typeof dpi) => ({ redirect_uris, launch_uri })
  const rows: ClientRegistration[] = [
    { ...named('Serveur de démonstration', backend), jwks: { keys: [publicKey(backend)] } },
    { ...named('DPI de démonstration', dpi), ...ofPeople(dpi), jwks: { keys: [publicKey(dpi)] }, consent: 'implied' },
    { ...named('Application tierce de démonstration', app), ...ofPeople(app), token_endpoint_auth_method: 'none' },
  ]
  for (const row of rows) await keep(store, row)
  return { backend, dpi, app }
}

async function keyed(client_id: string, scope: string, known: KeyedClient | undefined): Promise<KeyedClient> {
  return { client_id, scope, jwk: known?.jwk ?? (await newPrivateKey()) }
}

function publicKey({ jwk }: KeyedClient): PublicKey {
  const { kty = '', kid = '', ...members } = jwk
  return publicPart({ kty, kid, ...members })
}

function named(name: string, { client_id, scope }: { client_id: string; scope: string }) {
  return { id: client_id, name, hospital: HOSPITAL.name, scope }
}

async function keep(store: AuthorizationStore, client: ClientRegistration): Promise<void> {
  const before = await storedClient(store, client.id)
  if (before === undefined) await addClient(store, client)
  else if (JSON.stringify(before) !== JSON.stringify(client)) await changeClient(store, client)
}
