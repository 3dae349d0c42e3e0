/** HTML that was made here: every value in it is escaped. Only this file and the templates make it. */
export type Html = string & { readonly html: unique symbol }

/** Tags that a document may be shown with. Nothing that loads, runs, submits or styles by itself. */
export type Tag =
  | 'a'
  | 'aside'
  | 'br'
  | 'caption'
  | 'div'
  | 'em'
  | 'figcaption'
  | 'figure'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'img'
  | 'li'
  | 'ol'
  | 'p'
  | 'section'
  | 'span'
  | 'strong'
  | 'sub'
  | 'sup'
  | 'table'
  | 'tbody'
  | 'td'
  | 'tfoot'
  | 'th'
  | 'thead'
  | 'tr'
  | 'ul'

/** Attributes that they may have. */
export interface Attributes {
  class?: string | undefined
  id?: string | undefined
  /** An http(s) address, an address of this server, or a place of the page. */
  href?: string | undefined
  rel?: string | undefined
  target?: '_blank' | undefined
  /** An address of this server. */
  src?: string | undefined
  alt?: string | undefined
  loading?: 'lazy' | undefined
  colspan?: string | undefined
  rowspan?: string | undefined
  scope?: 'row' | 'col' | 'rowgroup' | 'colgroup' | undefined
  role?: 'group' | undefined
  tabindex?: '0' | undefined
  'aria-label'?: string | undefined
}

const VOID: ReadonlySet<Tag> = new Set(['br', 'img'])

/** An element with its children. */
export function tag(name: Tag, attributes: Attributes, ...children: readonly Html[]): Html {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escaped(value)}"`]))
    .join('')
  return raw(VOID.has(name) ? `<${name}${written}>` : `<${name}${written}>${children.join('')}</${name}>`)
}

/** A text. */
export function text(value: string): Html {
  return raw(escaped(value))
}

/** Several pieces as one. */
export function join(pieces: readonly Html[]): Html {
  return raw(pieces.join(''))
}

/** Nothing. */
export const EMPTY: Html = raw('')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

function raw(html: string): Html {
  return html as Html
}
