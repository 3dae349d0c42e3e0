import type { Identifier, Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { crossReferences } from '../../ihe/iti-83.ts'
import type { IdentifierKey } from '../../store/store.ts'
import { FhirError } from '../errors.ts'
import type { FhirResponse } from '../exchange.ts'
import { splitUnescaped, unescaped } from '../search/values.ts'
import { type Operation, type OperationCall, resourceResponse } from './operation.ts'

/**
 * Patient/$ihe-pix (ITI-83 Get Corresponding Identifiers): the other identifiers of the patient who has one. By GET, as
 * IHE wants it, or by POST with Parameters, which keeps identity out of the URL.
 */
export const IHE_PIX: Operation = {
  code: 'ihe-pix',
  type: 'Patient',
  levels: ['type'],
  definition: 'https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix',
  affectsState: false,
  parameters: {
    sourceIdentifier: { type: 'token' },
    targetSystem: { type: 'text', repeats: true },
    _format: { type: 'text' },
  },
  documentation:
    'sourceIdentifier is system|value, or the FHIR base and Patient/[id]; targetSystem may be repeated. A merged ' +
    'record leads to its survivor. Prefer POST with Parameters: it keeps the identity out of URLs.',
  run: pix,
}

async function pix({ context, arguments: given }: OperationCall): Promise<FhirResponse> {
  const source = sourceOf(given.one('token', 'sourceIdentifier'))
  const targets = given.all('text', 'targetSystem')
  const { dcc, baseUrl, caller } = context
  const known = { store: dcc.store, baseUrl, insDomain: dcc.insDomain, sees: caller?.person?.sees }
  const found = await crossReferences(known, source, targets)
  const parameter: ParametersParameter[] = [
    ...found.identifiers.map((valueIdentifier) => ({ name: 'targetIdentifier', valueIdentifier })),
    ...found.patients.map((id) => ({ name: 'targetId', valueReference: { reference: `Patient/${id}` } })),
  ]
  const answer: Parameters = { resourceType: 'Parameters', ...(parameter.length > 0 ? { parameter } : {}) }
  return resourceResponse(answer)
}

/** PIX-83-10: a source is one identifier with its domain. */
function sourceOf(given: string | Identifier | undefined): IdentifierKey {
  if (given === undefined) throw new FhirError('operation.parameter-missing', { detail: { name: 'sourceIdentifier' } })
  const [system, value] =
    typeof given === 'string' ? splitUnescaped(given, '|', 2).map(unescaped) : [given.system, given.value]
  if (system === undefined || value === undefined || system.trim() === '' || value.trim() === '') {
    throw new FhirError('pix.source')
  }
  return { system, value }
}
