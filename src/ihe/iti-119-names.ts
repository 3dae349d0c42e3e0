/** Longest part of a name that is compared: the cost of one comparison is bounded. */
const LONGEST = 64

/** Words that a name may have lost or gained on the way: particles and articles (identity-fr.md 1.7). */
const PARTICLES: ReadonlySet<string> = new Set('A AL BEN D DA DE DEL DER DES DI DU EL L LA LE LES VAN VON Y'.split(' '))

/**
 * Whether two folded names may be two writings of one: the same letters without blanks (`LE GOFF`, `LEGOFF`), without
 * particles, one of them a part of the other (`JEAN PIERRE`, `JEAN`), or a slip of the keyboard apart. Symmetric.
 */
export function isNearName(a: string, b: string): boolean {
  const [x, y] = [a.slice(0, LONGEST), b.slice(0, LONGEST)]
  if (squashed(x) === squashed(y)) return true
  const [bareX, bareY] = [withoutParticles(x), withoutParticles(y)]
  if (bareX !== '' && squashed(bareX) === squashed(bareY)) return true
  if (isPartOf(x, y) || isPartOf(y, x)) return true
  const shortest = Math.min(x.length, y.length)
  const slips = shortest >= 9 ? 2 : shortest >= 4 ? 1 : 0
  return slips > 0 && isWithin(x, y, slips)
}

/**
 * Whether one text becomes the other by so many insertions, deletions, replacements or swaps of neighbours, none of
 * them inside another (optimal string alignment).
 */
export function isWithin(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      let least = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1)
      }
      current.push(least)
    }
    if (Math.min(...current) > most) return false
    beforeLast = last
    last = current
  }
  return (last[b.length] ?? most + 1) <= most
}

function squashed(name: string): string {
  return name.replaceAll(' ', '')
}

function withoutParticles(name: string): string {
  return name
    .split(' ')
    .filter((word) => !PARTICLES.has(word))
    .join(' ')
}

/** Every word of the first is one of the second, and they say enough to mean something. */
function isPartOf(part: string, whole: string): boolean {
  const words = part.split(' ').filter((word) => !PARTICLES.has(word))
  const all = whole.split(' ')
  return (
    words.some((word) => word.length >= 3) && words.length < all.length && words.every((word) => all.includes(word))
  )
}
