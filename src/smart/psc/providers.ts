import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import type { JWK } from 'jose'
import { atLeast, type EidasLevel, PHISHING_RESISTANT } from './assurance.ts'
import { hospitalProviders, ProvidersError } from './hospital-providers.ts'
import { type IdentityProvider, PSC, SIGNATURES } from './model.ts'

/** The two instances of Pro Santé Connect (smart-launch.md 3.1). Nothing but their issuers is known beforehand. */
const ISSUERS: Readonly<Record<string, string>> = {
  production: 'https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet',
  sandbox: 'https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet',
}

/** Below the issuer; the name is its own, not that of OpenID Connect. */
const PSC_DISCOVERY = '/.well-known/wallet-openid-configuration'

/** The settings that name identity providers (src/config-settings.ts). */
export interface ProviderSettings {
  /** `production`, `sandbox`, an issuer, or `off`. */
  psc: string
  pscClientId?: string
  pscClientSecret?: string
  /** File with a private JWK. */
  pscKey?: string
  pscSignature: string
  pscAcr: EidasLevel
  /** File with the providers of hospitals. */
  identityProviders?: string
}

/**
 * The identity providers that are configured: Pro Santé Connect first, then those of hospitals. None: nobody can sign
 * in. Throws ProvidersError when a file cannot be used.
 */
export function providersOf(settings: ProviderSettings): IdentityProvider[] {
  const hospitals = settings.identityProviders === undefined ? [] : hospitalProviders(settings.identityProviders)
  return [...proSanteConnect(settings), ...hospitals]
}

function proSanteConnect({ psc, pscClientId, pscClientSecret, pscKey, pscSignature, pscAcr }: ProviderSettings) {
  if (psc === 'off' || pscClientId === undefined) return []
  const issuer = ISSUERS[psc] ?? psc
  const provider: IdentityProvider = {
    id: PSC,
    name: 'Pro Santé Connect',
    issuer,
    discovery: `${issuer}${PSC_DISCOVERY}`,
    clientId: pscClientId,
    credential: pscKey === undefined ? { secret: pscClientSecret ?? '' } : { key: privateKey(pscKey) },
    scope: 'openid scope_all',
    acrValues: pscAcr,
    assurance: { acr: atLeast(pscAcr), amr: PHISHING_RESISTANT, amrRequired: false },
    signature: pscSignature,
    claims: undefined,
  }
  return [provider]
}

/** The private key that this server shows Pro Santé Connect. Throws ProvidersError, without any of it. */
function privateKey(path: string): JWK {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new ProvidersError('DCC_PSC_KEY', 'the file cannot be read, or is not JSON')
  }
  if (!isPrivateKey(json))
    throw new ProvidersError('DCC_PSC_KEY', 'the file holds no private JWK with kty, kid, alg and d')
  return json
}

const isPrivateKey = new Ajv().compile<JWK>({
  type: 'object',
  required: ['kty', 'kid', 'alg', 'd'],
  properties: {
    kty: { enum: ['RSA', 'EC'] },
    kid: { type: 'string' },
    alg: { enum: [...SIGNATURES] },
    d: { type: 'string' },
  },
})
