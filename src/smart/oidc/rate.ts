import { isIPv6 } from 'node:net'
import type { RequestHandler } from 'express'
import { SmartError } from '../errors.ts'

/** How much a caller may ask for: so many at once, and so many a second for ever. */
export interface Allowance {
  atOnce: number
  perSecond: number
}

/**
 * Of an address, behind which there may be a whole hospital or the proxy of a region, and of one client. Far above what
 * people and back ends do, far below what trying secrets takes.
 */
export const ADDRESS_ALLOWANCE: Allowance = { atOnce: 2000, perSecond: 200 }
export const CLIENT_ALLOWANCE: Allowance = { atOnce: 1000, perSecond: 100 }

/** Counts what callers ask for. */
export interface Rate {
  /** 0 when a caller may go on; else the seconds to wait. */
  take(caller: string): number
}

/** Callers remembered at most: then all begin anew, which favours them. */
const MOST_CALLERS = 10_000

/** A bucket for each caller, in this process; `now` in milliseconds. */
export function openRate({ atOnce, perSecond }: Allowance, now: () => number): Rate {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    take(caller) {
      const at = now()
      const before = buckets.get(caller) ?? { left: atOnce, at }
      // A clock that is set back takes nothing away.
      const left = Math.min(atOnce, before.left + (Math.max(0, at - before.at) * perSecond) / 1000)
      if (buckets.size >= MOST_CALLERS) buckets.clear()
      buckets.set(caller, { left: left >= 1 ? left - 1 : left, at })
      return left >= 1 ? 0 : Math.ceil((1 - left) / perSecond)
    },
  }
}

/**
 * Refuses an address that asks too much: 429 with the time to wait, as a page to who reads one (SmartError
 * `page.too-many`). It is the one that stands before the proxies of ours (`DCC_PROXIES`, Express `trust proxy`): behind
 * them all would share one, and a stranger use up everybody's.
 */
export function limitedByAddress(rate: Rate): RequestHandler {
  return (request, response, next) => {
    const wait = rate.take(networkOf(request.ip ?? ''))
    if (wait === 0) return next()
    response.set({ 'Retry-After': String(wait), 'Cache-Control': 'no-store' })
    if (request.accepts(['json', 'html']) === 'html') next(new SmartError('page.too-many'))
    else response.status(429).json({ error: 'slow_down' })
  }
}

/** An IPv4 address, or the /64 of an IPv6 one: whoever has such an address has 2^64 of them. */
function networkOf(address: string): string {
  if (!isIPv6(address) || /^::ffff:/i.test(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const [first, last] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const missing = 8 - (first?.length ?? 0) - (last?.length ?? 0)
  const zeros = address.includes('::') ? Array.from({ length: missing }, () => '0') : []
  return [...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 4).join(':')
}
