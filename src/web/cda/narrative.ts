import type { Element, Node } from '@xmldom/xmldom'
import { attribute, CDA_NAMESPACE, children, isElement } from '../../french/cda/dom.ts'
import { type Attributes, EMPTY, type Html, join, type Tag, tag, text } from './html.ts'

/** What the narrative of a document needs from around it. */
export interface NarrativeOptions {
  /** Address on this server of an image inside the document, by the ID that `renderMultiMedia` names. */
  imageAddress(id: string): string | undefined
}

/** The narrative of one document: notes are numbered through all of its sections. */
export interface Narrative {
  /** Renders the `text` of a section (NarrativeBlock of CDA R2). */
  render(block: Element): Html
}

/** How an element is shown: from its children, already rendered when asked for. */
type Renderer = (element: Element, inside: () => Html) => Html

/**
 * Shows narrative blocks by an allow-list: what is not in the table is shown as its text alone, attributes are read one
 * by one, and nothing of the document becomes markup. No text is ever lost. Source: CDA R2 section 4.3.5.
 */
export function newNarrative({ imageAddress }: NarrativeOptions): Narrative {
  let notes = 0
  const noteIds = new Map<string, number>()
  const numberOf = (id: string | undefined): number => {
    const known = id === undefined ? undefined : noteIds.get(id)
    if (known !== undefined) return known
    notes += 1
    if (id !== undefined) noteIds.set(id, notes)
    return notes
  }
  const numbered: Readonly<Record<string, Renderer>> = {
    footnote: (element, inside) => {
      const number = numberOf(attribute(element, 'ID'))
      return tag('span', { class: 'note', id: `note-${number}` }, text(` [${number} : `), inside(), text(']'))
    },
    footnoteRef: (element, inside) => {
      const number = numberOf(attribute(element, 'IDREF'))
      return join([tag('sup', {}, tag('a', { href: `#note-${number}` }, text(`[${number}]`))), inside()])
    },
    renderMultiMedia: (element, inside) => {
      const shown = references(element).map((id) => picture(imageAddress(id)))
      return tag('figure', {}, ...shown, inside())
    },
  }
  // A map: the name of an element may be that of a member that every object has.
  const renderers = new Map(Object.entries({ ...RENDERERS, ...numbered }))
  const inside = (parent: Element): Html => join(Array.from(parent.childNodes, (node) => rendered(node)))
  const rendered = (node: Node): Html => {
    if (node.nodeType === TEXT || node.nodeType === CDATA) return text(node.nodeValue ?? '')
    if (!isElement(node)) return EMPTY
    const renderer = node.namespaceURI === CDA_NAMESPACE ? renderers.get(node.localName ?? '') : undefined
    const within = () => inside(node)
    return renderer === undefined ? within() : renderer(node, within)
  }
  return { render: inside }
}

const TEXT = 3
const CDATA = 4

const RENDERERS: Readonly<Record<string, Renderer>> = {
  paragraph: (element, inside) => tag(hasBlocks(element) ? 'div' : 'p', paragraphStyle(element), inside()),
  content: (element, inside) => (isDeleted(element) ? struck(inside()) : styled(element, inside())),
  br: (_element, inside) => join([tag('br', {}), inside()]),
  sub: (_element, inside) => tag('sub', {}, inside()),
  sup: (_element, inside) => tag('sup', {}, inside()),
  list: (element, inside) => tag(attribute(element, 'listType') === 'ordered' ? 'ol' : 'ul', {}, inside()),
  item: (element, inside) => tag('li', {}, styled(element, inside())),
  caption: (element, inside) => captionOf(element, inside()),
  table: (element, inside) => tableOf(element, inside()),
  thead: block('thead'),
  tbody: block('tbody'),
  tfoot: block('tfoot'),
  tr: block('tr'),
  th: cell('th'),
  td: cell('td'),
  linkHtml: (element, inside) => linkOf(element, inside()),
}

function block(name: Tag): Renderer {
  return (_element, inside) => tag(name, {}, inside())
}

function cell(name: 'th' | 'td'): Renderer {
  return (element, inside) => {
    // A heading without words is none: it would announce nothing.
    const shownAs = name === 'th' && (element.textContent ?? '').trim() === '' ? 'td' : name
    const attributes: Attributes = {
      colspan: spanOf(element, 'colspan'),
      rowspan: spanOf(element, 'rowspan'),
      class: ALIGNMENTS.get(attribute(element, 'align')?.toLowerCase() ?? ''),
      scope: shownAs === 'th' ? scopeOf(element) : undefined,
    }
    return tag(shownAs, attributes, styled(element, inside()))
  }
}

