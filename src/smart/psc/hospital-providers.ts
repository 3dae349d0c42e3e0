import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import type { JWK } from 'jose'
import { PHISHING_RESISTANT } from './assurance.ts'
import { type IdentityProvider, PSC, SIGNATURES } from './model.ts'

/** A file of identity providers, or of a key, that cannot be used; the message shows no secret. */
export class ProvidersError extends Error {
  readonly setting: string
  constructor(setting: string, message: string) {
    super(message)
    this.name = 'ProvidersError'
    this.setting = setting
  }
}

/** One identity provider of the file that `DCC_IDENTITY_PROVIDERS` names. */
interface Entry {
  id: string
  name: string
  issuer: string
  /** Where it describes itself; absent: `/.well-known/openid-configuration` below the issuer. */
  discovery?: string
  client_id: string
  client_secret?: string
  private_key?: JWK
  scope?: string
  acr_values?: string
  /** One of them must be in the id_token; absent: `required_amr` alone decides. */
  required_acr?: string[]
  /** One of them must be in the id_token; absent, where `required_acr` is: `amr` is held to resist phishing where it is said. */
  required_amr?: string[]
  id_token_signed_response_alg?: string
  hospital: { finess: string; name: string }
  claims: {
    national_id: string
    family: string
    given: string
    profession: string
    speciality?: string
    structure?: string
    structure_name?: string
  }
}

const SETTING = 'DCC_IDENTITY_PROVIDERS'

/** The identity providers of hospitals in a file. Throws ProvidersError with every fault of its form. */
export function hospitalProviders(path: string): IdentityProvider[] {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8').replace(/^\u{feff}/u, ''))
  } catch {
    throw new ProvidersError(SETTING, 'the file cannot be read, or is not JSON')
  }
  if (!validate(json)) throw new ProvidersError(SETTING, (validate.errors ?? []).map(faultOf).join('; '))
  const ids = json.providers.map(({ id }) => id)
  const twice = ids.find((id, index) => id === PSC || ids.indexOf(id) !== index)
  if (twice !== undefined) throw new ProvidersError(SETTING, `two providers have the id ${twice}`)
  return json.providers.map(providerOf)
}

function providerOf(entry: Entry): IdentityProvider {
  const { id, name, issuer, claims, hospital, client_secret: secret, private_key: key } = entry
  return {
    id,
    name,
    issuer,
    discovery: entry.discovery ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId: entry.client_id,
    credential: key === undefined ? { secret: secret ?? '' } : { key },
    scope: entry.scope ?? 'openid profile',
    acrValues: entry.acr_values,
    assurance: {
      acr: entry.required_acr ?? [],
      amr: entry.required_amr ?? PHISHING_RESISTANT,
      amrRequired: entry.required_amr !== undefined,
    },
    signature: entry.id_token_signed_response_alg ?? 'RS256',
    claims: {
      nationalId: claims.national_id,
      family: claims.family,
      given: claims.given,
      profession: claims.profession,
      speciality: claims.speciality,
      structure: claims.structure,
      structureName: claims.structure_name,
      hospital,
    },
  }
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f<>]+$' })
const texts = { type: 'array', minItems: 1, maxItems: 20, items: text(200) }
/** Who signs in is told there: encrypted, unless it stays on this machine. */
const address = {
  type: 'string',
  maxLength: 500,
  pattern: '^(https://[^\\s?#@\\\\]+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]+)?(/[^\\s?#@\\\\]*)?)$',
}

const validate = new Ajv({ allErrors: true, strictTypes: false }).compile<{ providers: Entry[] }>({
  type: 'object',
  additionalProperties: false,
  required: ['providers'],
  properties: {
    providers: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'name', 'issuer', 'client_id', 'hospital', 'claims'],
        // One way to show who we are, and at least one to know how strongly they did.
        oneOf: [{ required: ['client_secret'] }, { required: ['private_key'] }],
        anyOf: [{ required: ['required_acr'] }, { required: ['required_amr'] }],
        properties: {
          id: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,39}$' },
          name: text(100),
          issuer: address,
          // Below another name the library would look elsewhere.
          discovery: { allOf: [address, { type: 'string', pattern: '/\\.well-known/' }] },
          client_id: text(200),
          client_secret: { type: 'string', minLength: 16, maxLength: 500 },
          private_key: {
            type: 'object',
            required: ['kty', 'kid', 'alg', 'd'],
            properties: {
              kty: { enum: ['RSA', 'EC'] },
              kid: text(200),
              alg: { enum: [...SIGNATURES] },
              d: { type: 'string' },
            },
          },
          scope: { type: 'string', pattern: '^openid( [\\x21-\\x7e]+)*$', maxLength: 500 },
          acr_values: text(500),
          required_acr: texts,
          required_amr: texts,
          id_token_signed_response_alg: { enum: [...SIGNATURES] },
          hospital: {
            type: 'object',
            additionalProperties: false,
            required: ['finess', 'name'],
            properties: { finess: { type: 'string', pattern: '^[0-9A-Z]{9}$' }, name: text(200) },
          },
          claims: {
            type: 'object',
            additionalProperties: false,
            required: ['national_id', 'family', 'given', 'profession'],
            properties: Object.fromEntries(
              ['national_id', 'family', 'given', 'profession', 'speciality', 'structure', 'structure_name'].map(
                (name) => [name, text(200)],
              ),
            ),
          },
        },
      },
    },
  },
})

/** Where and what, never a value: it may be a secret. */
function faultOf({ instancePath, message }: ErrorObject): string {
  return `${instancePath || '/'} ${message}`
}
