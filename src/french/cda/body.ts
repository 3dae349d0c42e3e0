import type { Element } from '@xmldom/xmldom'
import { attribute, CDA_NAMESPACE, type CodedValue, child, codedValue, required, requiredAttribute } from './dom.ts'
import { CdaError } from './errors.ts'

/** Body of level 3: sections and entries. */
export type StructuredBody = {
  readonly kind: 'structured'
  /** Status of the document written in its body (entry GEN-065), when there is one. */
  readonly status?: CodedValue | undefined
}

/** Body of level 1: one file. */
export type UnstructuredBody = {
  readonly kind: 'unstructured'
  /** Media type in lower case. */
  readonly mediaType: string
  /** The decoded file. */
  readonly content: Uint8Array
}

const AT = 'ClinicalDocument/component'

/** Reads the body of a ClinicalDocument. Throws `cda.missing` without body, `cda.invalid` for a base64 that is none. */
export function readBody(clinicalDocument: Element): StructuredBody | UnstructuredBody {
  const component = required(clinicalDocument, 'component', 'ClinicalDocument')
  const unstructured = child(component, 'nonXMLBody')
  if (unstructured !== undefined) return readUnstructured(unstructured)
  const structured = required(component, 'structuredBody', AT)
  return { kind: 'structured', status: documentStatus(structured) }
}

function readUnstructured(body: Element): UnstructuredBody {
  const path = `${AT}/nonXMLBody`
  const text = required(body, 'text', path)
  const mediaType = requiredAttribute(text, 'mediaType', `${path}/text`).toLowerCase()
  const written = text.textContent ?? ''
  // Only plain text may be written as such (representation TXT, the default of CDA).
  const base64 = attribute(text, 'representation') === 'B64' || !mediaType.startsWith('text/')
  const content = base64 ? decodeBase64(written) : new TextEncoder().encode(written)
  if (content === undefined || content.length === 0) throw new CdaError('cda.invalid', { path: `${path}/text` })
  return { kind: 'unstructured', mediaType, content }
}

/** Strict base64: its alphabet, white space aside, and whole groups. */
function decodeBase64(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/g, '')
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined
  return new Uint8Array(Buffer.from(compact, 'base64'))
}

/** Value of the first observation "status of the document" (GEN-065 of TA_ASIP). */
function documentStatus(body: Element): CodedValue | undefined {
  const observations = body.getElementsByTagNameNS(CDA_NAMESPACE, 'observation')
  for (const observation of observations) {
    const code = child(observation, 'code')
    if (attribute(code, 'code') !== 'GEN-065' || attribute(code, 'codeSystem') !== TA_ASIP) continue
    const value = codedValue(child(observation, 'value'))
    if (value !== undefined) return value
  }
  return undefined
}

/** OID of the local codes of the ANS. */
const TA_ASIP = '1.2.250.1.213.1.1.4.322'
