import type { DpiRegistration } from '../../../smart/call/dpi-registration.ts'
import { changeDpi, storedDpi } from '../../../smart/call/dpis.ts'
import type { AuthorizationStore } from '../../../store/authorization.ts'
import { publicPart } from '../../client/keys.ts'
import { HOSPITAL, IPP_SYSTEM } from '../cast.ts'
import type { KeyedClient } from '../credentials.ts'
import { DCC_AT_DPI, DPI_BASE, DPI_ID } from './smart-server.ts'

/** Registers the DPI by all its doors; the store gets what changed since the last run. */
export async function registerDpi(origin: string, client: KeyedClient, store: AuthorizationStore): Promise<void> {
  const base = `${origin}${DPI_BASE}`
  const { kty = '', kid = '', ...members } = client.jwk
  const dpi: DpiRegistration = {
    id: DPI_ID,
    name: 'DPI de démonstration',
    hospital: HOSPITAL.finess,
    ipp_system: IPP_SYSTEM,
    ins_believed: true,
    smart: {
      iss: `${base}/fhir`,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      issuer: base,
      jwks_uri: `${base}/jwks`,
      client_id: DCC_AT_DPI,
      authentication: 'none',
    },
    call: { jwks: { keys: [publicPart({ kty, kid, ...members })] }, algs: ['ES384'] },
    clients: [client.client_id],
    private_network: true,
    frame_origins: [origin],
    return_origins: [origin],
  }
  const before = await storedDpi(store, DPI_ID)
  if (JSON.stringify(before) !== JSON.stringify(dpi)) await changeDpi(store, dpi)
}
