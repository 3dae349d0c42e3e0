import { createHash } from 'node:crypto'
import { dataOf } from './bundle-entries.ts'
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

/** The bytes beside an attachment (`data`), or those of the Binary of the same bundle that its url names. */
function bytesOf({ node, bundle }: Visit, { verifiesContents = true }: RuleContext): Uint8Array | undefined {
  const data = verifiesContents ? dataOf(node, bundle) : undefined
  return data === undefined ? undefined : decoded(data)
}

/** The bytes; undefined for what is no base64, which the rules of primitives report. */
function decoded(base64: string): Uint8Array | undefined {
  const dense = base64.replace(WHITE_SPACE, '')
  if (dense.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(dense)) return undefined
  return Buffer.from(dense, 'base64')
}

const WHITE_SPACE = /\s+/g
