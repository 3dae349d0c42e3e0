import { CompactEncrypt, importJWK, SignJWT } from 'jose'
import { addressesOf } from '../../../smart/addresses.ts'
import { CONTEXT_TYPE } from '../../../smart/call/context-token.ts'
import { CALL_PATH } from '../../../smart/call/doors.ts'
import { PREPARE_CALL } from '../../../smart/grantable.ts'
import { accessToken } from '../../client/access-token.ts'
import type { KeyedClient } from '../credentials.ts'
import { callClaims } from './call-claims.ts'
import type { OneTime } from './one-time.ts'
import { DPI_BASE, DPI_ID, type Launch } from './smart-server.ts'

/** What the browser is to do for a call: open an address, or post a form to it. */
export type Prepared = { address: string; fields?: Readonly<Record<string, string>> }

/** A way to call the DCC. */
export interface Door {
  key: string
  label: string
  /** Rejects with CallRefused when the DCC wants nothing of it. */
  prepare(launch: Launch): Promise<Prepared>
}

/** The DCC refused to prepare a call; `status` is its answer. */
export class CallRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the DCC refused the call: ${status}`)
    this.name = 'CallRefused'
    this.status = status
  }
}

/** By SMART: the DPI is the server, the DCC the app that it launches (smart-launch.md 4.2, C1). */
export function smartDoor(origin: string, launches: OneTime<Launch>): Door {
  return {
    key: 'smart',
    label: 'SMART on FHIR',
    async prepare(launch) {
      const asked = new URLSearchParams({ iss: `${origin}${DPI_BASE}/fhir`, launch: launches.put(launch) })
      return { address: `${origin}/launch?${asked}` }
    },
  }
}

/** By a signed call that the DPI's server prepares: the browser only gets an address that is good once (C2-back). */
export function backDoor(origin: string, client: KeyedClient): Door {
  return {
    key: 'serveur',
    label: 'Appel signé, de serveur à serveur',
    async prepare(launch) {
      const token = await accessToken(addressesOf(origin).token, { ...client, scope: PREPARE_CALL })
      const answer = await fetch(`${origin}${CALL_PATH}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(callClaims(launch, `${origin}${DPI_BASE}`)),
      })
      const { launchUrl } = membersOf(await answer.json().catch(() => undefined))
      if (answer.status !== 201 || typeof launchUrl !== 'string') throw new CallRefused(answer.status)
      return { address: launchUrl }
    },
  }
}

/** By a form that the browser posts: signed by the DPI, encrypted to the DCC (C2-front). */
export function formDoor(origin: string, { jwk }: KeyedClient): Door {
  return {
    key: 'formulaire',
    label: 'Appel signé, par le navigateur',
    async prepare(launch) {
      const audience = `${origin}${CALL_PATH}`
      const signed = await new SignJWT(callClaims(launch, `${origin}${DPI_BASE}`))
        .setProtectedHeader({ alg: 'ES384', typ: CONTEXT_TYPE, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
        .setIssuer(DPI_ID)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('2m')
        .sign(await importJWK(jwk, 'ES384'))
      const key = await encryptionKey(origin)
      const context_token = await new CompactEncrypt(new TextEncoder().encode(signed))
        .setProtectedHeader({ alg: ENCRYPTION, enc: 'A256GCM', cty: 'JWT', typ: CONTEXT_TYPE, kid: key.kid })
        .encrypt(await importJWK(key, ENCRYPTION))
      return { address: audience, fields: { context_token } }
    },
  }
}

const ENCRYPTION = 'ECDH-ES+A256KW'

/** The key that the DCC publishes for calls. Rejects with CallRefused when there is none. */
async function encryptionKey(origin: string) {
  const answer = await fetch(`${addressesOf(origin).issuer}/call-jwks`)
  const { keys } = membersOf(await answer.json().catch(() => undefined))
  const found = Array.isArray(keys) ? keys.map(membersOf).find(({ alg }) => alg === ENCRYPTION) : undefined
  if (typeof found?.kid !== 'string') throw new CallRefused(answer.status)
  return { ...found, kid: found.kid }
}

function membersOf(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {}
}
