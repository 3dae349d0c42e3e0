import type { Coding } from '@medplum/fhirtypes'
import { FhirError } from '../../errors.ts'
import type { OperationCall } from '../operation.ts'
import type { ParameterRules } from '../parameters.ts'

/** A code with what came with it. */
export interface GivenCode {
  system: string | undefined
  code: string
  display: string | undefined
}

/** The three forms of a code, as parameters: `code` with `system`, `coding`, `codeableConcept`. */
export const CODE_RULES = {
  code: { type: 'text' },
  system: { type: 'text' },
  coding: { type: 'coding' },
  codeableConcept: { type: 'codeableConcept' },
} as const satisfies ParameterRules

/**
 * The codes of a call, in one of the forms that it takes; `beside` is what comes with a bare `code`. Throws FhirError `terminology.code-form` unless it is
 * exactly one.
 */
export function givenCodes({ arguments: given }: OperationCall, beside: Omit<GivenCode, 'code'>): readonly GivenCode[] {
  const [code, coding, concept] = [
    given.one('text', 'code'),
    given.one('coding', 'coding'),
    given.one('codeableConcept', 'codeableConcept'),
  ]
  if ([code, coding, concept].filter((form) => form !== undefined).length !== 1) throw codeForm()
  if (code !== undefined) return [{ ...beside, code }]
  const codings = coding === undefined ? (concept?.coding ?? []) : [coding]
  const codes = codings.flatMap(codeOf)
  if (codes.length === 0) throw codeForm()
  return codes
}

/** The refusal of a call that gives no code, or gives it twice. */
export function codeForm(): FhirError {
  return new FhirError('terminology.code-form')
}

function codeOf({ system, code, display }: Coding): GivenCode[] {
  return code === undefined ? [] : [{ system, code, display }]
}

/** The one code of a call whose system is needed: `code` and `system`, or `coding`. */
export function givenCode(call: OperationCall): GivenCode & { system: string } {
  const { arguments: given } = call
  const coding = given.one('coding', 'coding')
  const code = given.one('text', 'code')
  if ((code === undefined) === (coding === undefined)) throw codeForm()
  const [found] = coding === undefined ? [{ code, system: given.one('text', 'system') }] : [coding]
  if (found?.code === undefined || found.system === undefined) throw codeForm()
  return { system: found.system, code: found.code, display: coding?.display }
}
