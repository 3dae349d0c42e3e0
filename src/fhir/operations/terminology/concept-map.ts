import type { Operation } from '../operation.ts'
import { CODE_RULES } from './codings.ts'
import { translateCode } from './translate.ts'

/** Operations on concept maps (R4 conceptmap-operations.html). */
export const CONCEPT_MAP_OPERATIONS: readonly Operation[] = [
  {
    code: 'translate',
    type: 'ConceptMap',
    levels: ['type', 'instance'],
    definition: 'http://hl7.org/fhir/OperationDefinition/ConceptMap-translate',
    affectsState: false,
    parameters: {
      url: { type: 'text' },
      conceptMapVersion: { type: 'text' },
      ...CODE_RULES,
      source: { type: 'text' },
      target: { type: 'text' },
      targetsystem: { type: 'text' },
      reverse: { type: 'boolean' },
    },
    documentation:
      'Document type to class (ASS_X04), CDA template to format (ASS_A11), XDS to FHIR codes (IHE MHD). Without url ' +
      'every map is used, or those between source and target.',
    run: translateCode,
  },
]
