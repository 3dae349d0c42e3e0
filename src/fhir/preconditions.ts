import { FhirError } from './errors.ts'

/** The version named by If-Match: `W/"3"`, `"3"` or `3`; undefined when the header is absent, 0 for one that cannot be. */
export function ifMatchVersion(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())
  return match?.[1] === undefined ? 0 : Number(match[1])
}

/** Refuses with 412 when If-Match names another version than the current one (FHIR http.html#concurrency). */
export function requireVersion(header: string | undefined, current: number): void {
  const version = ifMatchVersion(header)
  if (version !== undefined && version !== current) throw new FhirError('precondition.version')
}
