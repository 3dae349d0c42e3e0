import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { type PublicKey, RegistrationError } from '../../smart/client-registration.ts'

/** Makes a private key on P-384 (ES384). */
export async function newPrivateKey(): Promise<PublicKey> {
  const { privateKey } = await generateKeyPair('ES384', { extractable: true })
  const { kty = '', ...members } = await exportJWK(privateKey)
  return { kty, kid: randomUUID(), alg: 'ES384', ...members }
}

/** The public part of a private key on a curve. */
export function publicPart({ d: _private, ...open }: PublicKey): PublicKey {
  return open
}

/** Makes a key pair (ES384): the private JWK goes into a new file for its owner only, the public one comes back. */
export async function newKey(file: string): Promise<PublicKey> {
  const whole = await newPrivateKey()
  try {
    writeFileSync(file, `${JSON.stringify(whole)}\n`, { mode: 0o600, flag: 'wx' })
  } catch {
    throw new RegistrationError(`${file}: cannot be written, or is there already`)
  }
  return publicPart(whole)
}

/** The public keys of a file: a JWKS or one JWK. That they are keys is checked with the registration. */
export function keysOf(file: string): { keys: PublicKey[] } {
  const json = readJson(file)
  if (isObject(json) && Array.isArray(json.keys)) return { keys: json.keys }
  return { keys: [json as PublicKey] }
}

/** The private JWK of a file. */
export function privateKeyOf(file: string): JWK {
  const json = readJson(file)
  if (isObject(json) && typeof json.kty === 'string' && typeof json.d === 'string') return json
  throw new RegistrationError(`${file}: not a private JWK`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new RegistrationError(`${file}: cannot be read, or is not JSON`)
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
