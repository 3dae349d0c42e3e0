/**
 * A small seeded generator of pseudo-random numbers (sfc32, public domain algorithm of PractRand). Each
 * (seed, stream, index) starts from its own 128-bit state, so that two patients never share a sequence and any
 * patient can be generated without the ones before.
 */
export interface Random {
  /** A 32-bit unsigned integer. */
  uint32(): number
  /** A number in [0, 1). */
  fraction(): number
  /** An integer in [from, to], both included. */
  between(from: number, to: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** One element, drawn in proportion to its weight. */
  weighted<T>(list: readonly T[], weight: (element: T) => number): T
}

/** The generator of one (seed, stream, index); `stream` keeps apart the draws made for different purposes. */
export function randomFor(seed: number, stream: number, index: number): Random {
  let a = seed | 0
  let b = index | 0
  let c = stream | 0
  let counter = 1

  const uint32 = (): number => {
    const result = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + result) | 0
    return result >>> 0
  }
  // The first outputs still look like the state they start from.
  for (let round = 0; round < 15; round += 1) uint32()

  const fraction = (): number => uint32() / 0x1_0000_0000
  const between = (from: number, to: number): number => from + Math.floor(fraction() * (to - from + 1))
  return {
    uint32,
    fraction,
    between,
    chance: (probability) => fraction() < probability,
    pick: (list) => at(list, between(0, list.length - 1)),
    weighted: (list, weight) => {
      let rest = fraction() * list.reduce((sum, element) => sum + weight(element), 0)
      const found = list.findIndex((element) => {
        rest -= weight(element)
        return rest < 0
      })
      return at(list, found < 0 ? list.length - 1 : found)
    },
  }
}

/** The element at a position known to be inside the list; RangeError when it is not. */
export function at<T>(list: readonly T[], position: number): T {
  const element = list[position]
  if (element === undefined) throw new RangeError(`no element at position ${position} of ${list.length}`)
  return element
}
