import type { DccIssue } from '../dcc/errors.ts'
import type { Written } from '../dcc/unit-of-work.ts'
import type { StoredResource } from '../store/store.ts'
import type { FhirContext, FhirRequest, FhirResponse } from './exchange.ts'
import { outcomeOf } from './outcome.ts'
import { withAbsoluteUrls } from './references.ts'
import { maySee } from './restrictions.ts'

/** The weak entity tag of a version (FHIR http.html, versioning). */
export function etagOf(version: number): string {
  return `W/"${version}"`
}

/** Headers that name a version. */
export function versionHeaders(of: { version: number; updatedAt: string }): Record<string, string> {
  return { ETag: etagOf(of.version), 'Last-Modified': new Date(of.updatedAt).toUTCString() }
}

/** 200 with a stored resource. */
export function resourceAnswer(context: FhirContext, stored: StoredResource): FhirResponse {
  const text = withAbsoluteUrls(stored.text, context.baseUrl)
  return { status: 200, headers: versionHeaders(stored), body: { kind: 'json', pieces: [text] } }
}

/** The answer to a write, as `Prefer: return` asks: 201 with Location for a creation, 200 otherwise. */
export function writtenAnswer(
  context: FhirContext,
  request: FhirRequest,
  written: Written,
  warnings: readonly DccIssue[],
): FhirResponse {
  const headers = versionHeaders(written)
  if (written.created) headers.Location = locationOf(context, written)
  const status = written.created ? 201 : 200
  const wanted = request.prefer.return ?? 'representation'
  // What is there may hold more than was sent: who may only write is not shown it.
  const isShown = wanted !== 'representation' || written.created || maySee(context, written.type)
  switch (isShown ? wanted : 'minimal') {
    case 'minimal':
      return { status, headers }
    case 'OperationOutcome':
      return {
        status,
        headers,
        body: { kind: 'json', pieces: [JSON.stringify(outcomeOf(warnings, request.language))] },
      }
    case 'representation':
      return { status, headers, body: { kind: 'json', pieces: [withAbsoluteUrls(written.text, context.baseUrl)] } }
  }
}

/** Absolute address of a version. */
export function locationOf(
  context: FhirContext,
  { type, id, version }: Pick<Written, 'type' | 'id' | 'version'>,
): string {
  return `${context.baseUrl}/${type}/${id}/_history/${version}`
}
