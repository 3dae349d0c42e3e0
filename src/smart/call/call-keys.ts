import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { present } from '../../french/present.ts'
import { readKeys, writeFirstKeys } from '../key-file.ts'

/** How contexts are encrypted to the DCC (smart-launch.md 4.2). */
export const CALL_ENCRYPTIONS = ['ECDH-ES+A256KW', 'RSA-OAEP-256'] as const

/** The keys by which DPIs write to the DCC and know it: made at the first start, kept for their owner only. */
export interface CallKeys {
  /** What anybody may read: a JWKS. */
  published(): Promise<{ keys: JWK[] }>
  /** The private key that a context was encrypted to; undefined when it is none of ours. */
  decrypting(header: { alg?: unknown; kid?: unknown }): Promise<CryptoKey | undefined>
  /** Signs what shows a DPI who we are (ES384). */
  signing(): Promise<{ key: CryptoKey; kid: string }>
}

const FILE = 'call-keys.json'
const KINDS = [
  { alg: 'ECDH-ES+A256KW', use: 'enc' },
  { alg: 'RSA-OAEP-256', use: 'enc' },
  { alg: 'ES384', use: 'sig' },
] as const

/**
 * The keys of a data folder, read or made when they are first needed. Of two processes that make them at once, the second
 * takes what the first wrote.
 */
export function openCallKeys(dataDir: string): CallKeys {
  const path = join(dataDir, FILE)
  let opened: Promise<JWK[]> | undefined
  const all = (): Promise<JWK[]> => {
    opened ??= allOf(path).catch((error: unknown) => {
      // A disk that was full for a moment is tried again.
      opened = undefined
      throw error
    })
    return opened
  }
  return {
    published: async () => ({ keys: (await all()).map(publicPart) }),
    async decrypting({ alg, kid }) {
      const keys = await all()
      const found = keys.find((key) => key.use === 'enc' && key.alg === alg && (kid === undefined || key.kid === kid))
      return found === undefined ? undefined : imported(found)
    },
    async signing() {
      const found = (await all()).find(({ use }) => use === 'sig')
      if (found?.kid === undefined) throw new Error(`${FILE} of the data folder holds no key to sign with`)
      return { key: await imported(found), kid: found.kid }
    },
  }
}

async function allOf(path: string): Promise<JWK[]> {
  return readKeys(path, isPrivateKey) ?? writeFirstKeys(path, await Promise.all(KINDS.map(newKey)), isPrivateKey)
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk)
  if (key instanceof Uint8Array) throw new Error(`${FILE} of the data folder holds a key of a wrong kind`)
  return key
}

async function newKey({ alg, use }: (typeof KINDS)[number]): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 })
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg, use }
}

function publicPart({ kty, kid, alg, use, crv, x, y, n, e }: JWK): JWK {
  const members = { kty, kid, alg, use, crv, x, y, n, e }
  return present(members)
}

function isPrivateKey(key: unknown): key is JWK {
  return typeof key === 'object' && key !== null && 'kid' in key && 'alg' in key && 'd' in key
}
