import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A private key of the server as JWK. */
export interface SigningKey {
  kty: string
  kid: string
  use: 'sig'
  alg: 'RS256'
  [member: string]: unknown
}

const FILE = 'signing-keys.json'

/**
 * The keys of the authorization server, made at the first start in a data folder and kept there for its owner only
 * (mode 0600). Of two processes that start at once, the second takes what the first wrote.
 */
export function signingKeys(dataDir: string): SigningKey[] {
  const path = join(dataDir, FILE)
  return read(path) ?? write(dataDir, path)
}

function read(path: string): SigningKey[] | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const json: unknown = JSON.parse(text)
  const keys = typeof json === 'object' && json !== null && 'keys' in json ? json.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isSigningKey)) {
    throw new Error(`${FILE} of the data folder does not hold the keys of this server`)
  }
  return keys
}

function write(dataDir: string, path: string): SigningKey[] {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = privateKey.export({ format: 'jwk' })
  const keys = [{ ...jwk, kty: 'RSA', kid: randomUUID(), use: 'sig' as const, alg: 'RS256' as const }]
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(path, JSON.stringify({ keys }), { mode: 0o600, flag: 'wx' })
    return keys
  } catch (error) {
    const others = read(path)
    if (others === undefined) throw error
    return others
  }
}

function isSigningKey(key: unknown): key is SigningKey {
  return typeof key === 'object' && key !== null && 'kty' in key && key.kty === 'RSA' && 'kid' in key && 'd' in key
}
