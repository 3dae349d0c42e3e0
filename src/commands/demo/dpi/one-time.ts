import { randomBytes } from 'node:crypto'

/** Things that whoever holds their secret takes once, within a time; kept in memory: the demonstration forgets them. */
export interface OneTime<T> {
  put(thing: T): string
  take(secret: string): T | undefined
  /** Looks without taking. */
  find(secret: string): T | undefined
}

/** More are never waiting: the eldest go. */
const MOST = 1000

/** One-time things that live for some seconds; `now` in milliseconds. */
export function oneTime<T>(lifetime: number, now: () => number = Date.now): OneTime<T> {
  const waiting = new Map<string, { thing: T; until: number }>()
  const find = (secret: string): T | undefined => {
    const found = waiting.get(secret)
    return found !== undefined && found.until > now() ? found.thing : undefined
  }
  return {
    find,
    put(thing) {
      const secret = randomBytes(32).toString('base64url')
      for (const eldest of waiting.keys()) {
        if (waiting.size < MOST) break
        waiting.delete(eldest)
      }
      waiting.set(secret, { thing, until: now() + lifetime * 1000 })
      return secret
    },
    take(secret) {
      const thing = find(secret)
      waiting.delete(secret)
      return thing
    },
  }
}
