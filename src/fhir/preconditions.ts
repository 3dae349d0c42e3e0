import { FhirError } from './errors.ts'

/** Whether a list of entity tags (`W/"3"`, `"3"`, `3`, `*`) names a version; weak and strong tags count alike. */
export function namesVersion(header: string, version: number): boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.some((tag) => tag === '*' || tag === `"${version}"` || tag === String(version))
}

/** Refuses with 412 when If-Match does not name the current version (FHIR http.html#concurrency). */
export function requireVersion(ifMatch: string | undefined, current: number): void {
  if (ifMatch !== undefined && !namesVersion(ifMatch, current)) throw new FhirError('precondition.version')
}

/** Whether a read may be answered 304: If-None-Match decides when it is there, else If-Modified-Since (RFC 9110 13.1). */
export function notModified(
  request: { ifNoneMatch?: string; ifModifiedSince?: string },
  of: { version: number; updatedAt: string },
): boolean {
  if (request.ifNoneMatch !== undefined) return namesVersion(request.ifNoneMatch, of.version)
  if (request.ifModifiedSince === undefined) return false
  const since = Date.parse(request.ifModifiedSince)
  return !Number.isNaN(since) && Math.floor(Date.parse(of.updatedAt) / 1000) * 1000 <= since
}
