import type { Parameters } from '@medplum/fhirtypes'
import { INLINE_LIMITS } from '../../../validation/terminology/expand.ts'
import type { RemoteTerminology } from '../../../validation/terminology/remote.ts'
import type { ValueSet } from '../../../validation/terminology/resources.ts'
import { FhirError } from '../../errors.ts'
import type { FhirResponse } from '../../exchange.ts'
import { type OperationCall, resourceResponse } from '../operation.ts'
import { type GivenCode, givenCodes } from './codings.ts'
import { codeSystemOf, valueSetOf } from './find.ts'
import { messageOf } from './messages.ts'

/** Whether one code is in, undefined when that cannot be told. */
type Membership = (given: GivenCode) => boolean | undefined

/** ValueSet/$validate-code: whether a code, or one of a concept's codes, is in a value set. */
export async function validateInValueSet(call: OperationCall): Promise<FhirResponse> {
  const { terminology, remoteTerminology } = call.context
  const { valueSet, isSent } = valueSetOf(call)
  const limits = isSent ? INLINE_LIMITS : undefined
  const system = call.arguments.one('text', 'system')
  const isIn: Membership = (given) => terminology.includes(valueSet, given.system, given.code, limits)
  const remote =
    isSent || remoteTerminology === undefined ? undefined : await asked(remoteTerminology, call, valueSet, isIn)
  return verdict(call, system, 'not-in-value-set', (given) => isIn(given) ?? remote?.(given))
}

/** What the remote server says of the codes of a call that cannot be told offline. */
async function asked(
  remote: RemoteTerminology,
  call: OperationCall,
  { url }: ValueSet,
  isIn: Membership,
): Promise<Membership> {
  const system = call.arguments.one('text', 'system')
  const version = call.arguments.one('text', 'valueSetVersion')
  const valueSet = version === undefined ? url : `${url}|${version}`
  const undecided = givenCodes(call, { system, display: undefined }).filter((given) => isIn(given) === undefined)
  const { of } = await remote.ask(
    undecided.flatMap(({ system, code }) => (system === undefined ? [] : [{ valueSet, system, code }])),
  )
  return ({ system, code }) => (system === undefined ? undefined : of({ valueSet, system, code }))
}

/** CodeSystem/$validate-code: whether a code, or one of a concept's codes, is in a code system. */
export function validateInCodeSystem(call: OperationCall): FhirResponse {
  const { url } = codeSystemOf(call, 'url')
  return verdict(
    call,
    url,
    'not-in-code-system',
    ({ system, code }) => system === url && call.context.terminology.knows(url, code),
  )
}

/** The answer: of several codes one that is in suffices; without any, one that cannot be told makes all so. */
function verdict(
  call: OperationCall,
  systemOfCode: string | undefined,
  refusal: 'not-in-value-set' | 'not-in-code-system',
  isIn: Membership,
): FhirResponse {
  const { context, request, arguments: given } = call
  const codes = givenCodes(call, { system: systemOfCode, display: given.one('text', 'display') })
  const answers = codes.map(isIn)
  const found = codes[answers.indexOf(true)]
  if (found === undefined && answers.includes(undefined)) throw new FhirError('terminology.not-known')
  const { terminology } = context
  const system = found?.system
  const display = found === undefined || system === undefined ? undefined : terminology.displayOf(system, found.code)
  const isDisplayWrong =
    found?.display !== undefined &&
    system !== undefined &&
    terminology.displays(system, found.code, found.display) === false
  const key = found === undefined ? refusal : isDisplayWrong ? 'display-differs' : undefined
  const parameters: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'result', valueBoolean: key === undefined },
      ...(key === undefined ? [] : [{ name: 'message', valueString: messageOf(key, request.language) }]),
      ...(display === undefined ? [] : [{ name: 'display', valueString: display }]),
    ],
  }
  return resourceResponse(parameters)
}
