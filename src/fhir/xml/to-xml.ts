import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts'
import { XmlError, type XmlErrorKey } from './errors.ts'
import { escapeXml } from './escape.ts'
import { FHIR_NAMESPACE } from './parser.ts'
import { primitiveToText } from './primitive.ts'
import { type ElementFacts, resourceFacts, type TypeFacts, typeFacts } from './table.ts'
import { standaloneDiv } from './xhtml.ts'

/**
 * Writes a FHIR R4 resource as XML (hl7.org/fhir/R4/xml.html), in UTF-8 with its declaration.
 * Elements come in the order of their definition, whatever the order of the properties; numbers as JavaScript writes them.
 *
 * Nothing is lost in silence: what R4 does not define, or what XML cannot say, is refused.
 *
 * @param options.pretty one element a line, two spaces a level; the narrative is left as it is.
 * @throws {XmlError} with the path of the element, and no line.
 */
export function toXml(resource: JsonObject, options: { pretty?: boolean } = {}): string {
  return new Writer(options.pretty === true).document(resource)
}

/** More than any FHIR resource needs; keeps a cyclic or hostile object from exhausting the stack. */
const MAX_DEPTH = 500

class Writer {
  private out = '<?xml version="1.0" encoding="UTF-8"?>'
  private readonly pretty: boolean
  /** Names and indices from the root to the element being written. */
  private readonly path: (string | number)[] = []
  private depth = 0

  constructor(pretty: boolean) {
    this.pretty = pretty
  }

  document(resource: JsonObject): string {
    if (this.pretty) this.out += '\n'
    this.resource(resource, ` xmlns="${FHIR_NAMESPACE}"`)
    return this.out
  }

  private resource(value: JsonValue, namespace = ''): void {
    if (!isJsonObject(value) || typeof value.resourceType !== 'string') throw this.error('xml.unknown-resource')
    const facts = resourceFacts(value.resourceType)
    if (facts === undefined) throw this.error('xml.unknown-resource')
    if (this.path.length === 0) this.path.push(value.resourceType)
    this.container(value.resourceType, facts, value, namespace, '')
  }

  /** An element whose attributes and children are the properties of `value`; others stand before and after those. */
  private container(name: string, facts: TypeFacts, value: JsonObject, before: string, after: string): void {
    const present = this.presentElements(facts, value)
    this.out += `<${name}${before}`
    let children = 0
    for (const element of present) {
      if (element.attribute) this.attribute(element, value)
      else children++
    }
    this.out += after
    if (children === 0) {
      this.out += '/>'
      return
    }
    this.out += '>'
    if (++this.depth > MAX_DEPTH) throw this.error('xml.too-deep')
    for (const element of present) if (!element.attribute) this.element(element, value)
    this.depth--
    this.newLine()
    this.out += `</${name}>`
  }

  /** The elements that an object has, in the order of their definition. `x` and `_x` are one element. */
  private presentElements(facts: TypeFacts, value: JsonObject): ElementFacts[] {
    const present: ElementFacts[] = []
    let last = -1
    let sorted = true
    for (const property of Object.keys(value)) {
      let element = facts.elements.get(property)
      if (element === undefined) {
        if (property === 'resourceType' && resourceFacts(facts.name) !== undefined) continue
        element = property.startsWith('_') ? facts.elements.get(property.slice(1)) : undefined
        if (element?.kind !== 'primitive' || element.attribute) throw this.error('xml.unknown-element')
        if (Object.hasOwn(value, element.name)) continue
      }
      if (element.order < last) sorted = false
      last = element.order
      present.push(element)
    }
    if (!sorted) present.sort((a, b) => a.order - b.order)
    return present
  }

  private attribute(element: ElementFacts, parent: JsonObject): void {
    const value = parent[element.name]
    if (typeof value !== 'string' || value === '') throw this.error('xml.invalid-value', element)
    this.out += ` ${element.name}="${this.escaped(value, element)}"`
  }

