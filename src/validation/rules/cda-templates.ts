import { headOfData } from '../../dcc/set-aside.ts'
import { dataOf } from './bundle-entries.ts'
import type { Json } from './read.ts'

/** How much of a document is read: its header begins in the first of it. Base64 characters, a multiple of 4. */
const HEAD_LENGTH = 32_768

/**
 * Roots of the templateIds that the header of a CDA document declares, from the first kilobytes of the bytes beside an
 * attachment or of the Binary that it names in its bundle. None when there are no bytes, or no such header in them:
 * import and publication read the whole document, this rule only compares what both ends declare.
 */
export function cdaTemplates(attachment: Json, bundle: Json | undefined): string[] {
  const data = dataOf(attachment, bundle)
  if (data === undefined) return []
  const head = headOfData(data, HEAD_LENGTH)
  const start = head.indexOf('ClinicalDocument')
  const end = start < 0 ? -1 : head.indexOf('recordTarget')
  if (end < start || start < 0) return []
  const header = withoutComments(head.toString('latin1', start, end))
  return [...header.matchAll(/<(?:[\w-]{1,40}:)?templateId\s[^<>]{0,300}?root\s*=\s*["']([\d.]{1,128})["']/g)].flatMap(
    ([, root]) => root ?? [],
  )
}

function withoutComments(xml: string): string {
  const [first = '', ...rest] = xml.split('<!--')
  return first + rest.map((piece) => piece.slice(piece.indexOf('-->') + 1)).join('')
}
