import { GENERATE_METADATA } from './generate-metadata.ts'
import { IHE_PIX } from './ihe-pix.ts'
import { MATCH } from './match.ts'
import type { Operation } from './operation.ts'
import { CODE_SYSTEM_OPERATIONS } from './terminology/code-system.ts'
import { CONCEPT_MAP_OPERATIONS } from './terminology/concept-map.ts'
import { VALUE_SET_OPERATIONS } from './terminology/value-set.ts'
import { VALIDATE } from './validate.ts'

/** Every operation that the server has: what is here is routed and declared, what is not is neither. */
export const OPERATIONS: readonly Operation[] = [
  ...CODE_SYSTEM_OPERATIONS,
  ...CONCEPT_MAP_OPERATIONS,
  ...VALUE_SET_OPERATIONS,
  GENERATE_METADATA,
  MATCH,
  IHE_PIX,
  VALIDATE,
]
