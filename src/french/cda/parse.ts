import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'
import { SaxesParser } from 'saxes'
import { CDA_NAMESPACE, children } from './dom.ts'
import { decodeXml } from './encoding.ts'
import { CdaError, isCdaError } from './errors.ts'

/** Bounds of a document. */
export type CdaLimits = { readonly maxBytes: number; readonly maxDepth: number; readonly maxElements?: number }

/**
 * Bounds used by default, far above any real document: a report with images is a few megabytes, 20 levels deep, with
 * some thousand elements. Each element costs memory that bytes alone do not show.
 */
export const CDA_LIMITS = {
  maxBytes: 256 * 1024 * 1024,
  maxDepth: 100,
  maxElements: 500_000,
} as const satisfies CdaLimits

/** A parsed document. */
export type ParsedCda = {
  /** The ClinicalDocument element. */
  readonly clinicalDocument: Element
  /** Whether the file is a style sheet that holds the document and shows it ("auto-présentable"). */
  readonly selfPresenting: boolean
}

const XSL_NAMESPACE = 'http://www.w3.org/1999/XSL/Transform'
const CI_SIS_NAMESPACE = 'urn:asip-sante:ci-sis'

/**
 * The DOM of a CDA document from its bytes. DTDs and entities are refused before anything is built, size and depth are bounded.
 * Throws CdaError `cda.too-large`, `cda.encoding`, `cda.doctype`, `cda.not-xml`, `cda.too-deep` or `cda.not-cda`.
 * Source: reference/documents-fr.md 5.4.
 */
export function parseCda(bytes: Uint8Array, limits: CdaLimits = CDA_LIMITS): ParsedCda {
  if (bytes.length > limits.maxBytes) throw new CdaError('cda.too-large')
  const text = decodeXml(bytes)
  verifyXml(text, limits)
  const root = build(text)
  if (isNamed(root, 'ClinicalDocument', CDA_NAMESPACE)) return { clinicalDocument: root, selfPresenting: false }
  const embedded = isNamed(root, 'stylesheet', XSL_NAMESPACE) ? embeddedDocument(root) : undefined
  if (embedded === undefined) throw new CdaError('cda.not-cda')
  return { clinicalDocument: embedded, selfPresenting: true }
}

/** One strict pass without building anything: well-formed, namespaces bound, no DOCTYPE, bounded depth. */
function verifyXml(text: string, limits: CdaLimits): void {
  const parser = new SaxesParser({ xmlns: true })
  const maxElements = limits.maxElements ?? CDA_LIMITS.maxElements
  let depth = 0
  let elements = 0
  parser.on('doctype', () => {
    throw new CdaError('cda.doctype')
  })
  parser.on('opentagstart', () => {
    depth += 1
    elements += 1
    if (elements > maxElements) throw new CdaError('cda.too-large')
    if (depth > limits.maxDepth) throw new CdaError('cda.too-deep', { line: parser.line, column: parser.column })
  })
  parser.on('closetag', () => {
    depth -= 1
  })
  try {
    parser.write(text).close()
  } catch (error) {
    if (isCdaError(error)) throw error
    // The parser's own message may quote the document: only the place is kept.
    throw new CdaError('cda.not-xml', { line: parser.line, column: parser.column })
  }
}

function build(text: string): Element {
  try {
    const root = new DOMParser({ locator: false, onError: onErrorStopParsing }).parseFromString(
      text,
      'text/xml',
    ).documentElement
    if (root !== null) return root
  } catch {
    throw new CdaError('cda.not-xml')
  }
  throw new CdaError('cda.not-xml')
}

function embeddedDocument(stylesheet: Element): Element | undefined {
  const content = children(stylesheet, 'Contenu', CI_SIS_NAMESPACE)[0]
  return content === undefined ? undefined : children(content, 'ClinicalDocument')[0]
}

function isNamed(element: Element, localName: string, namespace: string): boolean {
  return element.localName === localName && element.namespaceURI === namespace
}
