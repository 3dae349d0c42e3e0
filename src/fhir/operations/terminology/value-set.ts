import type { Operation } from '../operation.ts'
import { CODE_RULES } from './codings.ts'
import { expand } from './expand.ts'
import { validateInValueSet } from './validate-code.ts'

const SPECIFICATION = 'http://hl7.org/fhir/OperationDefinition'

/** Which value set is meant. */
const VALUE_SET_RULES = {
  url: { type: 'text' },
  valueSet: { type: 'resource' },
  valueSetVersion: { type: 'text' },
} as const

/** Operations on value sets (R4 valueset-operations.html). */
export const VALUE_SET_OPERATIONS: readonly Operation[] = [
  {
    code: 'validate-code',
    type: 'ValueSet',
    levels: ['type', 'instance'],
    definition: `${SPECIFICATION}/ValueSet-validate-code`,
    affectsState: false,
    parameters: {
      ...VALUE_SET_RULES,
      ...CODE_RULES,
      display: { type: 'text' },
      displayLanguage: { type: 'text' },
    },
    documentation:
      'Offline, unless a terminology server is configured. The value set is named by url, by the id of the address, or sent along as valueSet; the code comes as ' +
      'code and system, coding or codeableConcept. 422 when membership cannot be told.',
    run: validateInValueSet,
  },
  {
    code: 'expand',
    type: 'ValueSet',
    levels: ['type', 'instance'],
    definition: `${SPECIFICATION}/ValueSet-expand`,
    affectsState: false,
    parameters: {
      ...VALUE_SET_RULES,
      filter: { type: 'text' },
      offset: { type: 'integer' },
      count: { type: 'integer' },
      includeDesignations: { type: 'boolean' },
      activeOnly: { type: 'boolean' },
      excludeNested: { type: 'boolean' },
      displayLanguage: { type: 'text' },
    },
    documentation:
      'Offline; a flat list in the order of the definition. filter: every word in the display or the code, without ' +
      'regard to case and accents. 422 when the value set cannot be expanded offline.',
    run: expand,
  },
]
