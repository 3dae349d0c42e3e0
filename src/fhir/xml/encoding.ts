import { positionAt } from '../json/locate.ts'
import { firstInvalidUtf8 } from '../json/utf8.ts'
import { XmlError } from './errors.ts'

/**
 * The text of an XML document: UTF-8 by default, UTF-16 with its byte order mark, or the declared
 * ISO-8859-1, ISO-8859-15 or windows-1252 (XML 1.0 section 4.3.3).
 *
 * @throws {XmlError} `xml.encoding` for another encoding, contradictory announcements or malformed bytes.
 */
export function decodeXml(bytes: Uint8Array): string {
  const marked = marks.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte))
  const content = marked === undefined ? bytes : bytes.subarray(marked.mark.length)
  if (marked !== undefined && marked.encoding !== 'utf-8') {
    const text = decode(content, marked.encoding)
    const declared = declaration.exec(text.slice(0, DECLARATION_LENGTH))?.[1]?.toLowerCase()
    if (declared !== undefined && declared !== 'utf-16' && declared !== marked.encoding) throw unreadable()
    return text
  }
  const declared = declaration.exec(latin1(content.subarray(0, DECLARATION_LENGTH)))?.[1]?.toLowerCase() ?? 'utf-8'
  const encoding = encodings.get(declared)
  if (encoding === undefined || (marked !== undefined && encoding !== 'utf-8')) throw unreadable()
  return decode(content, encoding)
}

const marks = [
  { mark: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
]

const encodings = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['ascii', 'utf-8'],
  ['iso-8859-1', 'latin1'],
  ['latin1', 'latin1'],
  ['iso-8859-15', 'iso-8859-15'],
  ['windows-1252', 'windows-1252'],
])

const declaration = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/
const DECLARATION_LENGTH = 200

function decode(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'latin1') return latin1(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw encoding === 'utf-8' ? malformedUtf8(bytes) : unreadable()
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

const unreadable = (): XmlError => new XmlError('xml.encoding', { line: 1, column: 1 })

function malformedUtf8(bytes: Uint8Array): XmlError {
  const before = new TextDecoder().decode(bytes.subarray(0, firstInvalidUtf8(bytes) ?? 0))
  return new XmlError('xml.encoding', positionAt(before, before.length))
}
