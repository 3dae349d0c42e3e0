import type { CodeableConcept, Coding, Identifier, Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes'
import { FhirError } from '../errors.ts'
import type { FhirRequest } from '../exchange.ts'

/** Values that an operation takes; every kind of text (uri, code, string, canonical…) is one. */
interface ParameterTypes {
  text: string
  /** An identifier: `system|value` as text, or in its parts. */
  token: string | Identifier
  boolean: boolean
  integer: number
  coding: Coding
  codeableConcept: CodeableConcept
  resource: Resource
}

/** What a parameter holds, and whether it may come more than once. */
export interface ParameterRule {
  type: keyof ParameterTypes
  repeats?: true
}

/** The parameters of an operation by name. */
export type ParameterRules = Readonly<Record<string, ParameterRule>>

/** The parameters of one call, of the types that their rules say. Asking for what no rule names is a defect of ours. */
export interface Arguments {
  one<T extends keyof ParameterTypes>(type: T, name: string): ParameterTypes[T] | undefined
  all<T extends keyof ParameterTypes>(type: T, name: string): readonly ParameterTypes[T][]
}

/**
 * The parameters of a call: of the URL, and of the Parameters resource of a POST. Parameters of the protocol
 * (`_format`…) are left out. Throws FhirError: `operation.body`, `operation.parameter-unknown`,
 * `operation.parameter-type`, `operation.parameter-repeated`.
 */
export function argumentsOf(request: FhirRequest, rules: ParameterRules, bodyParameter?: string): Arguments {
  const values = new Map<string, unknown[]>()
  const put = (name: string, value: unknown): void => {
    const rule = ruleOf(rules, name)
    const known = values.get(name) ?? []
    known.push(value)
    if (known.length > 1 && rule.repeats !== true) {
      throw new FhirError('operation.parameter-repeated', { detail: { name } })
    }
    values.set(name, known)
  }
  for (const [name, text] of request.query) {
    if (!name.startsWith('_')) put(name, fromText(ruleOf(rules, name), name, text))
  }
  for (const [index, given] of givenIn(request, bodyParameter).entries()) {
    const name = given.name ?? ''
    put(name, fromParameter(ruleOf(rules, name), name, given, index))
  }
  const all: Arguments['all'] = (type, name) => {
    if (rules[name]?.type !== type) throw new Error(`the operation has no parameter ${name} of type ${type}`)
    return (values.get(name) ?? []).filter((value) => isOf(type, value))
  }
  return { all, one: (type, name) => all(type, name)[0] }
}

function givenIn({ body }: FhirRequest, bodyParameter: string | undefined): readonly ParametersParameter[] {
  if (body === undefined) return []
  if (body.kind === 'resource') {
    if (body.resource.resourceType === 'Parameters') return (body.resource satisfies Parameters).parameter ?? []
    if (bodyParameter !== undefined) return [{ name: bodyParameter, resource: body.resource }]
  }
  throw new FhirError('operation.body')
}

function ruleOf(rules: ParameterRules, name: string): ParameterRule {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
  if (rule !== undefined) return rule
  throw new FhirError('operation.parameter-unknown', { detail: { accepted: Object.keys(rules).join(', ') || '-' } })
}

/** A value of the URL: what has parts can only come in a Parameters resource. */
function fromText({ type }: ParameterRule, name: string, text: string): unknown {
  if ((type === 'text' || type === 'token') && text !== '') return text
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'integer' && /^(0|[1-9]\d{0,8})$/.test(text)) return Number(text)
  throw wrongType(name, type)
}

/** The element of a parameter that holds a value of each type (FHIR parameters.html); texts have many names. */
function fromParameter({ type }: ParameterRule, name: string, given: ParametersParameter, index: number): unknown {
  for (const [element, value] of Object.entries(given)) {
    if (ELEMENTS[type].test(element) && isOf(type, value)) return value
  }
  throw wrongType(name, type, `Parameters.parameter[${index}]`)
}

const ELEMENTS: Readonly<Record<keyof ParameterTypes, RegExp>> = {
  text: /^value(Canonical|Code|Date|DateTime|Id|Instant|Markdown|Oid|String|Uri|Url|Uuid)$/,
  token: /^value(Identifier|String|Uri|Url)$/,
  boolean: /^valueBoolean$/,
  integer: /^value(Integer|PositiveInt|UnsignedInt)$/,
  coding: /^valueCoding$/,
  codeableConcept: /^valueCodeableConcept$/,
  resource: /^resource$/,
}

function isOf<T extends keyof ParameterTypes>(type: T, value: unknown): value is ParameterTypes[T] {
  return CHECKS[type](value)
}

const CHECKS: Readonly<Record<keyof ParameterTypes, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  token: (value) =>
    typeof value === 'string' || (isObject(value) && isTextOrAbsent(value.system) && isTextOrAbsent(value.value)),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => typeof value === 'number',
  coding: isCoding,
  codeableConcept: (value) =>
    isObject(value) && (value.coding === undefined || (Array.isArray(value.coding) && value.coding.every(isCoding))),
  resource: (value) => isObject(value) && typeof value.resourceType === 'string',
}

function isCoding(value: unknown): boolean {
  return isObject(value) && ['system', 'version', 'code', 'display'].every((name) => isTextOrAbsent(value[name]))
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrongType(name: string, type: string, expression?: string): FhirError {
  return new FhirError('operation.parameter-type', {
    detail: { name, expected: type },
    ...(expression === undefined ? {} : { expression }),
  })
}
