import { isIP } from 'node:net'
import { Ajv } from 'ajv'
import { CLIENT_ID, checked, KEYS, type PublicKey, text } from '../client-registration.ts'

/** Signatures that a DPI may be registered with (smart-launch.md 4.2). */
export const CALL_SIGNATURES = ['ES256', 'ES384', 'RS256', 'PS256'] as const

/** One of them. */
export type CallSignature = (typeof CALL_SIGNATURES)[number]

/** A hospital's software (DPI) that may call the DCC, as an operator registers it. */
export interface DpiRegistration {
  id: string
  name: string
  /** FINESS of the hospital. */
  hospital: string
  /** Identifier system of its patient numbers (IPP): no other number of its patients is believed. */
  ipp_system: string
  /** Whether the region believes the INS statuses that it states (smart-launch.md 4.3 R3). */
  ins_believed?: boolean
  /** As SMART server; everything is compared with what it announces. */
  smart?: {
    /** FHIR base, exactly as it sends it. */
    iss: string
    authorization_endpoint: string
    token_endpoint: string
    /** Absent of a server without single sign-on, which issues no id_token. */
    issuer?: string
    jwks_uri?: string
    /** How it knows us. */
    client_id: string
    authentication: 'none' | 'private_key_jwt'
    /** What is asked; absent: launch openid fhirUser patient/Patient.r. */
    scope?: string
  }
  /** Its keys for signed calls, and how they may sign. */
  call?: { jwks?: { keys: PublicKey[] }; jwks_uri?: string; algs: CallSignature[] }
  /** Registered clients (back ends) that may prepare calls for it. */
  clients?: string[]
  /** Whether unsigned forms with DRIMBox names are taken, as hints. */
  form?: boolean
  /** Its addresses are in a private network: only then are they reached there. */
  private_network?: boolean
  /** Origins that may show our pages in a frame. */
  frame_origins?: string[]
  /** Origins that a call may name to go back to. */
  return_origins?: string[]
  disabled?: boolean
  /** Ids of the keys that the last rotation kept beside the new ones. */
  outgoing?: string[]
}

/** Scopes of a SMART launch of the DCC by a DPI, when none are registered (smart-launch.md 4.2). */
export const LAUNCH_SCOPE = 'launch openid fhirUser patient/Patient.r'

/** Checks a registration; throws RegistrationError with every fault of its form, or the first of its meaning. */
export function checkedDpi(json: unknown): DpiRegistration {
  return checked(json, validate, faultOf)
}

const texts = (maxItems: number) => ({ type: 'array', maxItems, items: text(2048) }) as const

const SMART = {
  type: 'object',
  additionalProperties: false,
  required: ['iss', 'authorization_endpoint', 'token_endpoint', 'client_id', 'authentication'],
  properties: {
    iss: text(2048),
    authorization_endpoint: text(2048),
    token_endpoint: text(2048),
    issuer: text(2048),
    jwks_uri: text(2048),
    client_id: text(256),
    authentication: { type: 'string', enum: ['none', 'private_key_jwt'] },
    scope: text(1000),
  },
} as const

const validate = new Ajv({ allErrors: true }).compile<DpiRegistration>({
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'hospital', 'ipp_system'],
  properties: {
    id: { type: 'string', pattern: CLIENT_ID.source },
    name: text(200),
    hospital: text(200),
    ipp_system: text(255),
    ins_believed: { type: 'boolean' },
    smart: SMART,
    call: {
      type: 'object',
      additionalProperties: false,
      required: ['algs'],
      properties: {
        jwks: KEYS,
        jwks_uri: text(2048),
        algs: { type: 'array', minItems: 1, items: { type: 'string', enum: [...CALL_SIGNATURES] } },
      },
    },
    clients: texts(20),
    form: { type: 'boolean' },
    private_network: { type: 'boolean' },
    frame_origins: texts(10),
    return_origins: texts(10),
    disabled: { type: 'boolean' },
    outgoing: { type: 'array', items: { type: 'string' } },
  },
})

function faultOf({ smart, call, frame_origins = [], return_origins = [], ipp_system }: DpiRegistration) {
  if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(ipp_system)) return 'ipp_system must be a URI'
  const { scope: _scope, client_id: _client, authentication: _how, ...addresses } = smart ?? {}
  const wrong = Object.entries(addresses).find(([, address]) => !isSafeAddress(address))
  if (wrong !== undefined) return `smart.${wrong[0]} must be an https URL without user or fragment`
  if (smart?.issuer !== undefined && smart.jwks_uri === undefined) return 'smart.jwks_uri goes with smart.issuer'
  if ([...frame_origins, ...return_origins].some((origin) => !isOrigin(origin)))
    return 'an origin is scheme and host only'
  return call === undefined ? undefined : callFault(call)
}

function callFault({ jwks, jwks_uri, algs }: NonNullable<DpiRegistration['call']>): string | undefined {
  if ((jwks === undefined) === (jwks_uri === undefined)) return 'call: either jwks or jwks_uri must be given'
  if (jwks_uri !== undefined && !isSafeAddress(jwks_uri)) return 'call.jwks_uri must be an https URL'
  const keys = jwks?.keys ?? []
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) return 'call: two keys have the same kid'
  return keys.map((key) => keyFault(key, algs)).find((fault) => fault !== undefined)
}

/** Members of a key that must never reach a server. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const CURVES: Readonly<Record<string, CallSignature>> = { 'P-256': 'ES256', 'P-384': 'ES384' }

function keyFault(key: PublicKey, algs: readonly CallSignature[]): string | undefined {
  if (PRIVATE.some((member) => member in key)) return 'a private key: register the public part only'
  if (key.kty === 'EC') {
    const alg = CURVES[String(key.crv)]
    return alg !== undefined && algs.includes(alg) ? undefined : 'an EC key must be on the curve of a registered alg'
  }
  const modulus = typeof key.n === 'string' ? Buffer.from(key.n, 'base64url').length * 8 : 0
  if (modulus < 2048) return 'RSA keys need at least 2048 bits'
  return algs.some((alg) => alg === 'RS256' || alg === 'PS256') ? undefined : 'an RSA key needs RS256 or PS256'
}

/** Plain http only where nobody can stand between: on this machine. */
function isSafeAddress(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname))
}

/** One origin: it goes into a Content-Security-Policy, where other characters mean many, or another rule. */
function isOrigin(origin: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(origin) && isSafeAddress(origin) && URL.parse(origin)?.origin === origin
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}
