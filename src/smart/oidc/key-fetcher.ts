import type { Configuration } from 'oidc-provider'
import type { Clients } from '../clients.ts'

/** Longest time that keys which were fetched are believed, in seconds, whatever their server says. */
export const KEYS_BELIEVED = 3600

/**
 * How keys of clients are fetched (pitfall 17): the library's guard keeps private addresses out; only where an operator
 * registered one as private is it lifted. Nobody is followed elsewhere. A key that its owner took away is out within an
 * hour: the library would believe a `max-age` of years.
 */
export function keyFetcher(clients: Pick<Clients, 'isPrivate'>): NonNullable<Configuration['fetch']> {
  return async (url, options = {}) => {
    const isPrivate = clients.isPrivate(typeof url === 'string' ? url : '')
    const { dispatcher: _guard, ...plain }: RequestInit & { dispatcher?: unknown } = options
    const { status, headers, body } = await fetch(url, { ...(isPrivate ? plain : options), redirect: 'error' })
    return new Response(body, { status, headers: { 'cache-control': `max-age=${believedFor(headers)}` } })
  }
}

/** Seconds, as the library would work them out from the same headers, and no longer than an hour. */
function believedFor(headers: Headers): number {
  const maxAge = Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1] ?? 0)
  const expires = (Date.parse(headers.get('expires') ?? '') - Date.now()) / 1000
  return Math.floor(Math.min(KEYS_BELIEVED, Math.max(maxAge, Number.isFinite(expires) ? expires : 0)))
}
