import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import { FhirError } from '../errors.ts'
import type { FhirRequest } from '../exchange.ts'

/** A request entry of a batch or transaction, taken apart. */
export interface RequestEntry {
  index: number
  method: FhirRequest['method']
  /** Path segments of request.url below the base. */
  path: readonly string[]
  query: readonly (readonly [string, string])[]
  fullUrl: string | undefined
  resource: Resource | undefined
  ifNoneExist: string | undefined
  ifMatch: string | undefined
  ifNoneMatch: string | undefined
  ifModifiedSince: string | undefined
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])

/** The entries of a Bundle as requests, or `bundle.entry` naming the first that is none (FHIR http.html#transaction). */
export function requestEntries(bundle: Bundle, baseUrl: string): RequestEntry[] {
  const seen = new Set<string>()
  return (bundle.entry ?? []).map((entry, index) => {
    const parsed = requestEntry(entry, index, baseUrl)
    if (parsed.fullUrl !== undefined) {
      // Relative, it would take the place of a stored resource that other entries mean (R4 bundle.html, fullUrl).
      if (!/^[a-z][a-z0-9+.-]*:/i.test(parsed.fullUrl)) throw refuse(index, 'fullUrl', 'fullUrl')
      if (seen.has(parsed.fullUrl)) throw new FhirError('bundle.duplicate-full-url', at(index, 'fullUrl'))
      seen.add(parsed.fullUrl)
    }
    return parsed
  })
}

/** One entry as a request; batches treat each on its own. */
export function requestEntry(entry: BundleEntry, index: number, baseUrl: string): RequestEntry {
  const { request, resource, fullUrl } = entry
  if (request?.method === undefined || request.url === undefined)
    throw refuse(index, 'request', 'request.method, request.url')
  if (!METHODS.has(request.method)) throw refuse(index, 'request.method', 'request.method')
  const { path, query } = target(request.url, baseUrl, index)
  const needsBody = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH'
  if (needsBody && resource === undefined) throw refuse(index, 'resource', 'resource')
  return {
    index,
    method: request.method === 'HEAD' ? 'GET' : request.method,
    path,
    query,
    fullUrl,
    resource,
    ifNoneExist: request.ifNoneExist,
    ifMatch: request.ifMatch,
    ifNoneMatch: request.ifNoneMatch,
    ifModifiedSince: request.ifModifiedSince,
  }
}

/** The expression of a part of an entry, for errors. */
export function at(index: number, part: string): { expression: string } {
  return { expression: `Bundle.entry[${index}].${part}` }
}

function refuse(index: number, part: string, reason: string): FhirError {
  return new FhirError('bundle.entry', { detail: { reason }, ...at(index, part) })
}

function target(url: string, baseUrl: string, index: number): Pick<RequestEntry, 'path' | 'query'> {
  const relative = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : url.replace(/^\//, '')
  const mark = relative.indexOf('?')
  const [path, search] = mark < 0 ? [relative, ''] : [relative.slice(0, mark), relative.slice(mark + 1)]
  // Another server's address, or a Bundle within the Bundle.
  if (path.includes(':') || path === '') throw refuse(index, 'request.url', 'request.url')
  try {
    const segments = path.split('/').filter((part) => part !== '')
    decodeURIComponent(search) // URLSearchParams would put U+FFFD where the encoding is broken: another criterion
    return { path: segments.map(decodeURIComponent), query: [...new URLSearchParams(search)] }
  } catch {
    throw refuse(index, 'request.url', 'request.url')
  }
}
