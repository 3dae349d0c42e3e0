import type { FunctionRule } from './call.ts'
import { COMBINING } from './combining.ts'
import { CONVERSION } from './conversion.ts'
import { EXISTENCE } from './existence.ts'
import { FHIR } from './fhir.ts'
import { FILTERING } from './filtering.ts'
import { MATH } from './math.ts'
import { STRINGS } from './strings.ts'
import { TREE } from './tree.ts'
import { TYPES } from './types.ts'
import { UTILITY } from './utility.ts'

/** Every function that the compiler covers, by its name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map(
  [EXISTENCE, FILTERING, COMBINING, CONVERSION, STRINGS, MATH, TREE, TYPES, UTILITY, FHIR].flatMap((table) =>
    Object.entries(table),
  ),
)
