import type { Resource } from '@medplum/fhirtypes'
import { PRIMITIVE_FORMATS } from '../validation/primitive-formats.ts'
import { FhirError } from './errors.ts'
import { REQUIRED_CODES } from './required-codes.ts'
import { isNarrative } from './xml/narrative.ts'
import { type ElementFacts, resourceFacts, type TypeFacts, typeFacts } from './xml/table.ts'

type JsonObject = Record<string, unknown>

/**
 * Checks that parsed JSON has the structure of an R4 resource (validation.md sections 1 and 2: known resource type and
 * properties, arrays where R4 repeats, JSON types and formats of primitives, no null, no empty value), so that what is
 * stored can be answered in JSON and XML alike and later code may rely on its type.
 */
export function checkedResource(json: unknown): Resource {
  if (!isObject(json) || typeof json.resourceType !== 'string' || resourceFacts(json.resourceType) === undefined) {
    throw new FhirError('structure.not-a-resource')
  }
  checkResource(json, json.resourceType)
  // The walk has checked every property against the R4 table: this is the boundary where JSON becomes typed.
  return json as unknown as Resource
}

function checkResource(json: JsonObject, path: string): void {
  const type = json.resourceType
  const facts = typeof type === 'string' ? resourceFacts(type) : undefined
  if (facts === undefined) throw new FhirError('structure.not-a-resource', { expression: path })
  if (json.id !== undefined && (typeof json.id !== 'string' || !/^[A-Za-z0-9\-.]{1,64}$/.test(json.id))) {
    throw refused('structure.value', `${path}.id`, 'id')
  }
  checkProperties(json, facts, path)
}

/** An element has a value or a child, and its id is neither (R4 element.html, ele-1). */
function checkComplex(value: unknown, type: string, path: string): void {
  if (!isObject(value)) throw misshapen(path, 'object')
  if (!hasContent(value)) throw misshapen(path, 'content')
  checkProperties(value, elementFacts(type), path)
}

function hasContent(value: JsonObject): boolean {
  for (const name in value) if (name !== 'id') return true
  return false
}

function checkProperties(json: JsonObject, facts: TypeFacts, path: string): void {
  checkCodes(json, facts.name, path)
  for (const key in json) {
    const element = facts.elements.get(key)
    if (element !== undefined) checkElement(json, key, element, path)
    else if (key !== 'resourceType' || json.resourceType !== facts.name) checkPartner(json, key, facts, path)
  }
}

function checkCodes(json: JsonObject, type: string, path: string): void {
  const required = REQUIRED.get(type)
  if (required === undefined) return
  for (const [key, accepted] of required) {
    const code = json[key]
    if (typeof code === 'string' && !accepted.includes(code)) {
      throw new FhirError('structure.code', { expression: `${path}.${key}`, detail: { accepted: accepted.join(', ') } })
    }
  }
}

const REQUIRED = new Map(Object.entries(REQUIRED_CODES).map(([type, codes]) => [type, Object.entries(codes)]))

/** `_name` carries ids and extensions of the primitive `name` (FHIR json.html#primitive). */
function checkPartner(json: JsonObject, key: string, facts: TypeFacts, path: string): void {
  const element = key.startsWith('_') ? facts.elements.get(key.slice(1)) : undefined
  if (element?.kind !== 'primitive' || element.attribute) {
    throw new FhirError('structure.unknown-element', { expression: path, detail: { element: printable(key) } })
  }
  const value = json[key]
  const values = json[element.name]
  const at = `${path}.${element.name}`
  if (!element.repeats) {
    checkExtension(value, values !== undefined, at)
    return
  }
  if (!Array.isArray(value) || value.length === 0) throw misshapen(at, 'array')
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index]
    const hasValue = Array.isArray(values) && values[index] !== undefined && values[index] !== null
    // A null says that the value at the same place has neither id nor extension: there has to be one.
    if (item !== null || !hasValue) checkExtension(item, hasValue, `${at}[${index}]`)
  }
}

/** The id and extensions of a primitive; an id alone needs a value beside it. */
function checkExtension(value: unknown, hasValue: boolean, path: string): void {
  if (!hasValue) {
    checkComplex(value, 'Element', path)
    return
  }
  if (!isObject(value)) throw misshapen(path, 'object')
  if (Object.keys(value).length === 0) throw misshapen(path, 'content')
  checkProperties(value, elementFacts('Element'), path)
}

function checkElement(json: JsonObject, key: string, element: ElementFacts, path: string): void {
  const value = json[key]
  if (!element.repeats) {
    // Most elements are right primitives: no place is put together for them.
    if (!isRightPrimitive(value, element)) checkValue(value, element, `${path}.${key}`)
    return
  }
  if (!Array.isArray(value) || value.length === 0) throw misshapen(`${path}.${key}`, 'array')
  const partners = json[`_${key}`]
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index]
    const partnered =
      item === null && element.kind === 'primitive' && Array.isArray(partners) && isObject(partners[index])
    if (!partnered && !isRightPrimitive(item, element)) checkValue(item, element, `${path}.${key}[${index}]`)
  }
}

function isRightPrimitive(value: unknown, { kind, type }: ElementFacts): boolean {
  return kind === 'primitive' && PRIMITIVE_FORMATS[type]?.(value) !== false
}

function checkValue(value: unknown, element: ElementFacts, path: string): void {
  switch (element.kind) {
    case 'primitive': {
      const format = PRIMITIVE_FORMATS[element.type]
      if (format !== undefined && !format(value)) throw refused('structure.value', path, element.type)
      return
    }
    case 'xhtml':
      if (typeof value !== 'string' || !isNarrative(value)) throw refused('structure.value', path, 'xhtml')
      return
    case 'resource':
      if (!isObject(value)) throw misshapen(path, 'resource')
      checkResource(value, path)
      return
    case 'complex':
      checkComplex(value, element.type, path)
  }
}

function elementFacts(type: string): TypeFacts {
  const facts = typeFacts(type)
  if (facts === undefined) throw new Error(`the R4 table lacks ${type}`)
  return facts
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a shape is called in the texts of `structure.wrong-shape`. */
const SHAPES = {
  array: { fr: 'un tableau non vide', en: 'a non-empty array' },
  object: { fr: 'un objet', en: 'an object' },
  resource: { fr: 'une ressource', en: 'a resource' },
  content: { fr: 'une valeur ou un élément', en: 'a value or an element' },
} as const

function misshapen(expression: string, shape: keyof typeof SHAPES): FhirError {
  const { fr, en } = SHAPES[shape]
  return new FhirError('structure.wrong-shape', { expression, detail: { expectedFr: fr, expected: en } })
}

function refused(key: string, expression: string, expected: string): FhirError {
  return new FhirError(key, { expression, detail: { expected } })
}

/** A property name as it may be shown: a name that is none of FHIR's could carry anything. */
function printable(name: string): string {
  return /^_?[A-Za-z]{1,40}$/.test(name) ? name : '?'
}
