import { Ajv, type ValidateFunction } from 'ajv'
import type { ClientRegistration } from './client-model.ts'
import { registrationFault } from './client-rules.ts'

export type { ClientRegistration, PublicKey } from './client-model.ts'

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
  return checked(json, validate, registrationFault)
}

/** The same for any kind of registration: its form by a schema, then its meaning. */
export function checked<T extends { id: string }>(
  json: unknown,
  hasForm: ValidateFunction<T>,
  faultOf: (registration: T) => string | undefined,
): T {
  if (!hasForm(json)) {
    const faults = (hasForm.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    throw new RegistrationError(faults.join('; '))
  }
  const fault = faultOf(json)
  if (fault !== undefined) throw new RegistrationError(`${json.id}: ${fault}`)
  return json
}

/** The schema of a text that is not empty. */
export const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const

/** The schema of a set of public keys. */
export const KEYS = {
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
} as const

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
    jwks: KEYS,
    jwks_uri: { ...text(2048) },
    private_network: { type: 'boolean' },
    validation: { type: 'string', enum: ['strict', 'lenient'] },
    disabled: { type: 'boolean' },
    outgoing: { type: 'array', items: { type: 'string' } },
  },
}

const validate = new Ajv({ allErrors: true }).compile<ClientRegistration>(SCHEMA)
