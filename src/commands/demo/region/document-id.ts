import type { Random } from './random.ts'

/**
 * A document identifier: the OID arc of UUIDs (2.25, ITU-T X.667) followed by a UUID of 128 drawn bits in decimal,
 * version 8 (custom).
 */
export function documentOid(random: Random): string {
  const { words } = drawUuid(random)
  const number = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
  return `2.25.${number}`
}

/** The identifiers of the entries of one document: UUIDs that share a drawn start and end with a count. */
export function entryIds(random: Random): () => string {
  const { hex } = drawUuid(random)
  const start = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-`.toUpperCase()
  let count = 0
  return () => {
    count += 1
    return start + String(count).padStart(12, '0')
  }
}

function drawUuid(random: Random): { words: readonly number[]; hex: string } {
  const words = [
    random.uint32(),
    ((random.uint32() & 0xffff0fff) | 0x8000) >>> 0,
    ((random.uint32() & 0x3fffffff) | 0x80000000) >>> 0,
    random.uint32(),
  ]
  return { words, hex: words.map((word) => word.toString(16).padStart(8, '0')).join('') }
}
