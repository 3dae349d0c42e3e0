import type { Bundle, BundleEntry } from '@medplum/fhirtypes'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { refusalOf } from '../outcome.ts'
import { requestEntry } from './entries.ts'

type Dispatch = (context: FhirContext, request: FhirRequest) => Promise<FhirResponse>

/** batch: POST [base] (FHIR http.html#batch): each entry on its own, in order; a refusal concerns its entry only. */
export async function batch(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
): Promise<FhirResponse> {
  const answers: BundleEntry[] = []
  for (const [index, entry] of (bundle.entry ?? []).entries()) {
    try {
      const sub = requestEntry(entry, index, context.baseUrl)
      answers.push(entryOf(await dispatch(context, subRequest(request, sub))))
    } catch (error) {
      const { status, outcome } = refusalOf(error, request.language, request.requestId)
      answers.push({ response: { status: String(status), outcome } })
    }
  }
  const text = JSON.stringify({ resourceType: 'Bundle', type: 'batch-response', entry: answers })
  return { status: 200, headers: {}, body: { kind: 'json', text } }
}

function subRequest(request: FhirRequest, entry: ReturnType<typeof requestEntry>): FhirRequest {
  const { method, path, query, resource, ifNoneExist, ifMatch, ifNoneMatch, ifModifiedSince } = entry
  return {
    method,
    path,
    query,
    body: resource === undefined ? undefined : { kind: 'resource', resource },
    prefer: { ...request.prefer, return: request.prefer.return ?? 'minimal' },
    language: request.language,
    requestId: request.requestId,
    // Inside a Bundle a Binary can only be answered as a resource.
    accept: 'application/fhir+json',
    ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
  }
}

function entryOf({ status, headers, body }: FhirResponse): BundleEntry {
  return {
    ...(body?.kind === 'json' ? { resource: JSON.parse(body.text) } : {}),
    response: {
      status: String(status),
      ...(headers.Location === undefined ? {} : { location: headers.Location }),
      ...(headers.ETag === undefined ? {} : { etag: headers.ETag }),
      ...(headers['Last-Modified'] === undefined
        ? {}
        : { lastModified: new Date(headers['Last-Modified']).toISOString() }),
    },
  }
}
