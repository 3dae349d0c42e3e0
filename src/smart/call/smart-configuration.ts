import { Ajv } from 'ajv'
import type { DpiRegistration } from './dpi-registration.ts'
import { guardedFetch, OutboundError } from './guarded-fetch.ts'

/** What a DPI announces as SMART server, as far as the DCC needs it (smart-launch.md 1.1). */
export interface SmartConfiguration {
  authorization_endpoint: string
  token_endpoint: string
  issuer?: string
  jwks_uri?: string
  code_challenge_methods_supported?: string[]
  authorization_response_iss_parameter_supported?: boolean
}

/** A DPI announces something else than what was registered: somebody may stand in its place. */
export class DpiChanged extends Error {}

/** How long an announcement is believed, in milliseconds. */
const BELIEVED = 600_000

const isConfiguration = new Ajv().compile<SmartConfiguration>({
  type: 'object',
  required: ['authorization_endpoint', 'token_endpoint'],
  properties: {
    authorization_endpoint: { type: 'string' },
    token_endpoint: { type: 'string' },
    issuer: { type: 'string' },
    jwks_uri: { type: 'string' },
    code_challenge_methods_supported: { type: 'array', items: { type: 'string' } },
    authorization_response_iss_parameter_supported: { type: 'boolean' },
  },
})

/** Reads what a SMART server announces below its FHIR base, even when that has a path. Rejects with OutboundError. */
export async function readSmartConfiguration(iss: string, privateNetwork: boolean): Promise<SmartConfiguration> {
  const fetch = guardedFetch({ privateNetwork, mostBytes: 200_000 })
  const address = `${iss.replace(/\/$/, '')}/.well-known/smart-configuration`
  const answer = await fetch(address, { headers: { accept: 'application/json' } })
  const json: unknown = answer.status === 200 ? await answer.json() : undefined
  if (!isConfiguration(json)) throw new OutboundError('no SMART configuration')
  return json
}

/** Reads what DPIs announce, compares it with their registration and remembers it for ten minutes. */
export function announcedBy(now: () => number): (dpi: DpiRegistration) => Promise<SmartConfiguration> {
  const known = new Map<string, { until: number; configuration: SmartConfiguration }>()
  return async (dpi) => {
    const before = known.get(dpi.id)
    const fresh = before !== undefined && before.until > now()
    const { smart, private_network } = dpi
    const configuration = fresh
      ? before.configuration
      : await readSmartConfiguration(smart?.iss ?? '', private_network === true)
    // The registration may have changed since: it is compared each time.
    requirePinned(dpi, configuration)
    if (!fresh) known.set(dpi.id, { until: now() + BELIEVED, configuration })
    return configuration
  }
}

const PINNED = ['authorization_endpoint', 'token_endpoint', 'issuer', 'jwks_uri'] as const

function requirePinned({ smart }: DpiRegistration, announced: SmartConfiguration): void {
  for (const member of PINNED) {
    if (smart?.[member] !== undefined && announced[member] !== smart[member]) throw new DpiChanged(member)
  }
  if (announced.code_challenge_methods_supported?.includes('S256') === false) throw new DpiChanged('S256')
}
