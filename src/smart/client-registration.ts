import { isIP } from 'node:net'
import { Ajv } from 'ajv'
import { INTROSPECT, refusedScopes } from './grantable.ts'

/** A public key as registered. Members that no rule here names are kept. */
export interface PublicKey {
  kty: string
  kid: string
  [member: string]: unknown
}

/** A client as an operator registers it: by command line, or in the file that `DCC_CLIENTS` names. */
export interface ClientRegistration {
  id: string
  name: string
  /** The hospital that it works for: a FINESS or another name that the region knows it by. */
  hospital: string
  /** The scopes that it may ask for, separated by spaces. */
  scope: string
  /** Its public keys, unless `jwks_uri` says where they are. */
  jwks?: { keys: PublicKey[] }
  jwks_uri?: string
  /** `jwks_uri` is in a private network: only then is it fetched from one. */
  private_network?: boolean
  /** How strictly what it sends is held to profiles; absent: as `DCC_VALIDATION` says. */
  validation?: 'strict' | 'lenient'
  disabled?: boolean
  /** Ids of the keys that the last rotation kept beside the new ones; the next one drops them. */
  outgoing?: string[]
}

/** What is wrong with a registration, without any value of a key. */
export class RegistrationError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RegistrationError'
  }
}

/** What the id of a client can be: whatever else an assertion says it is, nobody is registered so. */
export const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Checks a registration; throws RegistrationError with every fault of its form, or the first of its meaning. */
export function checkedRegistration(json: unknown): ClientRegistration {
  if (!validate(json)) {
    const faults = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    throw new RegistrationError(faults.join('; '))
  }
  const fault = faultOf(json)
  if (fault !== undefined) throw new RegistrationError(`${json.id}: ${fault}`)
  return json
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'hospital', 'scope'],
  properties: {
    id: { type: 'string', pattern: CLIENT_ID.source },
    name: text(200),
    hospital: text(200),
    scope: text(8192),
    jwks: {
      type: 'object',
      required: ['keys'],
      properties: {
        keys: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'object',
            required: ['kty', 'kid'],
            properties: { kty: { type: 'string', enum: ['RSA', 'EC'] }, kid: text(256) },
          },
        },
      },
    },
    jwks_uri: { ...text(2048) },
    private_network: { type: 'boolean' },
    validation: { type: 'string', enum: ['strict', 'lenient'] },
    disabled: { type: 'boolean' },
    outgoing: { type: 'array', items: { type: 'string' } },
  },
}

const validate = new Ajv({ allErrors: true }).compile<ClientRegistration>(SCHEMA)

function faultOf({ scope, jwks, jwks_uri }: ClientRegistration): string | undefined {
  if ((jwks === undefined) === (jwks_uri === undefined)) return 'either jwks or jwks_uri must be given'
  const refused = refusedScopes(scope)
  if (refused.length > 0) return `scope: not one that a back end may have (system/TYPE.cruds or ${INTROSPECT})`
  if (jwks_uri !== undefined && !isKeyAddress(jwks_uri)) return 'jwks_uri must be an https URL without user or fragment'
  const keys = jwks?.keys ?? []
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) return 'two keys have the same kid'
  return keys.map(keyFault).find((fault) => fault !== undefined)
}

/** Members of a key that must never reach a server. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** RS384 takes RSA of 2048 bits or more, ES384 the curve P-384 (RFC 7518). */
function keyFault(key: PublicKey): string | undefined {
  if (PRIVATE.some((member) => member in key)) return 'a private key: register the public part only'
  if (key.kty === 'EC') return key.crv === 'P-384' ? undefined : 'EC keys must be on P-384 (ES384)'
  const modulus = typeof key.n === 'string' ? Buffer.from(key.n, 'base64url').length * 8 : 0
  return modulus >= 2048 ? undefined : 'RSA keys need at least 2048 bits (RS384)'
}

/** Plain http only where nobody can stand between: on this machine. */
function isKeyAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname))
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}
