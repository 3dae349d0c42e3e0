import { CdaError } from './errors.ts'

/** Encodings that we read, by the names XML declares; the values are the labels of TextDecoder. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  'iso-8859-1': 'iso-8859-1',
  'iso-8859-15': 'iso-8859-15',
  'windows-1252': 'windows-1252',
}

/**
 * Text of an XML document from its bytes: UTF-8 (with or without byte order mark) unless the XML declaration says otherwise.
 * Throws `cda.encoding` for an unsupported encoding, for invalid UTF-8, or when the mark contradicts the declaration.
 */
export function decodeXml(bytes: Uint8Array): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const declared = declaredEncoding(marked ? bytes.subarray(3) : bytes)
  const encoding = ENCODINGS[declared ?? 'utf-8']
  if (encoding === undefined || (marked && encoding !== 'utf-8')) throw new CdaError('cda.encoding')
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new CdaError('cda.encoding')
  }
}

/** Encoding named by the XML declaration, in lower case. The declaration is ASCII in every encoding that we read. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 200))
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start)?.[1]?.toLowerCase()
}
