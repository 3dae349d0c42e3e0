/** Elements of the HL7 v3 data types used in the documents: identifiers, codes, times, references to the narrative. */
import { type Day, hl7Date, hl7Instant } from '../calendar.ts'
import { type Coded, SYSTEMS } from './codes.ts'
import { renderedOnce } from './memory.ts'
import { type Attributes, element, fragment, NOTHING, solid, text, type Xml } from './xml.ts'

/** An `id` of an object: an OID or a UUID, with the local part when there is one. */
export function id(root: string, extension?: string): Xml {
  return element('id', { root, extension })
}

/** `templateId` elements, one for each OID. */
export function templates(...roots: readonly string[]): Xml {
  return templatesOf(roots.join(' '))
}

const templatesOf = renderedOnce((roots) => fragment(roots.split(' ').map((root) => element('templateId', { root }))))

/** A coded element (CE or CD) of the given name. */
export function coded(name: string, value: Coded, more: Attributes = {}, ...children: readonly Xml[]): Xml {
  const { code, display, system } = value
  return element(name, { ...more, code, displayName: display, codeSystem: SYSTEMS[system] }, ...children)
}

/** A `code` element, the most frequent coded element. */
export const code = codedOnce((value) => coded('code', value))

/** A `value` of type CD. */
export const codedValue = codedOnce((value) => coded('value', value, { 'xsi:type': 'CD' }))

/** A `value` of type CD with the place of the narrative that says it. */
export function codedValueSaidAt(value: Coded, anchor: string): Xml {
  return coded('value', value, { 'xsi:type': 'CD' }, originalText(anchor))
}

/** Renders each code once. Two systems, or two displays, may share a code: then the first one met is the one kept. */
function codedOnce(render: (value: Coded) => Xml): (value: Coded) => Xml {
  const pieces = new Map<string, { readonly value: Coded; readonly piece: Xml }>()
  return (value) => {
    const known = pieces.get(value.code)
    if (known === undefined) {
      const piece = solid(render(value))
      pieces.set(value.code, { value, piece })
      return piece
    }
    const same = known.value.system === value.system && known.value.display === value.display
    return same ? known.piece : render(value)
  }
}

/** A `value` of type BL. */
export function booleanValue(value: boolean): Xml {
  return value ? TRUE : FALSE
}

const TRUE = solid(element('value', { 'xsi:type': 'BL', value: true }))
const FALSE = solid(element('value', { 'xsi:type': 'BL', value: false }))

/** A `value` of type CD whose meaning is the text at a place of the narrative. */
export const narrativeValue = renderedOnce((anchor) => element('value', { 'xsi:type': 'CD' }, originalText(anchor)))

/** A `value` of type CD that is not applicable. */
export const NOT_APPLICABLE_VALUE = solid(element('value', { 'xsi:type': 'CD', nullFlavor: 'NA' }))

/** `text` that refers to a place of the narrative. */
export const textReference = renderedOnce((anchor) =>
  element('text', {}, element('reference', { value: `#${anchor}` })),
)

/** `originalText` that refers to a place of the narrative. */
export const originalText = renderedOnce((anchor) =>
  element('originalText', {}, element('reference', { value: `#${anchor}` })),
)

/** `statusCode`. */
export function status(value: 'completed' | 'active'): Xml {
  return value === 'completed' ? COMPLETED : ACTIVE
}

const COMPLETED = solid(element('statusCode', { code: 'completed' }))
const ACTIVE = solid(element('statusCode', { code: 'active' }))

/** A time point of the given name, to the second. */
export function instant(name: string, day: Day, minutes: number): Xml {
  return element(name, { value: hl7Instant(day, minutes) })
}

/** `effectiveTime` that is one day. */
export function onDay(day: Day): Xml {
  return element('effectiveTime', { value: hl7Date(day) })
}

/** `effectiveTime` that starts on a day and, when known, ends on another. */
export function period(from: Day, to?: Day): Xml {
  return element(
    'effectiveTime',
    {},
    element('low', { value: hl7Date(from) }),
    to === undefined ? NOTHING : element('high', { value: hl7Date(to) }),
  )
}

/** `effectiveTime` without a value, for the reason given. */
export function noTime(reason: 'NA' | 'NAV' | 'UNK' | 'MSK'): Xml {
  return noTimeOf(reason)
}

const noTimeOf = renderedOnce((nullFlavor) => element('effectiveTime', { nullFlavor }))

/** A `title`. */
export function title(value: string): Xml {
  return element('title', {}, text(value))
}
