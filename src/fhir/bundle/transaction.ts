import type { Bundle } from '@medplum/fhirtypes'
import { provideBundle } from '../../ihe/iti-65.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { perform } from './perform.ts'
import { provide } from './provide.ts'
import type { Dispatch } from './sub-request.ts'

/**
 * transaction: POST [base] (FHIR http.html#transaction). A document submission is one by the rules of ITI-65; any other
 * Bundle is done as it is.
 */
export async function transaction(
  context: FhirContext,
  request: FhirRequest,
  bundle: Bundle,
  dispatch: Dispatch,
): Promise<FhirResponse> {
  const submission = provideBundle(bundle, context.baseUrl)
  if (submission === undefined) return perform(context, request, bundle, dispatch)
  return provide(context, request, bundle, dispatch, submission)
}
