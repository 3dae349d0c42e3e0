import { actualType, isGeneral } from './kinds.ts'
import { constantOf, type Expression, type Scope } from './run.ts'
import type { PathNode, TypeModel } from './types.ts'

/** A variable by its name without `%` (N1, 9 and FHIR R4, fhirpath.html); undefined when there is none of that name. */
export function variable(name: string, contextType: string, model: TypeModel): Expression | undefined {
  const constant = CONSTANTS.get(name)
  if (constant !== undefined) return text(constant)
  if (name.startsWith('vs-')) return text(`http://hl7.org/fhir/ValueSet/${name.slice(3)}`)
  if (name.startsWith('ext-')) return text(`http://hl7.org/fhir/StructureDefinition/${name.slice(4)}`)
  if (name === 'context') return given(isGeneral(contextType) ? undefined : [contextType], contextOf)
  if (name === 'resource') return given(resourceOf(contextType, model), ({ env }) => resource(env.resource))
  return name === 'rootResource' ? given(undefined, ({ env }) => resource(env.rootResource)) : undefined
}

const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ['ucum', 'http://unitsofmeasure.org'],
  ['sct', 'http://snomed.info/sct'],
  ['loinc', 'http://loinc.org'],
])

function text(value: string): Expression {
  return constantOf([{ value, partner: undefined, type: 'System.String' }])
}

function contextOf({ context, contextPartner, contextType }: Scope): PathNode {
  return { value: context, partner: contextPartner, type: contextType }
}

function resource(value: unknown): PathNode {
  return { value, partner: undefined, type: actualType(value, 'Resource') }
}

/** `Bundle` of `Bundle.entry`; undefined where the definition is of a data type, which any resource may hold. */
function resourceOf(contextType: string, model: TypeModel): readonly string[] | undefined {
  const [type = ''] = contextType.split('.')
  let top: string | undefined = type
  while (top !== undefined && top !== 'Resource') top = model.supertype(top)
  return top === undefined || isGeneral(type) ? undefined : [type]
}

function given(types: readonly string[] | undefined, read: (scope: Scope) => PathNode): Expression {
  return {
    types,
    single: true,
    fixed: true,
    fold: (sink) => (_value, _partner, _type, scope) => {
      const { value, partner, type } = read(scope)
      return value === undefined && partner === undefined ? 0 : sink(value, partner, type, scope)
    },
    ...(types !== undefined && { raw: (_value, _partner, _type, scope) => read(scope).value }),
  }
}
