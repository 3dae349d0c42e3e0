import type { Resource } from '@medplum/fhirtypes'
import { FhirError } from './errors.ts'

/** Elements whose string value is an address (FHIR http.html, transaction: types uri, url, oid, uuid and Reference). */
const ADDRESS_KEYS = new Set(['reference', 'url', 'uri', 'valueUri', 'valueUrl', 'valueOid', 'valueUuid'])

/** Gives the address that takes the place of another; `element` is the name of the element that holds it. */
export type Rewrite = (address: string, element: string) => string

/**
 * A copy of a resource in which every address is given to `rewrite`, links of the narrative included; identifiers and
 * texts are left alone, so that an entryUUID that equals a fullUrl stays what it is.
 */
export function rewriteAddresses<R extends Resource>(resource: R, rewrite: Rewrite): R {
  return walk(resource, rewrite) as R
}

function walk(value: unknown, rewrite: Rewrite): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, rewrite))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, child] of Object.entries(value)) {
    copy[key] = typeof child === 'string' ? rewritten(child, key, rewrite) : walk(child, rewrite)
  }
  return copy
}

function rewritten(text: string, key: string, rewrite: Rewrite): string {
  if (ADDRESS_KEYS.has(key)) return rewrite(text, key)
  return key === 'div' ? text.replace(LINKS, (_, start: string, link: string) => start + rewrite(link, 'div')) : text
}

/** `href="…"` and `src="…"` up to the closing quote. */
const LINKS = /((?:href|src)=["'])([^"'<>&]*)/g

/** Makes absolute addresses on our own base relative: `<base>/Patient/x` is stored as `Patient/x`. */
export function relativeTo(baseUrl: string): (address: string) => string {
  const prefix = `${baseUrl}/`
  return (address) => (address.startsWith(prefix) ? address.slice(prefix.length) : address)
}

/**
 * A resource as it comes from a client, ready to be stored: own addresses are relative. A urn: that stands for another
 * entry means nothing outside of a transaction and is refused: a document must never point at nothing.
 */
export function received<R extends Resource>(resource: R, baseUrl: string): R {
  const toRelative = relativeTo(baseUrl)
  return rewriteAddresses(resource, (address, element) => {
    if (standsForEntry(address, element))
      throw new FhirError('reference.unresolved', { expression: resource.resourceType })
    return toRelative(address)
  })
}

/** Whether an address can only be the fullUrl of an entry: nothing else is found under a urn:. */
export function standsForEntry(address: string, element: string): boolean {
  if (element === 'reference') return /^urn:(uuid|oid):/i.test(address)
  return element === 'url' && /^urn:uuid:/i.test(address)
}

const STORED_BINARY_URL = '"url":"Binary/'

/**
 * Completes stored text for the way out: `attachment.url` is stored relative and must be absolute on the configured
 * base (MHD-67-03), so that a changed address needs no migration.
 */
export function withAbsoluteUrls(text: string, baseUrl: string): string {
  let completed = ''
  let from = 0
  // Slices that are joined when the text is encoded: replaceAll would copy a page one more time.
  for (let at = text.indexOf(STORED_BINARY_URL); at >= 0; at = text.indexOf(STORED_BINARY_URL, from)) {
    completed += `${text.slice(from, at)}"url":"${baseUrl}/Binary/`
    from = at + STORED_BINARY_URL.length
  }
  return from === 0 ? text : completed + text.slice(from)
}
