/**
 * The offset of the first byte that is not well-formed UTF-8 (Unicode 15, table 3-7), or undefined.
 * Only called to say where a body is wrong: `TextDecoder` decides whether it is.
 */
export function firstInvalidUtf8(bytes: Uint8Array): number | undefined {
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return undefined
}

/** Bytes of the character at `at`, 0 when it is malformed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  const form = forms.find(({ from, to }) => lead >= from && lead <= to)
  if (form === undefined) return 0
  for (let i = 1; i < form.length; i++) {
    const next = bytes[at + i] ?? 0
    const [low, high] = i === 1 ? form.second : [0x80, 0xbf]
    if (next < low || next > high) return 0
  }
  return form.length
}

/** Lead bytes, length of the sequence, and what its second byte may be (no overlong form, no surrogate, ≤ U+10FFFF). */
const forms: readonly { from: number; to: number; length: number; second: readonly [number, number] }[] = [
  { from: 0xc2, to: 0xdf, length: 2, second: [0x80, 0xbf] },
  { from: 0xe0, to: 0xe0, length: 3, second: [0xa0, 0xbf] },
  { from: 0xe1, to: 0xec, length: 3, second: [0x80, 0xbf] },
  { from: 0xed, to: 0xed, length: 3, second: [0x80, 0x9f] },
  { from: 0xee, to: 0xef, length: 3, second: [0x80, 0xbf] },
  { from: 0xf0, to: 0xf0, length: 4, second: [0x90, 0xbf] },
  { from: 0xf1, to: 0xf3, length: 4, second: [0x80, 0xbf] },
  { from: 0xf4, to: 0xf4, length: 4, second: [0x80, 0x8f] },
]
