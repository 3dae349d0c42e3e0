import assert from 'node:assert/strict'
import { SaxesParser } from 'saxes'

/** Tags that a narrative may become, each with the attributes that it may have. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'rel', 'target'],
  br: [],
  caption: [],
  div: ['class', 'role', 'aria-label', 'tabindex'],
  em: [],
  figcaption: [],
  figure: [],
  img: ['src', 'alt', 'loading'],
  li: ['class'],
  ol: [],
  p: ['class'],
  span: ['class', 'id'],
  strong: [],
  sub: [],
  sup: [],
  table: [],
  tbody: [],
  td: ['class', 'colspan', 'rowspan'],
  tfoot: [],
  th: ['class', 'colspan', 'rowspan', 'scope'],
  thead: [],
  tr: [],
  ul: [],
}

/** The values that attributes may have which lead somewhere, name something or say how it looks. */
const VALUES: Readonly<Record<string, RegExp>> = {
  href: /^(https?:\/\/[^\s"'<>]+|#note-\d+)$/,
  src: /^\/[a-z0-9/]+$/,
  class: /^(wide|note|quiet|legend|underlined|struck|strong|centred|right)$/,
  id: /^note-\d+$/,
  rel: /^noopener noreferrer$/,
  target: /^_blank$/,
  colspan: /^\d{1,4}$/,
  rowspan: /^\d{1,4}$/,
  scope: /^(row|col)(group)?$/,
  role: /^group$/,
  tabindex: /^0$/,
  loading: /^lazy$/,
}

/**
 * Holds HTML that was made of a document to the allow-list: it is read as strict XML, in which a browser can see
 * nothing else, and every tag, attribute and value that leads somewhere is looked at.
 */
export function assertHarmless(html: string): void {
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'root') return
    const allowed = ALLOWED[name]
    assert.ok(allowed !== undefined, `tag ${name}`)
    for (const [attribute, value] of Object.entries(attributes)) {
      assert.ok(allowed.includes(attribute), `attribute ${attribute} of ${name}`)
      assert.match(String(value), VALUES[attribute] ?? /./, `${name}@${attribute}`)
    }
  })
  for (const event of ['comment', 'processinginstruction', 'cdata', 'doctype'] as const) {
    parser.on(event, () => assert.fail(event))
  }
  parser.write(`<root>${html.replaceAll(/<(br|img)([^>]*)>/g, '<$1$2/>')}</root>`).close()
}

/** The text of HTML of ours. */
export function readText(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity] ?? entity)
}

const CHARACTERS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}
