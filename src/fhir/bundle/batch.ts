import type { Bundle, BundleEntry } from '@medplum/fhirtypes'
import { provideBundle } from '../../ihe/iti-65.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { requestEntry } from './entries.ts'
import { notProvided } from './provide.ts'
import { answerBudget, answerEntry, type Dispatch } from './sub-request.ts'

/** batch: POST [base] (FHIR http.html#batch): each entry on its own, in order; a refusal concerns its entry only. */
export async function batch(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
): Promise<FhirResponse> {
  // A submission is stored whole or not at all: a batch could not promise that.
  const submission = provideBundle(bundle, context.baseUrl)
  if (submission !== undefined && !('profile' in submission)) throw notProvided(submission)
  const entry: BundleEntry[] = []
  const budget = answerBudget(context)
  for (const [index, asked] of (bundle.entry ?? []).entries()) {
    const parse = () => requestEntry(asked, index, context.baseUrl)
    entry.push(await answerEntry(context, request, index, parse, dispatch, budget))
  }
  const answer = { resourceType: 'Bundle', type: 'batch-response', ...(entry.length > 0 ? { entry } : {}) }
  return { status: 200, headers: {}, body: { kind: 'json', pieces: [JSON.stringify(answer)] } }
}
