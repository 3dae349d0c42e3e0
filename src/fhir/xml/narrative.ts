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
    if (/^on/i.test(local)) return false
    if (ADDRESSES.has(local.toLowerCase()) && !isHarmless(value)) return false
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

const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'longdesc', 'cite', 'background', 'usemap'])

/** A relative address, or one of a scheme that only shows or sends something; browsers skip controls and blanks. */
function isHarmless(address: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what browsers skip
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\u0000-\u0020]/g, ''))?.[1]?.toLowerCase()
  return scheme === undefined || SCHEMES.has(scheme) || /^\s*data:image\/(png|jpeg|gif);/i.test(address)
}

const SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel', 'cid', 'urn'])
