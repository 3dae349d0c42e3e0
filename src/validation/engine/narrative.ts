import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { isPassiveAttribute, NARRATIVE_ELEMENTS } from '../passive-xhtml.ts'
import type { Check } from './types.ts'

/**
 * The check of a `Narrative.div` (R4 narrative.html, txt-1 and txt-2; validation.md section 12): one well-formed div of
 * XHTML with text or an image, in which only formatting, links and images stand and nothing acts.
 */
export const narrativeCheck: Check = (value, run, depth) => {
  if (typeof value !== 'string' || value === '') return run.report(depth, 'error', 'primitive.xhtml')
  const fault = faultOf(value)
  if (fault !== undefined) run.report(depth, 'error', fault.key, fault.detail)
}

interface Fault {
  key: string
  detail: Record<string, string>
}

/** The first fault of a narrative, undefined when there is none. */
export function faultOf(source: string): Fault | undefined {
  const reader = new NarrativeReader()
  try {
    if (!source.isWellFormed() || source.includes('<?')) return MALFORMED
    reader.parse(source)
  } catch (error) {
    if (error instanceof Found) return error.fault
    throw error
  }
  return reader.hasContent ? undefined : { key: 'inv.txt-2', detail: TXT_2 }
}

/** Ends the parsing at the first fault. */
class Found extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.key)
    this.fault = fault
  }
}

const MAX_DEPTH = 100
const MALFORMED: Fault = { key: 'narrative.malformed', detail: {} }
const TXT_2 = { key: 'txt-2', human: 'The narrative SHALL have some non-whitespace content' }

class NarrativeReader {
  hasContent = false
  private depth = 0
  private divs = 0

  parse(source: string): void {
    const refuse = (): never => {
      throw new Found(MALFORMED)
    }
    const parser = new SaxesParser({ xmlns: true, forceXMLVersion: true, defaultXMLVersion: '1.0' })
    parser.on('error', refuse)
    parser.on('doctype', refuse)
    parser.on('opentag', (tag) => this.open(tag))
    parser.on('closetag', () => {
      this.depth -= 1
    })
    parser.on('text', (text) => {
      this.hasContent ||= /\S/.test(text)
    })
    parser.on('cdata', (text) => {
      this.hasContent ||= /\S/.test(text)
    })
    parser.write(source).close()
  }

  private open(tag: SaxesTagNS): void {
    if (tag.uri !== XHTML) throw new Found({ key: 'narrative.namespace', detail: {} })
    if (this.depth === 0) {
      this.divs += 1
      if (tag.local !== 'div' || this.divs > 1) throw new Found({ key: 'narrative.root', detail: {} })
    }
    if (!NARRATIVE_ELEMENTS.has(tag.local)) throw new Found(refusal(tag.local))
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name]
      if (attribute !== undefined && !isAdmitted(attribute)) throw new Found(refusal(attribute.local))
    }
    if (tag.local === 'img') this.hasContent = true
    this.depth += 1
    if (this.depth > MAX_DEPTH) throw new Found(MALFORMED)
  }
}

const XHTML = 'http://www.w3.org/1999/xhtml'

function isAdmitted({ uri, prefix, local, value }: SaxesAttributeNS): boolean {
  if (prefix === 'xmlns' || local === 'xmlns') return true
  return (uri === '' || uri === 'http://www.w3.org/XML/1998/namespace') && isPassiveAttribute(local, value)
}

function refusal(name: string): Fault {
  return { key: 'inv.txt-1', detail: { key: 'txt-1', human: HUMAN_1, name: name.slice(0, 40) } }
}

const HUMAN_1 =
  'The narrative SHALL contain only the basic html formatting elements and attributes described in chapters 7-11 ' +
  '(except section 4 of chapter 9) and 15 of the HTML 4.0 standard, <a> elements (either name or href), images and ' +
  'internally contained style attributes'
