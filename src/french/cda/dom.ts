import type { Element } from '@xmldom/xmldom'
import type { InstanceIdentifier } from '../oids.ts'
import { CdaError } from './errors.ts'

/** Namespace of CDA R2. */
export const CDA_NAMESPACE = 'urn:hl7-org:v3'

const ELEMENT_NODE = 1

/** A coded value as CDA writes it (data types CE and CD). */
export type CodedValue = {
  readonly code: string
  readonly codeSystem: string
  readonly displayName?: string
  readonly originalText?: string
  /** The same thing in another code system. */
  readonly translations: readonly CodedValue[]
  /** Translations with a qualifier: an aspect of the thing (modality, body site…), not another name of it. */
  readonly aspects: readonly CodedValue[]
}

/** Child elements of that name, in CDA's namespace unless another is given. */
export function children(parent: Element, name: string, namespace: string = CDA_NAMESPACE): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (isElement(node) && node.localName === name && node.namespaceURI === namespace) found.push(node)
  }
  return found
}

/** First child of that name which is known, that is, without nullFlavor. */
export function child(parent: Element, name: string): Element | undefined {
  return children(parent, name).find(isKnown)
}

/** First known element along a path of child names (`a/b/c`), trying every branch. */
export function descend(parent: Element, path: string): Element | undefined {
  const [name, ...rest] = path.split('/')
  if (name === undefined || name === '') return parent
  for (const next of children(parent, name).filter(isKnown)) {
    const found = descend(next, rest.join('/'))
    if (found !== undefined) return found
  }
  return undefined
}

/** First known element along a path, or `cda.missing` naming the path; `at` is the path of the parent. */
export function required(parent: Element, path: string, at: string): Element {
  const found = descend(parent, path)
  if (found === undefined) throw new CdaError('cda.missing', { path: `${at}/${path}` })
  return found
}

/** Value of an attribute without namespace, trimmed; undefined when absent or blank. */
export function attribute(element: Element | undefined, name: string): string | undefined {
  const value = element?.getAttribute(name)?.trim()
  return value === '' ? undefined : value
}

/** Value of an attribute, or `cda.missing` naming it; `at` is the path of the element. */
export function requiredAttribute(element: Element, name: string, at: string): string {
  const value = attribute(element, name)
  if (value === undefined) throw new CdaError('cda.missing', { path: `${at}/@${name}` })
  return value
}

/** Text of an element with white space collapsed; undefined when absent or blank. */
export function textOf(element: Element | undefined): string | undefined {
  const text = element?.textContent?.replace(/\s+/g, ' ').trim()
  return text === '' ? undefined : text
}

/** Texts of the known children of that name. */
export function texts(parent: Element | undefined, name: string): string[] {
  if (parent === undefined) return []
  return children(parent, name)
    .filter(isKnown)
    .flatMap((element) => textOf(element) ?? [])
}

/** The identifiers (II) among the children of that name, those with nullFlavor or without root left out. */
export function identifiers(parent: Element | undefined, name = 'id', namespace?: string): InstanceIdentifier[] {
  if (parent === undefined) return []
  return children(parent, name, namespace).flatMap((element) => instanceIdentifier(element) ?? [])
}

/** The coded value of an element, or undefined when it has no code in a system. */
export function codedValue(element: Element | undefined): CodedValue | undefined {
  const code = attribute(element, 'code')
  const codeSystem = attribute(element, 'codeSystem')
  if (element === undefined || code === undefined || codeSystem === undefined) return undefined
  const displayName = attribute(element, 'displayName')
  const originalText = textOf(child(element, 'originalText'))
  const translations = children(element, 'translation')
  const read = (elements: Element[]) => elements.flatMap((translation) => codedValue(translation) ?? [])
  const qualified = (translation: Element) => children(translation, 'qualifier').length > 0
  return {
    code,
    codeSystem,
    ...(displayName === undefined ? {} : { displayName }),
    ...(originalText === undefined ? {} : { originalText }),
    translations: read(translations.filter((translation) => !qualified(translation))),
    aspects: read(translations.filter(qualified)),
  }
}

/** The coded value at a path, or `cda.missing`. */
export function requiredCode(parent: Element, path: string, at: string): CodedValue {
  const element = required(parent, path, at)
  requiredAttribute(element, 'code', `${at}/${path}`)
  requiredAttribute(element, 'codeSystem', `${at}/${path}`)
  const value = codedValue(element)
  if (value === undefined) throw new CdaError('cda.missing', { path: `${at}/${path}` })
  return value
}

/** Whether an element has no nullFlavor. */
export function isKnown(element: Element): boolean {
  return !element.hasAttribute('nullFlavor')
}

/** Whether a DOM node is an element. */
export function isElement(node: { nodeType: number }): node is Element {
  return node.nodeType === ELEMENT_NODE
}

function instanceIdentifier(element: Element): InstanceIdentifier | undefined {
  const root = attribute(element, 'root')
  if (root === undefined || !isKnown(element)) return undefined
  return { root, extension: attribute(element, 'extension') ?? null }
}
