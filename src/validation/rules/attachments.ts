import { createHash } from 'node:crypto'
import { bytesOfData } from '../../dcc/set-aside.ts'
import { PRIMITIVE_FORMATS } from '../primitive-formats.ts'
import { dataOf, resourceAt } from './bundle-entries.ts'
import { found, type Rule, type RuleContext, type Visit } from './model.ts'
import { textOf } from './read.ts'

const SOURCE = 'reference/documents-fr.md 1.11'

/** The size of an attachment, in bytes of the document itself. */
export const attachmentSize: Rule = {
  members: ['size'],
  looksAt: (size) => typeof size === 'number',
  check: (visit, context) => {
    const bytes = bytesOf(visit, context)
    if (bytes === undefined || bytes.length === visit.node.size) return []
    return [found('attachment.size', 'error', `${visit.at()}.size`, SOURCE, { expected: bytes.length })]
  },
}

/** The hash of an attachment: the SHA-1 in base64. The same in hexadecimal, as XDS writes it, is told apart. */
export const attachmentHash: Rule = {
  members: ['hash'],
  looksAt: (hash) => typeof hash === 'string',
  check: (visit, context) => {
    const bytes = bytesOf(visit, context)
    if (bytes === undefined) return []
    const hash = textOf(visit.node.hash) ?? ''
    const digest = createHash('sha1').update(bytes).digest()
    if (hash.replace(WHITE_SPACE, '') === digest.toString('base64')) return []
    const key = hash.toLowerCase() === digest.toString('hex') ? 'attachment.hash-hex' : 'attachment.hash'
    return [found(key, 'error', `${visit.at()}.hash`, SOURCE)]
  },
}

/** The media type of an attachment: that of the Binary of the same bundle that its url names, parameters aside. */
export const attachmentType: Rule = {
  members: ['contentType'],
  looksAt: (contentType, { url }) => typeof contentType === 'string' && typeof url === 'string',
  check: ({ node, bundle, at }) => {
    const binary = resourceAt(bundle, textOf(node.url))
    const actual = binary?.resourceType === 'Binary' ? textOf(binary.contentType) : undefined
    if (actual === undefined || essenceOf(actual) === essenceOf(textOf(node.contentType) ?? '')) return []
    return [found('attachment.content-type', 'error', `${at()}.contentType`, 'reference/ihe.md 2.4')]
  },
}

/** `text/plain` of `Text/Plain; charset=utf-8`. */
function essenceOf(mediaType: string): string {
  return mediaType.replace(/;.*$/s, '').trim().toLowerCase()
}

/** The bytes beside an attachment (`data`), or those of the Binary of the same bundle that its url names. */
function bytesOf({ node, bundle }: Visit, { verifiesContents = true }: RuleContext): Uint8Array | undefined {
  const data = verifiesContents ? dataOf(node, bundle) : undefined
  if (data === undefined) return undefined
  const known = DECODED.get(node)
  if (known !== undefined) return known
  // What is no base64 is left to the rules of primitives.
  if (PRIMITIVE_FORMATS.base64Binary?.(data) !== true) return undefined
  const bytes = bytesOfData(data)
  DECODED.set(node, bytes)
  return bytes
}

/** The size and the hash of an attachment are held to the same bytes. */
const DECODED = new WeakMap<object, Uint8Array>()

const WHITE_SPACE = /\s+/g
