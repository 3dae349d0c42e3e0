import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Things that are forgotten by themselves: codes, tokens and sessions of the stand-in live as long as its process. */
export interface Memory<T> {
  /** Keeps a thing under a new secret for some seconds. */
  keep(thing: T, seconds: number): string
  find(secret: string | undefined): T | undefined
  /** Finds it for the last time. */
  take(secret: string | undefined): T | undefined
}

/** An empty memory; `now` in milliseconds since 1970. */
export function newMemory<T>(now: () => number): Memory<T> {
  const things = new Map<string, { thing: T; until: number }>()
  const find = (secret: string | undefined): T | undefined => {
    const kept = secret === undefined ? undefined : things.get(secret)
    return kept === undefined || kept.until <= now() ? undefined : kept.thing
  }
  return {
    keep(thing, seconds) {
      for (const [secret, { until }] of things) if (until <= now()) things.delete(secret)
      const secret = randomBytes(32).toString('base64url')
      things.set(secret, { thing, until: now() + seconds * 1000 })
      return secret
    },
    find,
    take(secret) {
      const thing = find(secret)
      if (secret !== undefined) things.delete(secret)
      return thing
    },
  }
}

/** Whether two secrets are the same, without telling how far they are. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
