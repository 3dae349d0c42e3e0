import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import type { PagePosition } from '../../store/store.ts'
import type { Caller } from '../caller.ts'
import { SearchError } from './errors.ts'

/** Where a later page begins, and the world that it shows. */
export interface CursorPayload {
  /** What is paged: the cursor of one address is none of another's. */
  scope: string
  /** The parameters of the query: a later page needs none in its URL, where a name or an INS must not stand. */
  query: readonly (readonly [string, string])[]
  position: PagePosition
  /** Rows created after this instant are left out. */
  createdUntil: string
  /** Total of the first page, when it was counted. */
  total?: number
}

/** How long a `next` link can be followed, in milliseconds. */
export const CURSOR_LIFETIME = 3_600_000

/**
 * What a cursor pages, and for whom: the criteria and the total that it holds are told to whoever shows it, hence only
 * to the client and person who asked.
 */
export function scopeFor(address: string, caller: Caller | undefined): string {
  return caller === undefined ? address : JSON.stringify([address, caller.clientId, caller.person?.nationalId])
}

const VERSION = 1
const NONCE = 12
const TAG = 16
const ABOUT = Buffer.from('dcc search cursor')

/**
 * Seals a position for a `next` link, AES-256-GCM in base64url: the sort value may be a birth date or a family name,
 * and a URL must not hold either. `key` has 32 bytes; the link expires CURSOR_LIFETIME after `now`.
 */
export function sealCursor(payload: CursorPayload, key: Uint8Array, now: Date): string {
  const { scope, query, position, createdUntil, total } = payload
  const expiresAt = now.getTime() + CURSOR_LIFETIME
  const nonce = newNonce()
  const cipher = createCipheriv('aes-256-gcm', keyObjectOf(key), nonce).setAAD(ABOUT)
  const text = JSON.stringify([scope, query, position.value, position.id, createdUntil, total ?? null, expiresAt])
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()]).toString('base64url')
}

/**
 * Opens a cursor of `scope`. Throws SearchError `search.cursor-invalid` when it was altered, sealed under another key or
 * for another scope, `search.cursor-expired` when its time is over.
 */
export function openCursor(text: string, key: Uint8Array, now: Date, scope: string): CursorPayload {
  const { payload, expiresAt } = payloadOf(unsealed(text, key))
  if (payload === undefined || payload.scope !== scope) {
    throw new SearchError('search.cursor-invalid', { parameter: '_cursor' })
  }
  if (expiresAt < now.getTime()) throw new SearchError('search.cursor-expired', { parameter: '_cursor' })
  return payload
}

/** A nonce that was never used: random bytes are drawn for many at once, since each draw costs as much as sealing. */
function newNonce(): Buffer {
  if (drawn === DRAWN.length) {
    randomFillSync(DRAWN)
    drawn = 0
  }
  const nonce = Buffer.from(DRAWN.subarray(drawn, drawn + NONCE))
  drawn += NONCE
  return nonce
}

const DRAWN = Buffer.alloc(NONCE * 256)
let drawn = DRAWN.length

/** Preparing a key takes longer than sealing with it: each is prepared once. */
function keyObjectOf(key: Uint8Array): KeyObject {
  let prepared = KEYS.get(key)
  if (prepared === undefined) {
    prepared = createSecretKey(key)
    KEYS.set(key, prepared)
  }
  return prepared
}

const KEYS = new WeakMap<Uint8Array, KeyObject>()

function unsealed(text: string, key: Uint8Array): unknown {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length < 1 + NONCE + TAG || bytes[0] !== VERSION || bytes.toString('base64url') !== text) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), bytes.subarray(1, 1 + NONCE), {
    authTagLength: TAG,
  })
  decipher.setAAD(ABOUT).setAuthTag(bytes.subarray(-TAG))
  try {
    const opened = [decipher.update(bytes.subarray(1 + NONCE, -TAG)), decipher.final()]
    return JSON.parse(Buffer.concat(opened).toString('utf8'))
  } catch {
    return undefined
  }
}

function payloadOf(value: unknown): { payload: CursorPayload | undefined; expiresAt: number } {
  const [scope, query, sortValue, id, createdUntil, total, expiresAt]: unknown[] = Array.isArray(value) ? value : []
  const texts = typeof scope === 'string' && typeof sortValue === 'string' && typeof id === 'string'
  if (!texts || !isQuery(query) || typeof createdUntil !== 'string' || typeof expiresAt !== 'number') {
    return { payload: undefined, expiresAt: 0 }
  }
  const counted = typeof total === 'number' ? { total } : {}
  return { payload: { scope, query, position: { value: sortValue, id }, createdUntil, ...counted }, expiresAt }
}

function isQuery(value: unknown): value is [string, string][] {
  return (
    Array.isArray(value) &&
    value.every((pair: unknown) => Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string')
  )
}
