import type { Readable } from 'node:stream'

/** Characters of so many bytes in base64. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** A text, bytes in base64, another text; the bytes are never held as a whole. Ends when the reader goes. */
export async function* base64Between(head: string, bytes: Readable, tail: string): AsyncGenerator<string> {
  yield head
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const available = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    const whole = available.length - (available.length % 3)
    yield available.toString('base64', 0, whole)
    rest = available.subarray(whole)
  }
  yield rest.toString('base64') + tail
}
