import type { Operation } from '../operation.ts'
import { CODE_RULES } from './codings.ts'
import { lookup } from './lookup.ts'
import { subsumes } from './subsumes.ts'
import { validateInCodeSystem } from './validate-code.ts'

const SPECIFICATION = 'http://hl7.org/fhir/OperationDefinition'

/** Operations on code systems (R4 codesystem-operations.html). */
export const CODE_SYSTEM_OPERATIONS: readonly Operation[] = [
  {
    code: 'lookup',
    type: 'CodeSystem',
    levels: ['type'],
    definition: `${SPECIFICATION}/CodeSystem-lookup`,
    affectsState: false,
    parameters: {
      code: { type: 'text' },
      system: { type: 'text' },
      version: { type: 'text' },
      coding: { type: 'coding' },
      displayLanguage: { type: 'text' },
      property: { type: 'text', repeats: true },
    },
    documentation: 'Offline. Name and version of the system, display, designations and properties of a code.',
    run: lookup,
  },
  {
    code: 'validate-code',
    type: 'CodeSystem',
    levels: ['type', 'instance'],
    definition: `${SPECIFICATION}/CodeSystem-validate-code`,
    affectsState: false,
    parameters: {
      url: { type: 'text' },
      version: { type: 'text' },
      code: CODE_RULES.code,
      coding: CODE_RULES.coding,
      codeableConcept: CODE_RULES.codeableConcept,
      display: { type: 'text' },
      displayLanguage: { type: 'text' },
    },
    documentation:
      'Offline. 422 for a code that an incomplete code system (LOINC, NOS) may have although it is not here.',
    run: validateInCodeSystem,
  },
  {
    code: 'subsumes',
    type: 'CodeSystem',
    levels: ['type', 'instance'],
    definition: `${SPECIFICATION}/CodeSystem-subsumes`,
    affectsState: false,
    parameters: {
      codeA: { type: 'text' },
      codeB: { type: 'text' },
      system: { type: 'text' },
      version: { type: 'text' },
      codingA: { type: 'coding' },
      codingB: { type: 'coding' },
    },
    documentation: 'Offline, by the hierarchy of the code system.',
    run: subsumes,
  },
]
