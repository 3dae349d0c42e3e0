/** Room for a page of ordinary size; what is larger is encoded in buffers of its own. */
const DESK = Buffer.allocUnsafeSlow(1024 * 1024)
/** Most bytes of UTF-8 for one UTF-16 unit. */
const WIDEST = 3

/**
 * The pieces of a text, one after the other, in UTF-8. They are written side by side on one desk and copied once: a
 * buffer for each piece, and then one for all, costs half as much again.
 */
export function encoded(pieces: readonly string[]): Buffer {
  let units = 0
  for (const piece of pieces) units += piece.length
  if (units * WIDEST > DESK.length) return Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
  let end = 0
  for (const piece of pieces) end += DESK.write(piece, end)
  return Buffer.from(DESK.subarray(0, end))
}
