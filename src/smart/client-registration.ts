import { Ajv } from 'ajv'
import { registrationFault } from './client-rules.ts'

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
  /** How it shows who it is: by a key unless said. `none`: a public client, which shows PKCE only. */
  token_endpoint_auth_method?: 'private_key_jwt' | 'client_secret_basic' | 'client_secret_post' | 'none'
  /** SHA-256 of its secret, base64url: the secret itself is kept nowhere. */
  secret_hash?: string
  /** Where people are sent back to, each to the letter: only then may it act for people. */
  redirect_uris?: string[]
  /** Where it is opened with `iss` and `launch`. */
  launch_uri?: string
  /** Installed on a computer or telephone: its redirects may be of a scheme of its own, or of any port on the machine. */
  native?: boolean
  /** Origins of pages that may use its tokens from a browser. */
  cors_origins?: string[]
  /** `implied`: whoever signs in has agreed by their contract with the hospital; else they are asked at each launch. */
  consent?: 'asked' | 'implied'
  /** Clients of Pro Santé Connect whose access tokens it may exchange for ours (smart-launch.md 3.5): those of its DPI. */
  token_exchange?: string[]
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
  const fault = registrationFault(json)
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
    token_endpoint_auth_method: {
      type: 'string',
      enum: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    },
    secret_hash: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
    redirect_uris: { type: 'array', minItems: 1, maxItems: 20, uniqueItems: true, items: text(2048) },
    launch_uri: text(2048),
    native: { type: 'boolean' },
    cors_origins: { type: 'array', maxItems: 20, uniqueItems: true, items: text(300) },
    consent: { type: 'string', enum: ['asked', 'implied'] },
    token_exchange: { type: 'array', minItems: 1, maxItems: 20, uniqueItems: true, items: text(200) },
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
