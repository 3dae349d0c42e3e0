import type { Parameters } from '@medplum/fhirtypes'
import { keyIn } from '../../../validation/terminology/resources.ts'
import { subsumption } from '../../../validation/terminology/subsumes.ts'
import { FhirError } from '../../errors.ts'
import type { FhirResponse } from '../../exchange.ts'
import { type OperationCall, resourceResponse } from '../operation.ts'
import { codeForm } from './codings.ts'
import { codeSystemOf, knownSystem } from './find.ts'

/** CodeSystem/$subsumes: how two codes of one system stand to each other. */
export function subsumes(call: OperationCall): FhirResponse {
  const { arguments: given, id } = call
  const [codingA, codingB] = [given.one('coding', 'codingA'), given.one('coding', 'codingB')]
  const codeA = given.one('text', 'codeA') ?? codingA?.code
  const codeB = given.one('text', 'codeB') ?? codingB?.code
  if (codeA === undefined || codeB === undefined) throw codeForm()
  if (codingA?.system !== codingB?.system) throw codeForm()
  const named = codingA?.system
  const system = id === undefined && named !== undefined ? knownSystem(call, named) : codeSystemOf(call, 'system')
  for (const code of [codeA, codeB]) {
    if (!system.concepts.has(keyIn(system, code))) throw new FhirError('terminology.code-unknown')
  }
  const outcome = subsumption(system, codeA, codeB)
  if (outcome === undefined) throw new FhirError('terminology.not-known')
  const parameters: Parameters = { resourceType: 'Parameters', parameter: [{ name: 'outcome', valueCode: outcome }] }
  return resourceResponse(parameters)
}
