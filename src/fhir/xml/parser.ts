import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { XmlErrorKey } from './errors.ts'

/** The namespace of FHIR resources. */
export const FHIR_NAMESPACE = 'http://hl7.org/fhir'
/** The namespace of narratives. */
export const XHTML_NAMESPACE = 'http://www.w3.org/1999/xhtml'
/** The namespace that the prefix `xml` is bound to. */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'

/** A start tag with its namespaces resolved. */
export type Tag = SaxesTagNS

/** Finds the namespace of a prefix declared outside the parsed text. */
export type ResolvePrefix = (prefix: string) => string | undefined

/** What a reader of XML events does with them. Comments and processing instructions are no events. */
export interface XmlEvents {
  open(tag: Tag): void
  close(tag: Tag): void
  text(text: string): void
  cdata(text: string): void
  /** The document is refused: never returns. */
  refuse(key: XmlErrorKey): never
}

interface Options {
  xmlns: true
  forceXMLVersion: true
  defaultXMLVersion: '1.0'
  resolvePrefix?: ResolvePrefix
}

/**
 * A namespace-aware XML 1.0 parser that refuses document types and the first thing not well formed.
 * Six handlers and no more: a seventh turns the parser of saxes 6 into a slow object, five times slower (Node 24).
 */
export function xmlParser(events: XmlEvents, resolvePrefix?: ResolvePrefix): SaxesParser<Options> {
  const parser = new SaxesParser<Options>({
    xmlns: true,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
    ...(resolvePrefix === undefined ? {} : { resolvePrefix }),
  })
  parser.on('error', () => events.refuse('xml.syntax'))
  parser.on('doctype', () => events.refuse('xml.doctype'))
  parser.on('opentag', (tag) => events.open(tag))
  parser.on('closetag', (tag) => events.close(tag))
  parser.on('text', (text) => events.text(text))
  parser.on('cdata', (text) => events.cdata(text))
  return parser
}
