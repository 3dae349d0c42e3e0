import type { Resource } from '@medplum/fhirtypes'

/** Elements whose string value is an address (FHIR http.html, transaction: types uri, url, oid, uuid and Reference). */
const ADDRESS_KEYS = new Set(['reference', 'url', 'uri', 'valueUri', 'valueUrl', 'valueOid', 'valueUuid'])

/**
 * A copy of a resource in which every address is given to `rewrite`; identifiers and texts are left alone, so that an
 * entryUUID that equals a fullUrl stays what it is.
 */
export function rewriteAddresses<R extends Resource>(resource: R, rewrite: (address: string) => string): R {
  return walk(resource, rewrite) as R
}

function walk(value: unknown, rewrite: (address: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, rewrite))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, child] of Object.entries(value)) {
    copy[key] = typeof child === 'string' ? (ADDRESS_KEYS.has(key) ? rewrite(child) : child) : walk(child, rewrite)
  }
  return copy
}

/** Makes absolute addresses on our own base relative: `<base>/Patient/x` is stored as `Patient/x`. */
export function relativeTo(baseUrl: string): (address: string) => string {
  const prefix = `${baseUrl}/`
  return (address) => (address.startsWith(prefix) ? address.slice(prefix.length) : address)
}

const STORED_BINARY_URL = '"url":"Binary/'

/**
 * Completes stored text for the way out: `attachment.url` is stored relative and must be absolute on the configured
 * base (MHD-67-03), so that a changed address needs no migration.
 */
export function withAbsoluteUrls(text: string, baseUrl: string): string {
  return text.includes(STORED_BINARY_URL) ? text.replaceAll(STORED_BINARY_URL, `"url":"${baseUrl}/Binary/`) : text
}
