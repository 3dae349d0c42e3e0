import { SaxesParser } from 'saxes'

/**
 * Whether a narrative is one safe XHTML `div` with text or an image: what txt-1 and txt-2 mean by `htmlChecks()`
 * (FHIR R4, narrative.html). Elements are those of chapters 7 to 11 and 15 of HTML 4 that are not deprecated, `a` and
 * `img`; no events, no scripts, no entities but those of XML.
 */
export function isSafeNarrative(div: string): boolean {
  const state = { depth: 0, safe: true, content: false }
  const parser = new SaxesParser({ xmlns: true, fragment: false })
  const refuse = (): void => {
    state.safe = false
  }
  parser.on('error', refuse)
  parser.on('doctype', refuse)
  parser.on('processinginstruction', refuse)
  parser.on('xmldecl', refuse)
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (uri !== XHTML || !ELEMENTS.has(local) || (state.depth === 0 && local !== 'div')) refuse()
    for (const { name, value } of Object.values(attributes)) if (!isSafeAttribute(local, name, value)) refuse()
    if (local === 'img') state.content = true
    state.depth += 1
    if (state.depth > DEEPEST) refuse()
  })
  parser.on('closetag', () => {
    state.depth -= 1
  })
  parser.on('text', (text) => {
    if (state.depth > 0 && /\S/.test(text)) state.content = true
  })
  try {
    parser.write(div).close()
  } catch {
    return false
  }
  return state.safe && state.content
}

const XHTML = 'http://www.w3.org/1999/xhtml'
const DEEPEST = 200

const ELEMENTS = new Set(
  (
    'div span h1 h2 h3 h4 h5 h6 address bdo em strong dfn code samp kbd var cite abbr acronym blockquote q sub sup p br ' +
    'pre ins del ul ol li dl dt dd table caption thead tfoot tbody colgroup col tr th td tt i b big small hr a img'
  ).split(' '),
)

const ANYWHERE = new Set(['id', 'class', 'style', 'title', 'lang', 'xml:lang', 'dir', 'xmlns', 'accesskey', 'tabindex'])

const CELL = 'abbr axis headers scope rowspan colspan align valign char charoff width height nowrap'
const ROWS = 'align valign char charoff'
const COLUMNS = 'span width align valign char charoff'
const OWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    a: 'href name charset type hreflang rel rev shape coords',
    img: 'src alt longdesc height width usemap ismap border',
    blockquote: 'cite',
    q: 'cite',
    ins: 'cite datetime',
    del: 'cite datetime',
    table: 'summary width border frame rules cellspacing cellpadding align',
    td: CELL,
    th: CELL,
    tr: ROWS,
    thead: ROWS,
    tbody: ROWS,
    tfoot: ROWS,
    col: COLUMNS,
    colgroup: COLUMNS,
    pre: 'xml:space width',
    ol: 'type start',
    ul: 'type',
    li: 'type value',
  }).map(([element, names]) => [element, new Set(names.split(' '))]),
)

const ADDRESSES = new Set(['href', 'src', 'cite', 'longdesc', 'usemap'])

function isSafeAttribute(element: string, name: string, value: string): boolean {
  if (!ANYWHERE.has(name) && !OWN.get(element)?.has(name)) return false
  const written = [...value.toLowerCase()].filter((char) => char > ' ').join('')
  if (name === 'style') return !/expression\(|javascript:|vbscript:|@import|-moz-binding|behavior:/.test(written)
  if (!ADDRESSES.has(name)) return true
  if (element === 'img' && written.startsWith('data:image/')) return true
  return !/^(?:javascript|vbscript|data):/.test(written)
}
