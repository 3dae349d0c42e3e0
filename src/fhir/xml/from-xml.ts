import type { JsonObject, JsonValue } from '../json/value.ts'
import { decodeXml } from './encoding.ts'
import { XmlError, type XmlErrorKey } from './errors.ts'
import { FHIR_NAMESPACE, type Tag, XHTML_NAMESPACE, type XmlEvents, xmlParser } from './parser.ts'
import { primitiveFromText } from './primitive.ts'
import { type ElementFacts, resourceFacts, type TypeFacts, typeFacts } from './table.ts'
import { standaloneDiv } from './xhtml.ts'

/** What an XML body may cost. */
export interface XmlLimits {
  /** The most elements inside one another, those of the narrative included; the root counts as 1. */
  readonly maxDepth: number
}

/**
 * Reads an untrusted FHIR R4 XML body (hl7.org/fhir/R4/xml.html) as the JSON of the same resource.
 *
 * Strict on names, namespaces, repetition and primitive values; lenient on the order of elements; comments and
 * processing instructions are dropped. Cardinalities, bindings and invariants are left to the validator.
 * Decimals become doubles. Property names come from the R4 definitions only, so the object is safe whatever the body.
 *
 * @throws {XmlError} and nothing else, whatever the bytes.
 */
export function fromXml(bytes: Uint8Array, limits: XmlLimits): JsonObject {
  return new Reader(decodeXml(bytes), limits.maxDepth).read()
}

/** The most elements of a body: a Bundle of 1000 large resources has fewer. */
const MOST_ELEMENTS = 500_000

/** An open element. */
interface Frame {
  /** What it is in its parent; undefined for a resource itself. */
  readonly element: ElementFacts | undefined
  /** What it may contain; undefined for an element that holds one resource (`contained`, `Bundle.entry.resource`). */
  readonly facts: TypeFacts | undefined
  /** Its JSON object; for a primitive, the partner with `id` and `extension`. */
  readonly target: JsonObject
  /** The `value` of a primitive. */
  value: JsonValue | undefined
  /** The resource that it holds. */
  resource: JsonObject | undefined
}

class Reader implements XmlEvents {
  private readonly parser: ReturnType<typeof xmlParser>
  private readonly source: string
  private readonly maxDepth: number
  private readonly frames: Frame[] = []
  private depth = 0
  private elements = 0
  private root: JsonObject | undefined
  /** While inside a narrative: where its `<div` begins, how deep it stands and what it is in its parent. */
  private div: { start: number; depth: number; element: ElementFacts } | undefined

  constructor(source: string, maxDepth: number) {
    this.source = source
    this.maxDepth = maxDepth
    this.parser = xmlParser(this)
  }

  read(): JsonObject {
    this.parser.write(this.source).close()
    return this.root ?? this.refuse('xml.syntax')
  }

  open(tag: Tag): void {
    if (++this.depth > this.maxDepth) this.refuse('xml.too-deep')
    if (++this.elements > MOST_ELEMENTS) this.refuse('xml.too-many-elements')
    if (this.div !== undefined) return
    const parent = this.frames.at(-1)
    if (parent?.facts !== undefined) this.openElement(tag, parent.target, parent.facts)
    else this.openResource(tag, parent)
  }

  close(): void {
    const depth = this.depth--
    if (this.div === undefined) this.closeFrame()
    else if (this.div.depth === depth) this.closeDiv(this.div.start, this.div.element)
  }

  text(text: string): void {
    if (this.div === undefined && /[^ \t\r\n]/.test(text)) this.refuse('xml.text')
  }

  cdata(text: string): void {
    this.text(text)
  }

  refuse(key: XmlErrorKey): never {
    throw this.error(key)
  }

  private error(key: XmlErrorKey): XmlError {
    return new XmlError(key, { line: this.parser.line, column: this.parser.columnIndex + 1, path: this.path() })
  }

  /** The root, or the resource that a holder holds. */
  private openResource(tag: Tag, holder: Frame | undefined): void {
    if (tag.uri !== FHIR_NAMESPACE) this.refuse('xml.namespace')
    if (holder?.resource !== undefined) this.refuse('xml.repeated-element')
    const facts = resourceFacts(tag.local)
    if (facts === undefined) throw this.error('xml.unknown-resource')
    const target: JsonObject = { resourceType: facts.name }
    this.attributes(tag, facts, target, holder === undefined)
    this.frames.push({ element: undefined, facts, target, value: undefined, resource: undefined })
  }