  private element(element: ElementFacts, parent: JsonObject): void {
    const value = parent[element.name]
    if (element.kind === 'primitive') {
      this.primitives(element, value, parent[element.partner])
    } else if (!element.repeats) {
      this.path.push(element.name)
      this.single(element, value)
      this.path.pop()
    } else {
      for (const [index, item] of this.items(element, value).entries()) {
        this.path.push(element.name, index)
        this.single(element, item)
        this.path.length -= 2
      }
    }
  }

  /** One element that is not a primitive. */
  private single(element: ElementFacts, value: JsonValue | undefined): void {
    this.newLine()
    if (element.kind === 'xhtml') {
      if (typeof value !== 'string') throw this.error('xml.invalid-xhtml')
      this.out += this.narrative(value)
      return
    }
    if (!isJsonObject(value)) throw this.error(value === null ? 'xml.empty-element' : 'xml.invalid-value')
    if (element.kind === 'resource') {
      this.out += `<${element.name}>`
      if (++this.depth > MAX_DEPTH) throw this.error('xml.too-deep')
      this.newLine()
      this.resource(value)
      this.depth--
      this.newLine()
      this.out += `</${element.name}>`
      return
    }
    const facts = typeFacts(element.type)
    if (facts === undefined) throw this.error('xml.unknown-element')
    if (Object.keys(value).length === 0) throw this.error('xml.empty-element')
    this.container(element.name, facts, value, '', '')
  }

  /** One or several primitives, from `x` (values) and `_x` (ids and extensions), paired by index when they repeat. */
  private primitives(element: ElementFacts, value: JsonValue | undefined, extra: JsonValue | undefined): void {
    if (!element.repeats) {
      this.primitive(element, value, extra)
      return
    }
    const values = value === undefined ? [] : this.items(element, value)
    const extras = extra === undefined ? [] : this.items(element, extra)
    for (let i = 0; i < Math.max(values.length, extras.length); i++) {
      this.primitive(element, values[i] ?? undefined, extras[i] ?? undefined, i)
    }
  }

  private primitive(
    element: ElementFacts,
    value: JsonValue | undefined,
    extra: JsonValue | undefined,
    index?: number,
  ): void {
    if (value === undefined && extra === undefined) throw this.error('xml.empty-element', element, index)
    let attribute = ''
    if (value !== undefined) {
      const text = primitiveToText(element.type, value)
      if (text === undefined) throw this.error('xml.invalid-value', element, index)
      attribute = ` value="${this.escaped(text, element)}"`
    }
    this.newLine()
    if (extra === undefined) {
      this.out += `<${element.name}${attribute}/>`
      return
    }
    const facts = typeFacts('Element')
    if (!isJsonObject(extra) || facts === undefined) throw this.error('xml.invalid-value', element, index)
    if (Object.keys(extra).length === 0) throw this.error('xml.empty-element', element, index)
    this.path.push(element.name)
    if (index !== undefined) this.path.push(index)
    this.container(element.name, facts, extra, '', attribute)
    this.path.length -= index === undefined ? 1 : 2
  }

  private items(element: ElementFacts, value: JsonValue | undefined): JsonValue[] {
    if (!Array.isArray(value)) throw this.error('xml.repeated-element', element)
    if (value.length === 0) throw this.error('xml.empty-element', element)
    return value
  }

  private narrative(div: string): string {
    try {
      return standaloneDiv(div)
    } catch (error) {
      throw error instanceof XmlError ? this.error('xml.invalid-xhtml') : error
    }
  }

  private escaped(text: string, element: ElementFacts): string {
    const escaped = escapeXml(text)
    if (escaped === undefined) throw this.error('xml.invalid-character', element)
    return escaped
  }

  private newLine(): void {
    if (this.pretty) this.out += `\n${'  '.repeat(this.depth)}`
  }

  private error(key: XmlErrorKey, element?: ElementFacts, index?: number): XmlError {
    const steps = [...this.path]
    if (element !== undefined) steps.push(element.name)
    if (index !== undefined) steps.push(index)
    const path = steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
    return new XmlError(key, { path })
  }
}
