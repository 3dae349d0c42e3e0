/** Elements that a narrative may hold: HTML 4 chapters 7 to 11 (9.4 aside) and 15 as far as not deprecated (R4 txt-1). */
export const NARRATIVE_ELEMENTS: ReadonlySet<string> = new Set(
  (
    'a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em ' +
    'h1 h2 h3 h4 h5 h6 hr i img kbd li map ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr ' +
    'tt ul var'
  ).split(' '),
)

/**
 * Whether an attribute of XHTML only shows: no event handler, no address of a scheme that runs something. A narrative
 * is shown as it is by whoever reads it.
 */
export function isPassiveAttribute(local: string, value: string): boolean {
  if (/^on/i.test(local)) return false
  return !ADDRESSES.has(local.toLowerCase()) || isHarmless(value)
}

const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'longdesc', 'cite', 'background', 'usemap'])

/** A relative address, or one of a scheme that only shows or sends something; browsers skip controls and blanks. */
function isHarmless(address: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what browsers skip
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\u0000-\u0020]/g, ''))?.[1]?.toLowerCase()
  return scheme === undefined || SCHEMES.has(scheme) || /^\s*data:image\/(png|jpeg|gif);/i.test(address)
}

const SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel', 'cid', 'urn'])