  private openElement(tag: Tag, parent: JsonObject, siblings: TypeFacts): void {
    const element = siblings.elements.get(tag.local)
    if (tag.uri !== (element?.kind === 'xhtml' ? XHTML_NAMESPACE : FHIR_NAMESPACE)) this.refuse('xml.namespace')
    if (element === undefined || element.attribute) throw this.error('xml.unknown-element')
    if (!element.repeats && isPresent(parent, element)) this.refuse('xml.repeated-element')
    if (element.kind === 'xhtml') {
      const start = this.source.lastIndexOf('<', this.parser.position - 1)
      this.div = { start, depth: this.depth, element }
      return
    }
    const facts =
      element.kind === 'resource' ? undefined : typeFacts(element.kind === 'primitive' ? 'Element' : element.type)
    const frame: Frame = { element, facts, target: {}, value: undefined, resource: undefined }
    this.frames.push(frame)
    const value = this.attributes(tag, facts, frame.target, false, element.kind === 'primitive')
    if (value === undefined) return
    frame.value = primitiveFromText(element.type, value)
    if (frame.value === undefined) this.refuse('xml.invalid-value')
  }

  /** Puts the attributes that the type has into `target`; returns the `value` of a primitive. */
  private attributes(
    tag: Tag,
    facts: TypeFacts | undefined,
    target: JsonObject,
    isRoot: boolean,
    isPrimitive = false,
  ): string | undefined {
    let value: string | undefined
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name]
      if (attribute === undefined || name === 'xmlns' || attribute.prefix === 'xmlns') continue
      if (isRoot && attribute.uri === SCHEMA_INSTANCE && attribute.local === 'schemaLocation') continue
      if (attribute.uri !== '') this.refuse('xml.unknown-attribute')
      if (isPrimitive && name === 'value') value = attribute.value
      else if (facts?.elements.get(name)?.attribute !== true) this.refuse('xml.unknown-attribute')
      else if (attribute.value === '') this.refuse('xml.invalid-value')
      else target[name] = attribute.value
    }
    return value
  }

  private closeFrame(): void {
    const { element, target, value, resource } = this.frames.at(-1) ?? this.refuse('xml.syntax')
    const parent = this.frames.at(-2)
    if (element?.kind === 'primitive') {
      const isEmpty = value === undefined && target.extension === undefined
      if (isEmpty) this.refuse('xml.empty-element')
    } else if (element?.kind === 'resource' ? resource === undefined : isIdOnly(target)) {
      this.refuse('xml.empty-element')
    }
    this.frames.pop()
    if (parent === undefined) this.root = target
    else if (element === undefined) parent.resource = target
    else if (element.kind === 'primitive') putPrimitive(parent.target, element, value, target)
    else put(parent.target, element, resource ?? target)
  }

  private closeDiv(start: number, element: ElementFacts): void {
    const end = this.parser.position
    this.div = undefined
    const parent = this.frames.at(-1) ?? this.refuse('xml.syntax')
    try {
      put(
        parent.target,
        element,
        standaloneDiv(this.source.slice(start, end), (prefix) => this.parser.resolve(prefix)),
      )
    } catch (error) {
      if (error instanceof XmlError) this.refuse('xml.invalid-xhtml')
      throw error
    }
  }

  /** FHIRPath of the innermost open element, with the index it is about to have. */
  private path(): string {
    return this.frames
      .map(({ element, target }, i) => {
        if (element === undefined) return i === 0 ? target.resourceType : ''
        const parent = this.frames[i - 1]?.target ?? {}
        return element.repeats ? `.${element.name}[${countOf(parent, element)}]` : `.${element.name}`
      })
      .join('')
  }
}

const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance'

/** ele-1: an element has a value or children, an id alone is nothing. A resource always has its type. */
function isIdOnly(target: JsonObject): boolean {
  for (const name in target) if (name !== 'id') return false
  return true
}

function isPresent(parent: JsonObject, element: ElementFacts): boolean {
  return Object.hasOwn(parent, element.name) || (element.kind === 'primitive' && Object.hasOwn(parent, element.partner))
}

/** How many of a repeating element its parent already has. */
function countOf(parent: JsonObject, element: ElementFacts): number {
  return Math.max(lengthOf(parent[element.name]), lengthOf(parent[element.partner]))
}

const lengthOf = (value: JsonValue | undefined): number => (Array.isArray(value) ? value.length : 0)

function put(parent: JsonObject, element: ElementFacts, value: JsonValue): void {
  const before = parent[element.name]
  if (!element.repeats) parent[element.name] = value
  else if (Array.isArray(before)) before.push(value)
  else parent[element.name] = [value]
}

/** Puts a primitive into `x` and its id and extensions into `_x`; in arrays a null holds the place of what is absent. */
function putPrimitive(
  parent: JsonObject,
  element: ElementFacts,
  value: JsonValue | undefined,
  extra: JsonObject,
): void {
  const hasExtra = Object.keys(extra).length > 0
  if (!element.repeats) {
    if (value !== undefined) parent[element.name] = value
    if (hasExtra) parent[element.partner] = extra
    return
  }
  const index = countOf(parent, element)
  place(parent, element.name, index, value)
  place(parent, element.partner, index, hasExtra ? extra : undefined)
}

function place(parent: JsonObject, name: string, index: number, value: JsonValue | undefined): void {
  const before = parent[name]
  if (Array.isArray(before)) before.push(value ?? null)
  else if (value !== undefined) parent[name] = [...Array<null>(index).fill(null), value]
}
