import { STATUS_CODES } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import type { BundleEntry } from '@medplum/fhirtypes'
import { FhirError, inEntry } from '../errors.ts'
import { type FhirContext, type FhirRequest, type FhirResponse, type JsonBody, jsonText } from '../exchange.ts'
import { refusalOf } from '../outcome.ts'
import type { RequestEntry } from './entries.ts'

/** Answers a request to the FHIR base. */
export type Dispatch = (context: FhirContext, request: FhirRequest) => Promise<FhirResponse>

/** How many characters the entries of an answer may still hold: a short Bundle can ask for the same document often. */
export interface AnswerBudget {
  left: number
}

/** An answer is held in memory several times over, as text and as objects, while it is put together. */
const MOST_ANSWERED = 32 * 1024 * 1024

/** The budget of one Bundle. */
export function answerBudget({ limits }: FhirContext): AnswerBudget {
  return { left: Math.min(limits.maxBody, MOST_ANSWERED) }
}

/** Does what an entry asks, on its own; a refusal becomes the answer of the entry. */
export async function answerEntry(
  context: FhirContext,
  request: FhirRequest,
  index: number,
  parse: () => RequestEntry,
  dispatch: Dispatch,
  budget: AnswerBudget,
): Promise<BundleEntry> {
  try {
    return await inEntry(index, async () => {
      // The embedded store answers without waiting: other requests, and the clock, get their turn between two entries.
      await turn()
      if (context.signal?.aborted === true) throw new FhirError('http.timeout')
      const asked = subRequest(request, parse())
      if (asked.method === 'GET' && budget.left <= 0) throw new FhirError('bundle.answer-too-large')
      const answer = await whole(await dispatch(context, asked), budget)
      if (answer.body?.kind === 'json') budget.left -= lengthOf(answer.body)
      return entryOf(request, answer)
    })
  } catch (error) {
    const { status, outcome, defect } = refusalOf(error, request.language, request.requestId)
    if (defect) context.report(error, request.requestId)
    return { response: { status: statusLine(status), outcome } }
  }
}

/** In a Bundle a large Binary has to be there as a whole, when there is room for it. */
async function whole(answer: FhirResponse, budget: AnswerBudget): Promise<FhirResponse> {
  const { body } = answer
  if (body?.kind !== 'content') return answer
  if ((body.size / 3) * 4 > budget.left) {
    body.bytes.destroy()
    throw new FhirError('bundle.answer-too-large')
  }
  const chunks: Buffer[] = []
  for await (const chunk of body.bytes) chunks.push(Buffer.from(chunk))
  const resource = { ...body.resource, data: Buffer.concat(chunks).toString('base64') }
  return { ...answer, body: { kind: 'json', pieces: [JSON.stringify(resource)] } }
}

function lengthOf({ pieces }: JsonBody): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0)
}

/** The status of an entry's response: code and reason, as transaction responses show them. */
export function statusLine(status: number): string {
  const reason = STATUS_CODES[status]
  return reason === undefined ? String(status) : `${status} ${reason}`
}

function subRequest(request: FhirRequest, entry: RequestEntry): FhirRequest {
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
    ...(request.caller === undefined ? {} : { caller: request.caller }),
    ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
  }
}

function entryOf(request: FhirRequest, { status, headers, body }: FhirResponse): BundleEntry {
  const resource = body?.kind === 'json' ? JSON.parse(jsonText(body)) : undefined
  const isOutcome = request.prefer.return === 'OperationOutcome' && resource?.resourceType === 'OperationOutcome'
  return {
    ...(resource === undefined || isOutcome ? {} : { resource }),
    response: {
      status: statusLine(status),
      ...(headers.Location === undefined ? {} : { location: headers.Location }),
      ...(headers.ETag === undefined ? {} : { etag: headers.ETag }),
      ...(headers['Last-Modified'] === undefined
        ? {}
        : { lastModified: new Date(headers['Last-Modified']).toISOString() }),
      ...(isOutcome ? { outcome: resource } : {}),
    },
  }
}
