import { compilePath } from './invariant.ts'
import { isA } from './kinds.ts'
import type { Path, TypeModel } from './types.ts'

/**
 * Compiles an extension context of type `fhirpath` (R4 StructureDefinition.context) to the elements that it gives when
 * it is evaluated on a resource of type `resourceType`. An expression that starts with a data type (`HumanName.given`)
 * means every element of that type.
 * @throws UnsupportedExpression naming what the compiler does not cover.
 */
export function compileContext(expression: string, resourceType: string, types: TypeModel): Path {
  const [, head = '', rest = ''] = /^\s*([A-Z][A-Za-z]*)\b(.*)$/s.exec(expression) ?? []
  const isDataType = types.isType(head) && !isA(head, 'Resource', types)
  return compilePath(isDataType ? `descendants().ofType(${head})${rest}` : expression, resourceType, types)
}
