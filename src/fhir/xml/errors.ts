/** Stable keys of the errors of the XML reader and writer. */
export type XmlErrorKey =
  | 'xml.encoding' // bytes that are not in the encoding they announce, or one we do not read
  | 'xml.syntax' // not well-formed XML 1.0, an entity other than the five included
  | 'xml.doctype' // a document type declaration
  | 'xml.too-deep' // more nested elements than allowed
  | 'xml.too-many-elements' // more elements than any request needs
  | 'xml.namespace' // an element that is not in the namespace expected there
  | 'xml.unknown-resource' // a root or nested resource that R4 does not define
  | 'xml.unknown-element' // an element or property that the type does not have
  | 'xml.unknown-attribute' // an attribute that the element does not have
  | 'xml.repeated-element' // several where R4 allows one, or one where JSON wants an array
  | 'xml.empty-element' // neither value nor child (ele-1); in JSON an empty object or array, or a null
  | 'xml.invalid-value' // not a value of the primitive type, or a value of another shape
  | 'xml.invalid-character' // a character that XML 1.0 cannot carry
  | 'xml.invalid-xhtml' // a narrative that is not one well-formed XHTML div
  | 'xml.text' // text between elements

/** Where a conversion stopped. */
export interface XmlPlace {
  /** Line and column of the document, from 1; 0 when writing XML. */
  readonly line?: number
  readonly column?: number
  /** FHIRPath of the innermost known element, such as `Patient.name[0]`. */
  readonly path?: string
}

/** A refusal to read or write XML, by stable key and place. It never holds a part of the document. */
export class XmlError extends Error {
  readonly key: XmlErrorKey
  readonly line: number
  readonly column: number
  readonly path: string

  constructor(key: XmlErrorKey, place: XmlPlace = {}) {
    const { line = 0, column = 0, path = '' } = place
    super(
      [key, path === '' ? '' : `in ${path}`, line === 0 ? '' : `at line ${line}, column ${column}`]
        .filter(Boolean)
        .join(' '),
    )
    this.name = 'XmlError'
    this.key = key
    this.line = line
    this.column = column
    this.path = path
  }
}
