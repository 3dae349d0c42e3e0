import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readKeys, stampOf, writeFirstKeys } from './key-file.ts'

/** A private key of the server as JWK. */
export interface SigningKey {
  kty: string
  kid: string
  use: 'sig'
  alg: 'RS256'
  [member: string]: unknown
}

/** The keys of a running server: the first one signs, the others were replaced and still prove what they signed. */
export interface KeyRing {
  /** The keys of the moment; the same array until they change. */
  current(): readonly SigningKey[]
}

/** A key as the file holds it. */
interface KeptKey extends SigningKey {
  /** Of one that was replaced: seconds since 1970 when nothing that it signed is good any more. */
  until?: number
}

const FILE = 'signing-keys.json'

/** How long a key that was replaced stays, in seconds: longer than any id_token, and than clients keep the set. */
export const REPLACED_LIFE = 86_400

/** How often the file is looked at, in milliseconds: a rotation by another process counts after that. */
const LOOKED_AT = 2000

/**
 * The keys of the authorization server, made at the first start in a data folder and kept there for its owner only
 * (mode 0600). Of two processes that start at once, the second takes what the first wrote. `now` in milliseconds.
 */
export function openKeyRing(dataDir: string, now: () => number): KeyRing {
  const path = join(dataDir, FILE)
  let kept = readKeys(path, isSigningKey) ?? writeFirstKeys(path, [newKey()], isSigningKey)
  let stamp = stampOf(path)
  let lookedAt = now()
  let keys = good(kept, now())
  const refresh = (): void => {
    lookedAt = now()
    const latest = stampOf(path)
    // A file that has gone or cannot be read changes nothing: what it said before counts.
    if (latest !== stamp && latest !== undefined) [kept, stamp] = [readable(path) ?? kept, latest]
    const next = good(kept, now())
    if (next.map(({ kid }) => kid).join() !== keys.map(({ kid }) => kid).join()) keys = next
  }
  return {
    current() {
      if (now() - lookedAt >= LOOKED_AT) refresh()
      return keys
    },
  }
}

function readable(path: string): KeptKey[] | undefined {
  try {
    return readKeys(path, isSigningKey)
  } catch {
    return undefined
  }
}

/** Makes a new key that signs from now on; those before stay until what they signed is over. Answers with its kid. */
export function rotateKeys(dataDir: string, now: () => number): { kid: string; kept: string[] } {
  const path = join(dataDir, FILE)
  const before = good(readKeys(path, isSigningKey) ?? [], now())
  const until = Math.floor(now() / 1000) + REPLACED_LIFE
  const replaced = before.map((key) => ({ ...key, until: key.until ?? until }))
  const key = newKey()
  mkdirSync(dataDir, { recursive: true })
  // Renamed into place: a server that looks meanwhile reads the old set or the new one, never half of one.
  writeFileSync(`${path}.new`, JSON.stringify({ keys: [key, ...replaced] }), { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  return { kid: key.kid, kept: replaced.map(({ kid }) => kid) }
}

function good(keys: readonly KeptKey[], milliseconds: number): KeptKey[] {
  return keys.filter(({ until }) => until === undefined || until * 1000 > milliseconds)
}

function newKey(): KeptKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = privateKey.export({ format: 'jwk' })
  return { ...jwk, kty: 'RSA', kid: randomUUID(), use: 'sig', alg: 'RS256' }
}

function isSigningKey(key: unknown): key is SigningKey {
  return typeof key === 'object' && key !== null && 'kty' in key && key.kty === 'RSA' && 'kid' in key && 'd' in key
}
