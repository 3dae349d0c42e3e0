import type { Bundle } from '@medplum/fhirtypes'
import { DccError, type DccIssue } from '../../dcc/errors.ts'
import { type KnownSubmission, knownSubmission } from '../../dcc/submissions.ts'
import type { Finding } from '../../ihe/findings.ts'
import { type ProvideBundle, provideBundleIssues, submissionIdOf } from '../../ihe/iti-65.ts'
import { submissionDigest } from '../../ihe/iti-65-digest.ts'
import { isStoreError } from '../../store/errors.ts'
import type { IdentifierKey } from '../../store/store.ts'
import { AlsoRefused, EntryError, FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { at, requestEntries } from './entries.ts'
import { envelopeIssues } from './envelope.ts'
import { answered, perform } from './perform.ts'
import type { Dispatch } from './sub-request.ts'
import { Submission } from './submission.ts'
import { keptEntries } from './submission-answer.ts'
import { inEntryExpression, issueOfFinding } from './submission-issues.ts'

/**
 * ITI-65 Provide Document Bundle, Document Recipient (reference/ihe.md 2.4).
 *
 * 1. The profile says which rules apply (MHD-65-01); a bundle that was accepted before is answered as it was.
 * 2. Slices, coherence, metadata (MHD-65-02 … 09, src/ihe/iti-65.ts): what never passes is refused here, all at once.
 * 3. The transaction (perform.ts) holds the bundle to the record and to the profiles that it promises (submission.ts).
 * 4. It is stored whole, with its answer, or not at all (MHD-65-10, -18).
 */
export async function provide(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
  found: ProvideBundle | readonly Finding[],
): Promise<FhirResponse> {
  if (!('profile' in found)) throw notProvided(found)
  const id = submissionIdOf(found.parts)
  const key: IdentifierKey = id ?? { system: BY_DIGEST, value: submissionDigest(bundle) }
  const again = async (): Promise<FhirResponse | undefined> => {
    const known = await knownSubmission(context.dcc.store, key)
    return known && repeated(context, request, bundle, dispatch, known, id?.index)
  }
  const before = await again()
  if (before !== undefined) return before
  const findings = provideBundleIssues(found, context.submissions.metadata)
  refuseStructure(context, bundle, findings)
  const attempt = async (last: boolean): Promise<FhirResponse> => {
    const submission = new Submission({ context, bundle, found, findings, key })
    try {
      return await perform(context, request, bundle, dispatch, submission)
    } catch (error) {
      // A twin may have come in meanwhile: then this one repeats it.
      const meanwhile = await again()
      if (meanwhile !== undefined) return meanwhile
      // Somebody else has changed what this one was decided on: decided again, the refusal says what is wrong now.
      if (!last && isRaced(error)) return attempt(true)
      throw alsoRefused(inWordsOfXds(error, bundle), submission.errors())
    }
  }
  return attempt(false)
}

/** Somebody was faster: with what the submission changes, with an identifier that it brings, with a merge of its patient. */
function isRaced(error: unknown): boolean {
  return RACED.some((key) => isStoreError(error, key))
}

const RACED = ['store.version-conflict', 'store.identifier-taken', 'store.patient-not-current'] as const

/** Where a submission without an identifier is kept: under its own digest. */
const BY_DIGEST = 'urn:dcc:submission'

/** The answer that a submission had: nothing changes, whatever it asks (the natural key of a retry, storage.md 1). */
async function repeated(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
  known: KnownSubmission,
  index: number | undefined,
): Promise<FhirResponse> {
  if (known.digest !== submissionDigest(bundle)) {
    throw new FhirError('submission.duplicate', {
      detail: { existing: `List/${known.listId}` },
      ...(index === undefined ? {} : at(index, 'resource.identifier')),
    })
  }
  const entries = requestEntries(bundle, context.baseUrl)
  return answered(context, request, entries, await keptEntries(context, request, known.answer), dispatch, {
    read: Submission.locate(context.baseUrl),
  })
}

/** What never passes, with what else is wrong, before anything is looked up. */
function refuseStructure(context: FhirContext, bundle: Bundle, findings: readonly Finding[]): void {
  const envelope = envelopeIssues(context, bundle)
  const structural = findings.filter(({ kind }) => kind === 'malformed' || kind === 'structure')
  if (structural.length === 0 && envelope.length === 0) return
  const errors = findings.filter(({ kind }) => kind !== 'advice')
  const isMalformed = structural.some(({ kind }) => kind === 'malformed')
  const told = isRefusing(context) ? errors : errors.filter(({ kind }) => kind !== 'metadata')
  const issues = told.map((finding) => inEntryExpression(issueOfFinding(finding, 'error'), finding.entry))
  throw refusal([...issues, ...envelope], isMalformed ? 'malformed' : 'refused')
}

/** The refusal of a submission whose profile does not say which rules apply, or that is no transaction. */
export function notProvided(findings: readonly Finding[]): DccError {
  const issues = findings.map((finding) => issueOfFinding(finding, 'error'))
  return refusal(issues, 'malformed')
}

function isRefusing({ submissions }: FhirContext): boolean {
  return submissions.validation === 'strict'
}

function refusal(issues: readonly DccIssue[], how: 'malformed' | 'refused'): DccError {
  return new DccError(`submission.${how}`, { issues })
}

/** What a look-up did not find, as XDS has words for it: XDSUnknownPatientId, XDSReplaceFailed. */
function inWordsOfXds(error: unknown, { entry }: Bundle): unknown {
  if (!(error instanceof EntryError) || !(error.cause instanceof FhirError)) return error
  const { key } = error.cause
  const resource = entry?.[error.index]?.resource
  const isMissing = key === 'precondition.none' || key === 'resource.unknown' || key === 'resource.deleted'
  if (!isMissing || resource === undefined) return error
  if (resource.resourceType === 'Parameters') {
    return new EntryError(error.index, new DccError('document.replaced-unknown', at(error.index, 'request.url')))
  }
  if (resource.resourceType !== 'DocumentReference' && resource.resourceType !== 'List') return error
  if (key !== 'precondition.none') return error
  const expression = `${resource.resourceType}.subject`
  return new EntryError(error.index, new DccError('patient.unknown', { expression }))
}

/** A refusal with the findings that came before it; a failure of ours is told alone. */
function alsoRefused(error: unknown, issues: readonly DccIssue[]): unknown {
  const isOurs = error instanceof DccError && error.key === 'submission.refused'
  const isRefused = error instanceof EntryError || error instanceof FhirError || error instanceof DccError
  return isRefused && !isOurs && issues.length > 0 ? new AlsoRefused(error, issues) : error
}
