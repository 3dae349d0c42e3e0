/** The readable part of a section (CDA NarrativeBlock): tables of two columns and paragraphs. */
import { element, elements, fragment, text, type Xml } from './xml.ts'

/** One line of a table: what it is about, what is said, and the anchor that the coded entries refer to. */
export interface Line {
  readonly label: string
  readonly value: string
  readonly anchor?: string
}

/** The `text` of a section made of blocks. */
export function narrative(...blocks: readonly Xml[]): Xml {
  return NARRATIVE(...blocks)
}

/** A table with a heading over two columns. */
export function table(heading: string, lines: readonly Line[]): Xml {
  return TABLE(THEAD(TR(HEADING(text(heading)))), TBODY(fragment(lines.map(row))))
}

/** A paragraph, with an anchor when an entry refers to it. */
export function paragraph(value: string, anchor?: string): Xml {
  return PARAGRAPH(anchor === undefined ? text(value) : anchored(anchor, text(value)))
}

/** "Oui" or "Non". */
export function yesOrNo(value: boolean): string {
  return value ? 'Oui' : 'Non'
}

function row(line: Line): Xml {
  const value = text(line.value)
  const content = line.anchor === undefined ? value : anchored(line.anchor, value)
  return TR(TD(text(line.label)), TD(content))
}

function anchored(anchor: string, content: Xml): Xml {
  return element('content', { ID: anchor }, content)
}

const NARRATIVE = elements('text')
const PARAGRAPH = elements('paragraph')
const TABLE = elements('table', { border: '0' })
const THEAD = elements('thead')
const TBODY = elements('tbody')
const TR = elements('tr')
const TD = elements('td')
const HEADING = elements('th', { colspan: '2', align: 'left' })
