import type { Parameters, ParametersParameter } from '@medplum/fhirtypes'
import { type Translation, translate } from '../../../validation/terminology/translate.ts'
import { FhirError } from '../../errors.ts'
import type { FhirContext, FhirResponse } from '../../exchange.ts'
import { type OperationCall, resourceResponse } from '../operation.ts'
import { type GivenCode, givenCodes } from './codings.ts'
import { conceptMapsOf } from './find.ts'
import { messageOf } from './messages.ts'

/** ConceptMap/$translate: what corresponds to a code. */
export function translateCode(call: OperationCall): FhirResponse {
  const { arguments: given, context, request } = call
  const maps = conceptMapsOf(call)
  const targetSystem = given.one('text', 'targetsystem')
  const reverse = given.one('boolean', 'reverse') ?? false
  const found = givenCodes(call, { system: given.one('text', 'system'), display: undefined }).flatMap((code) =>
    translate({ maps, system: systemOf(code), code: code.code, targetSystem, reverse }),
  )
  const isTranslated = found.some(({ target }) => target.code !== undefined && !NO_MATCH.has(target.equivalence))
  const parameters: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'result', valueBoolean: isTranslated },
      ...(isTranslated ? [] : [{ name: 'message', valueString: messageOf('no-translation', request.language) }]),
      ...found.map((translation) => matchOf(context, translation)),
    ],
  }
  return resourceResponse(parameters)
}

/** Equivalences that say that nothing corresponds. */
const NO_MATCH: ReadonlySet<string> = new Set(['unmatched', 'disjoint'])

function systemOf({ system }: GivenCode): string {
  if (system === undefined) throw new FhirError('operation.parameter-missing', { detail: { name: 'system' } })
  return system
}

function matchOf({ terminology }: FhirContext, { map, system, target }: Translation): ParametersParameter {
  const { code, equivalence } = target
  const display = code === undefined ? undefined : (target.display ?? terminology.displayOf(system, code))
  const concept = { system, ...(code === undefined ? {} : { code }), ...(display === undefined ? {} : { display }) }
  return {
    name: 'match',
    part: [
      { name: 'equivalence', valueCode: equivalence },
      ...(code === undefined ? [] : [{ name: 'concept', valueCoding: concept }]),
      { name: 'source', valueUri: map.url },
    ],
  }
}
