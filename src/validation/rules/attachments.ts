import { createHash } from 'node:crypto'
import type { ValidationIssue } from '../model.ts'
import { dataOf } from './bundle-entries.ts'
import { found, type Rule } from './model.ts'
import { type Json, textOf } from './read.ts'

const SOURCE = 'reference/documents-fr.md 1.11'

/**
 * Size and hash of an attachment against its bytes: those beside it (`data`), or those of the Binary of the same bundle
 * that its url names. The hash of FHIR is the SHA-1 in base64; the same in hexadecimal, as XDS writes it, is told apart.
 */
export const attachments: Rule = ({ node, at, bundle }, { verifiesContents = true }) => {
  if (!verifiesContents || (node.size === undefined && node.hash === undefined)) return []
  const data = dataOf(node, bundle)
  const bytes = data === undefined ? undefined : decoded(data)
  return bytes === undefined ? [] : [...sizeIssues(node, bytes, at), ...hashIssues(node, bytes, at)]
}

function sizeIssues({ size }: Json, bytes: Uint8Array, at: () => string): ValidationIssue[] {
  if (typeof size !== 'number' || size === bytes.length) return []
  return [found('attachment.size', 'error', `${at()}.size`, SOURCE, { expected: bytes.length })]
}

function hashIssues({ hash }: Json, bytes: Uint8Array, at: () => string): ValidationIssue[] {
  const given = textOf(hash)
  if (given === undefined) return []
  const digest = createHash('sha1').update(bytes).digest()
  if (given.replace(WHITE_SPACE, '') === digest.toString('base64')) return []
  const key = given.toLowerCase() === digest.toString('hex') ? 'attachment.hash-hex' : 'attachment.hash'
  return [found(key, 'error', `${at()}.hash`, SOURCE)]
}

/** The bytes; undefined for what is no base64, which the rules of primitives report. */
function decoded(base64: string): Uint8Array | undefined {
  const dense = base64.replace(WHITE_SPACE, '')
  if (dense.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(dense)) return undefined
  return Buffer.from(dense, 'base64')
}

const WHITE_SPACE = /\s+/g
