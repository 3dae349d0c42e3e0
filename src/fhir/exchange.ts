import type { Readable } from 'node:stream'
import type { Binary, Resource } from '@medplum/fhirtypes'
import type { DccContext } from '../dcc/unit-of-work.ts'
import type { RecordValidator } from '../validation/open.ts'
import type { RemoteTerminology } from '../validation/terminology/remote.ts'
import type { TerminologyService } from '../validation/terminology/terminology.ts'
import type { Caller } from './caller.ts'
import type { JsonError } from './json/errors.ts'
import type { Language } from './outcome.ts'
import type { XmlError } from './xml/errors.ts'

/** Limits of the FHIR interface (settings of src/config.ts). */
export interface FhirLimits {
  maxBody: number
  maxBundleEntries: number
  maxSearchValues: number
  maxJsonDepth: number
}

/** How document submissions are held (settings of src/config.ts). */
export interface SubmissionSettings {
  /** `comprehensive` refuses bundles that promise minimal metadata only. */
  metadata: 'comprehensive' | 'minimal'
  /** `lenient` keeps documents whose metadata break a rule, with a warning. */
  validation: 'strict' | 'lenient'
}

/** What every interaction works with. */
export interface FhirContext {
  dcc: DccContext
  /** Who is served, set from the request (restricted-writes.ts); absent without authorization: nothing is restricted. */
  caller?: Caller
  /** What resources are held against. */
  validator: RecordValidator
  /** Code systems, value sets and maps, all offline. */
  terminology: TerminologyService
  /** Asked by operations, never on a write, about codes that cannot be told offline; absent unless configured. */
  remoteTerminology?: RemoteTerminology | undefined
  /** Absolute address of the FHIR base, without a final slash: every absolute URL starts with it. */
  baseUrl: string
  limits: FhirLimits
  submissions: SubmissionSettings
  /** What a search by an identifier domain that nobody knows answers (PDQm, P-19); `refuse` when absent. */
  unknownDomain?: 'refuse' | 'tell'
  /** Where callers get an access token, by the names of the SMART extension `oauth-uris`; absent: they need none. */
  oauth?: { authorize: string; token: string; introspect: string; revoke: string }
  /** Seals paging cursors: 32 bytes. */
  cursorKey: Uint8Array
  /** Version of this software, for the CapabilityStatement. */
  softwareVersion: string
  /** Told of every defect of ours that was answered with a 500, in a Bundle entry too. */
  report(error: unknown, requestId: string): void
  /** Aborted once the time of the request is over: what takes many steps then stops between two. */
  signal?: AbortSignal
}

/** A request to the FHIR interface, freed of HTTP's syntax; a batch entry is one too. */
export interface FhirRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the FHIR base, percent-decoded. */
  path: readonly string[]
  /** Parameters of the URL and, for `_search`, of the form, in order. */
  query: readonly (readonly [string, string])[]
  body: FhirBody | undefined
  ifMatch?: string
  ifNoneMatch?: string
  ifNoneExist?: string
  ifModifiedSince?: string
  range?: string
  /** X-Security-Context: the patient or document that a raw Binary belongs to. */
  securityContext?: string
  /** Accept header, as sent: a Binary answers in its own type unless FHIR is asked for. */
  accept?: string
  prefer: Preferences
  language: Language
  requestId: string
  /** Who sends it; absent when callers need not be authorized (`DCC_AUTH=off`). */
  caller?: Caller
}

/** The Prefer header. Without `return`, single writes answer the resource and transactions only its address. */
export interface Preferences {
  return?: 'minimal' | 'representation' | 'OperationOutcome'
  handling: 'strict' | 'lenient'
}

/**
 * What came with a request: a resource whose structure is checked, JSON to be validated (or why it cannot be read), a
 * patch, or a Binary's bytes.
 * `release` lets go of the documents that were set aside of it (src/dcc/set-aside.ts), once the request is answered.
 */
export type FhirBody =
  | { kind: 'resource'; resource: Resource; release?: () => void }
  | { kind: 'unchecked'; json: unknown; release?: () => void }
  | { kind: 'unreadable'; error: JsonError | XmlError }
  | { kind: 'json-patch'; operations: unknown }
  | { kind: 'bytes'; contentType: string; bytes: Readable }

/** An answer: FHIR JSON text (rendered as XML by the HTTP edge when asked), bytes, or nothing. */
export interface FhirResponse {
  status: number
  headers: Record<string, string>
  body?: JsonBody | ContentBody | { kind: 'bytes'; contentType: string; size: number; bytes: Uint8Array | Readable }
}

/** A large Binary as a resource: its `data`, the last element, is made from `size` bytes while they go out. */
export interface ContentBody {
  kind: 'content'
  resource: Binary
  size: number
  bytes: Readable
}

/**
 * FHIR JSON in the pieces that it was spliced from. They are encoded one by one: joining them first would copy every
 * character, twice as wide as soon as one of them needs it, which costs more than the search (docs/performance.md).
 */
export interface JsonBody {
  kind: 'json'
  pieces: readonly string[]
}

/** The whole text of a JSON body. */
export function jsonText({ pieces }: JsonBody): string {
  return pieces.join('')
}

/** One interaction. */
export type Interaction = (context: FhirContext, request: FhirRequest) => Promise<FhirResponse>