/** A table of many columns moves by itself where it does not fit; one of few columns always fits. */
function tableOf(element: Element, inside: Html): Html {
  const table = tag('table', {}, inside)
  if (columnsOf(element) <= MOST_FITTING) return table
  return tag('div', { class: 'wide', role: 'group', 'aria-label': 'Tableau large', tabindex: '0' }, table)
}

const MOST_FITTING = 3

function columnsOf(table: Element): number {
  const cells = Array.from(table.getElementsByTagNameNS(CDA_NAMESPACE, 'tr'), (row) => [
    ...children(row, 'th'),
    ...children(row, 'td'),
  ])
  return cells.reduce((most, row) => Math.max(most, widthOf(row)), 0)
}

function widthOf(row: readonly Element[]): number {
  return row.reduce((sum, one) => sum + Number(spanOf(one, 'colspan') ?? 1), 0)
}

const ALIGNMENTS: ReadonlyMap<string, string> = new Map([
  ['center', 'centred'],
  ['right', 'right'],
])

/** Cells that one cell may take: no real table has more columns or rows than this. */
const MOST_CELLS = 1000

function spanOf(element: Element, name: 'colspan' | 'rowspan'): string | undefined {
  const value = attribute(element, name) ?? ''
  const count = /^\d{1,4}$/.test(value) ? Number(value) : 1
  return count > 1 && count <= MOST_CELLS ? String(count) : undefined
}

const SCOPES = ['row', 'col', 'rowgroup', 'colgroup'] as const

/** Of a heading: what it says, else a column in the head of a table and a row elsewhere. */
function scopeOf(element: Element): Attributes['scope'] {
  const said = SCOPES.find((scope) => scope === attribute(element, 'scope'))
  if (said !== undefined) return said
  const group = element.parentNode?.parentNode
  return group !== null && group !== undefined && isElement(group) && group.localName === 'thead' ? 'col' : 'row'
}

/** HTML has captions of tables and figures; that of a list or of anything else is a line above it. */
function captionOf(element: Element, inside: Html): Html {
  const parent = element.parentNode
  const of = parent !== null && isElement(parent) ? parent.localName : ''
  if (of === 'table') return tag('caption', {}, inside)
  if (of === 'renderMultiMedia') return tag('figcaption', {}, inside)
  return tag(of === 'list' ? 'li' : 'span', { class: 'legend' }, inside)
}

/** Only an address of the web may be followed, by a click; any other reference is its text. */
function linkOf(element: Element, inside: Html): Html {
  const url = URL.parse(attribute(element, 'href') ?? '')
  const safe = url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
  if (!safe) return inside
  return tag('a', { href: url.href, rel: 'noopener noreferrer', target: '_blank' }, inside, text(' (autre site)'))
}

const STYLES: readonly (readonly [style: RegExp, name: Tag, className: string | undefined])[] = [
  [/bold/i, 'strong', undefined],
  [/italics|emphasis/i, 'em', undefined],
  [/underline/i, 'span', 'underlined'],
]

function styled(element: Element, inside: Html): Html {
  const code = attribute(element, 'styleCode') ?? ''
  return STYLES.reduce(
    (shown, [style, name, className]) => (style.test(code) ? tag(name, { class: className }, shown) : shown),
    inside,
  )
}

function paragraphStyle(element: Element): Attributes {
  return { class: /bold/i.test(attribute(element, 'styleCode') ?? '') ? 'strong' : undefined }
}

function isDeleted(element: Element): boolean {
  return attribute(element, 'revised') === 'delete'
}

/** Read aloud too: what a revision has removed must not pass for what holds. */
function struck(inside: Html): Html {
  return tag('span', {}, text('[supprimé : '), tag('span', { class: 'struck' }, inside), text(']'))
}

/** A paragraph of HTML holds no list or table. */
function hasBlocks(element: Element): boolean {
  const blocks = ['list', 'table', 'paragraph', 'renderMultiMedia']
  return blocks.some((name) => element.getElementsByTagNameNS(CDA_NAMESPACE, name).length > 0)
}

function references(element: Element): string[] {
  return (attribute(element, 'referencedObject') ?? '').split(/\s+/).filter((id) => id !== '')
}

function picture(address: string | undefined): Html {
  if (address === undefined)
    return tag('p', { class: 'quiet' }, text('Image non affichée : ouvrez le document d’origine.'))
  return tag('img', { src: address, alt: 'Image du document', loading: 'lazy' })
}

/** Whether a block says anything: its text, or an image. */
export function isBlank(block: Element): boolean {
  return (
    (block.textContent ?? '').trim() === '' &&
    block.getElementsByTagNameNS(CDA_NAMESPACE, 'renderMultiMedia').length === 0
  )
}

/** The narrative block of a section. */
export function narrativeOf(section: Element): Element | undefined {
  return children(section, 'text')[0]
}
