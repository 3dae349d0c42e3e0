import { isPassiveAttribute } from '../../validation/passive-xhtml.ts'
import { XmlError } from './errors.ts'
import type { Tag } from './parser.ts'
import { standaloneDiv } from './xhtml.ts'

/**
 * Whether a text is a narrative that may be stored: one well-formed div of XHTML, which can be written as XML, and in
 * which nothing acts. R4 narrative.html (txt-1) admits formatting, links and images only; a narrative is shown as it is
 * by whoever reads it, hence no script, form, frame, event handler or address that runs something.
 */
export function isNarrative(text: string): boolean {
  try {
    standaloneDiv(text, undefined, isPassive)
    return true
  } catch (error) {
    if (error instanceof XmlError) return false
    throw error
  }
}

function isPassive(tag: Tag): boolean {
  if (!ELEMENTS.has(tag.local)) return false
  for (const name in tag.attributes) {
    const { local = '', value = '' } = tag.attributes[name] ?? {}
    if (!isPassiveAttribute(local, value)) return false
  }
  return true
}

/** Elements of txt-1, and those that HTML 4 has besides for the look of text. */
const ELEMENTS: ReadonlySet<string> = new Set(
  (
    'a abbr acronym address b bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font ' +
    'h1 h2 h3 h4 h5 h6 hr i img ins kbd li map area ol p pre q s samp small span strike strong sub sup table tbody td ' +
    'tfoot th thead tr tt u ul var'
  ).split(' '),
)
