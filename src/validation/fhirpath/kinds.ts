import type { TypeModel } from './types.ts'

/** What a value counts as in FHIRPath: primitives of FHIR are read as System values (FHIR R4, fhirpath.html). */
export type Kind = 'boolean' | 'string' | 'integer' | 'decimal' | 'date' | 'dateTime' | 'time' | 'quantity' | 'complex'

const KINDS: Readonly<Record<string, Kind>> = {
  boolean: 'boolean',
  string: 'string',
  uri: 'string',
  url: 'string',
  canonical: 'string',
  code: 'string',
  oid: 'string',
  uuid: 'string',
  id: 'string',
  markdown: 'string',
  base64Binary: 'string',
  xhtml: 'string',
  integer: 'integer',
  unsignedInt: 'integer',
  positiveInt: 'integer',
  decimal: 'decimal',
  date: 'date',
  dateTime: 'dateTime',
  instant: 'dateTime',
  time: 'time',
  Quantity: 'quantity',
  Age: 'quantity',
  Count: 'quantity',
  Distance: 'quantity',
  Duration: 'quantity',
  MoneyQuantity: 'quantity',
  SimpleQuantity: 'quantity',
  'System.Boolean': 'boolean',
  'System.String': 'string',
  'System.Integer': 'integer',
  'System.Decimal': 'decimal',
  'System.Date': 'date',
  'System.DateTime': 'dateTime',
  'System.Time': 'time',
  'System.Quantity': 'quantity',
}

const TABLE = new Map(Object.entries(KINDS))

/** The kind of a type. */
export function kindOf(type: string): Kind {
  return TABLE.get(type) ?? 'complex'
}

/** The kind of a value whose type may be unknown. */
export function kindOfValue(value: unknown, type: string): Kind {
  const kind = TABLE.get(type)
  if (kind !== undefined) return kind
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal'
  return 'complex'
}

/** Whether values of a type are no JSON objects. */
export function isPrimitive(type: string): boolean {
  const kind = TABLE.get(type)
  return kind !== undefined && kind !== 'quantity'
}

/** Types whose values have a more special type, which only the value tells. */
export function isGeneral(type: string): boolean {
  return type === 'Resource' || type === 'DomainResource' || type === 'Element' || type === 'BackboneElement'
}

/** Whether the types are known well enough to read properties without looking at each value. */
export function isExact(types: readonly string[] | undefined, model: TypeModel): types is readonly string[] {
  return types?.every((type) => !isGeneral(type) && (model.isType(type) || TABLE.has(type))) ?? false
}

/** The types that all are of one simple kind; undefined otherwise. */
export function commonKind(types: readonly string[] | undefined): Kind | undefined {
  const [first, ...others] = types ?? []
  if (first === undefined) return undefined
  const kind = kindOf(first)
  return others.every((type) => kindOf(type) === kind) ? kind : undefined
}

/**
 * Whether a type is another or a special case of it. `wanted` is as `typeSpecifier` gives it.
 */
export function isA(type: string, wanted: string, model: TypeModel): boolean {
  for (let at: string | undefined = type; at !== undefined; at = model.supertype(at)) if (at === wanted) return true
  return type === 'System.Quantity' && wanted === 'Quantity'
}

const SYSTEM = new Set(['Boolean', 'String', 'Integer', 'Decimal', 'Date', 'DateTime', 'Time', 'Quantity'])

/** Resolves a type specifier: FHIR names come before System names; undefined when no type has the name. */
export function typeSpecifier(name: string, model: TypeModel): string | undefined {
  const fhir = name.startsWith('FHIR.') ? name.slice('FHIR.'.length) : name
  if (model.isType(fhir)) return fhir
  const system = name.startsWith('System.') ? name.slice('System.'.length) : name
  return SYSTEM.has(system) ? `System.${system}` : undefined
}

/** A JSON object that is no array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The type of a value whose declared type is general: `resourceType` of a resource. */
export function actualType(value: unknown, declared: string): string {
  return isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : declared
}

/**
 * The type that stands at a definition's path: `HumanName` of `Patient.name`; a type or part is itself. `Element` when
 * only the value tells: of a choice, or of a path that the model does not know.
 */
export function typeAt(path: string, model: TypeModel): string {
  if (model.isType(path) || TABLE.has(path) || isGeneral(path)) return path
  const dot = path.lastIndexOf('.')
  if (dot < 0) return 'Element'
  const types = model.child(typeAt(path.slice(0, dot), model), path.slice(dot + 1).replace('[x]', ''))?.types
  return types?.length === 1 && types[0] !== undefined ? types[0] : 'Element'
}
