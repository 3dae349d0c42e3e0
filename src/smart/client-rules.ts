import { isIP } from 'node:net'
import type { ClientRegistration, PublicKey } from './client-model.ts'
import { INTROSPECT, refusedScopes } from './grantable.ts'

/** How a client shows who it is. */
export function authMethodOf({
  token_endpoint_auth_method,
}: ClientRegistration): NonNullable<ClientRegistration['token_endpoint_auth_method']> {
  return token_endpoint_auth_method ?? 'private_key_jwt'
}

/** Why a registration of the right form cannot stand, or undefined. */
export function registrationFault(client: ClientRegistration): string | undefined {
  return RULES.map((rule) => rule(client)).find((fault) => fault !== undefined)
}

type Rule = (client: ClientRegistration) => string | undefined

/** Every rule, in the order in which faults are told. */
const RULES: readonly Rule[] = [
  function proof(client) {
    const method = authMethodOf(client)
    const { jwks, jwks_uri, secret_hash, redirect_uris } = client
    const keys = [jwks, jwks_uri].filter((given) => given !== undefined).length
    if (method === 'private_key_jwt' && keys !== 1) return 'either jwks or jwks_uri must be given'
    if (method !== 'private_key_jwt' && keys > 0) return `${method}: a client with keys shows who it is by them`
    if ((secret_hash !== undefined) !== method.startsWith('client_secret')) return 'secret_hash goes with client_secret'
    if (method === 'none' && redirect_uris === undefined) return 'a public client acts for people: redirect_uris'
    return undefined
  },
  function scopes(client) {
    const people = client.redirect_uris !== undefined || client.token_exchange !== undefined
    const holder = { keys: authMethodOf(client) === 'private_key_jwt', people }
    if (refusedScopes(client.scope, holder).length === 0) return undefined
    if (!holder.people) return `scope: not one that a back end may have (system/TYPE.cruds or ${INTROSPECT})`
    return 'scope: not one that it may have (patient/, user/ and launch; system/ only with keys)'
  },
  function redirects({ redirect_uris = [], launch_uri, native }) {
    const isRedirect = native === true ? isNativeRedirect : isWebAddress
    if (!redirect_uris.every(isRedirect)) return 'redirect_uris must be https, or on this machine, without a fragment'
    if (launch_uri !== undefined && !isWebAddress(launch_uri)) return 'launch_uri must be https, without a fragment'
    if (redirect_uris.length > 0) return undefined
    return launch_uri === undefined && native !== true ? undefined : 'launch_uri and native go with redirect_uris'
  },
  function origins({ cors_origins = [] }) {
    const isOrigin = (text: string) => isWebAddress(text) && URL.parse(text)?.origin === text
    return cors_origins.every(isOrigin) ? undefined : 'cors_origins must be origins: https://host without a path'
  },
  function exchange(client) {
    const may = authMethodOf(client) === 'private_key_jwt'
    return client.token_exchange !== undefined && !may ? 'token_exchange is for clients with keys' : undefined
  },
  function keyAddress({ jwks_uri }) {
    const isFit = jwks_uri === undefined || isWebAddress(jwks_uri)
    return isFit ? undefined : 'jwks_uri must be an https URL without user or fragment'
  },
  function keys({ jwks }) {
    const keys = jwks?.keys ?? []
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length) return 'two keys have the same kid'
    return keys.map(keyFault).find((fault) => fault !== undefined)
  },
]

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
function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || text.includes('#')) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname))
}

/** A scheme of its own is a domain turned around (RFC 8252 section 7.1): nobody else has it by chance. */
function isNativeRedirect(text: string): boolean {
  return isWebAddress(text) || /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:\/[^#]*$/.test(text)
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}
