declare const markup: unique symbol

/** A piece of well-formed XML. Only this module makes one, so that nothing reaches a document unescaped. */
export type Xml = string & { readonly [markup]: true }

/** Attributes of an element; an undefined one is left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Nothing. */
export const NOTHING = '' as Xml

/** An element with its attributes and its children in the order given. */
export function element(name: string, attributes: Attributes, ...children: readonly Xml[]): Xml {
  const tag = start(name, attributes)
  const content = fragment(children)
  return (content === '' ? `${tag}/>` : `${tag}>${content}</${name}>`) as Xml
}

/** A maker of elements of one name and fixed attributes, whose tags are written once: for the frequent ones. */
export function elements(name: string, attributes: Attributes = {}): (...children: readonly Xml[]) => Xml {
  const opening = solid(`${start(name, attributes)}>` as Xml)
  const closing = `</${name}>`
  const empty = element(name, attributes)
  return (...children) => {
    const content = fragment(children)
    return content === '' ? empty : ((opening + content + closing) as Xml)
  }
}

/** The start tag without its last sign. */
function start(name: string, attributes: Attributes): string {
  let tag = `<${name}`
  for (const attribute in attributes) {
    const value = attributes[attribute]
    if (value !== undefined) tag += ` ${attribute}="${escaped(String(value))}"`
  }
  return tag
}

/** Character data. */
export function text(value: string): Xml {
  return escaped(value) as Xml
}

/** Pieces side by side. */
export function fragment(pieces: readonly Xml[]): Xml {
  // Concatenation, not join: the engine keeps the pieces as a rope and copies them once, when the document is encoded.
  let content = ''
  for (const piece of pieces) content += piece
  return content as Xml
}

/**
 * The same piece in one block of memory. A piece is a rope of all the strings it was concatenated from, and encoding a
 * document visits every strand: what is used in many documents must be solid.
 */
export function solid(piece: Xml): Xml {
  return Buffer.from(piece).toString() as Xml
}

/** A whole document, UTF-8. */
export function xmlDocument(root: Xml): Uint8Array {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`)
}

const TO_ESCAPE = /[&<>"]/
const ALL_TO_ESCAPE = /[&<>"]/g
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(value: string): string {
  return TO_ESCAPE.test(value) ? value.replace(ALL_TO_ESCAPE, (character) => ENTITIES[character] ?? character) : value
}
