import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isCdaError } from '../../../src/french/cda/errors.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { renderPage } from '../../../src/web/pages.ts'
import { assertHarmless, readText } from './harmless.ts'
import { shown, viewOf, withNarrative } from './narrative.ts'

const XHTML = 'http://www.w3.org/1999/xhtml'
const SVG = 'http://www.w3.org/2000/svg'

/** Narratives that try to run something, load something or leave their place. */
const ATTACKS: readonly (readonly [id: string, narrative: string])[] = [
  ['script-of-cda', '<script>alert(1)</script>'],
  ['script-of-xhtml', `<script xmlns="${XHTML}">alert(1)</script>`],
  ['script-as-text', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['script-in-cdata', '<![CDATA[</div><script>alert(1)</script>]]>'],
  ['end-of-the-page', '&lt;/main&gt;&lt;/body&gt;&lt;img src=x onerror=alert(1)&gt;'],
  ['handler', '<content onclick="alert(1)" onmouseover="alert(1)">x</content>'],
  ['handler-of-cell', '<table><tbody><tr><td onfocus="alert(1)" tabindex="1">x</td></tr></tbody></table>'],
  ['style', '<content style="background:url(https://elsewhere.test/x)">x</content>'],
  ['style-element', '<style>body{display:none}</style>'],
  ['javascript-link', '<linkHtml href="javascript:alert(1)">x</linkHtml>'],
  ['javascript-link-in-disguise', '<linkHtml href=" java&#9;script:alert(1)">x</linkHtml>'],
  ['data-link', '<linkHtml href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;">x</linkHtml>'],
  ['vbscript-link', '<linkHtml href="vbscript:msgbox(1)">x</linkHtml>'],
  ['file-link', '<linkHtml href="file:///etc/passwd">x</linkHtml>'],
  ['link-without-scheme', '<linkHtml href="//elsewhere.test/x">x</linkHtml>'],
  ['link-to-a-form-of-ours', '<linkHtml href="/logout">x</linkHtml>'],
  ['quote-in-link', '<linkHtml href="https://elsewhere.test/&quot; onclick=&quot;alert(1)">x</linkHtml>'],
  ['link-element', '<link rel="stylesheet" href="https://elsewhere.test/x.css"/>'],
  ['image-of-another-host', '<img src="https://elsewhere.test/x.png"/>'],
  ['image-by-reference', '<renderMultiMedia referencedObject="https://elsewhere.test/x.png"/>'],
  ['image-with-handler', `<img xmlns="${XHTML}" src="x" onerror="alert(1)"/>`],
  ['svg', `<svg xmlns="${SVG}" onload="alert(1)"><script>alert(1)</script><a href="javascript:alert(1)">x</a></svg>`],
  [
    'math',
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext><style><!--</style></mtext></math>'.replace('<!--', ''),
  ],
  ['frame', `<iframe xmlns="${XHTML}" src="https://elsewhere.test/" srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"/>`],
  ['object', '<object data="x.swf"/><embed src="x.swf"/><applet code="x"/>'],
  ['form', '<form action="https://elsewhere.test/"><input name="x"/><button>Continuer</button></form>'],
  ['base', '<base href="https://elsewhere.test/"/>'],
  ['refresh', '<meta http-equiv="refresh" content="0;url=https://elsewhere.test/"/>'],
  ['template', '<template><script>alert(1)</script></template><noscript><img src="x"/></noscript>'],
  ['id-of-ours', '<content ID="contenu">x</content><footnote ID="contenu">y</footnote>'],
  ['class-of-ours', '<content class="skip" styleCode="skip&quot; onclick=&quot;alert(1)">x</content>'],
  [
    'span-that-is-no-number',
    '<table><tbody><tr><td colspan="2&quot; onclick=&quot;alert(1)">x</td></tr></tbody></table>',
  ],
  ['processing-instruction', '<?xml-stylesheet href="https://elsewhere.test/x.xsl"?>x'],
  ['conditional-comment', '<!--[if IE]><script>alert(1)</script><![endif]-->x'],
  ['prototype', '<constructor>x</constructor><__proto__>y</__proto__><toString>z</toString>'],
]

describe('threat xss-via-traits: nothing that a document holds becomes markup', () => {
  for (const [id, narrative] of ATTACKS) {
    test(id, () => {
      const html = shown(narrative)
      assertHarmless(html)
      assert.doesNotMatch(html, /<script|[ "]onclick=|javascript:alert|<style|src="(?!\/)/i)
    })
  }

  test('titles, names and organisations of the header are text', () => {
    const evil = '&lt;img src=x onerror=alert(1)&gt;'
    const author = `<author><assignedAuthor><code code="1" codeSystem="1" displayName="${evil}"/><assignedPerson><name><family>${evil}</family></name></assignedPerson><representedOrganization><name>${evil}</name></representedOrganization></assignedAuthor></author>`
    const bytes = new TextDecoder().decode(withNarrative('x', evil)).replace('<component>', `${author}<component>`)
    const page = renderPage('cda', { title: 'Document' }, viewOf(new TextEncoder().encode(bytes)))
    assert.doesNotMatch(page, /<img/)
    assert.equal(page.split('&lt;img src=x onerror=alert(1)&gt;').length, 5)
  })

  test('entities of a DTD are refused before anything is shown', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa">]>${new TextDecoder().decode(withNarrative('&amp;a;'))}`
    assert.throws(
      () => parseCda(new TextEncoder().encode(bomb)),
      (error) => isCdaError(error, 'cda.doctype'),
    )
  })

  test('whatever the narrative is, only allowed tags and attributes come out, and no word is lost', () => {
    fc.assert(
      fc.property(fc.array(aNode(), { maxLength: 6 }), (nodes) => {
        const html = shown(`x${nodes.map(({ xml }) => xml).join('')}`)
        assertHarmless(html)
        const read = readText(html)
        let at = 0
        for (const word of nodes.flatMap(({ words }) => words)) {
          at = read.indexOf(word, at)
          assert.ok(at >= 0, `lost: ${word}`)
        }
      }),
      { numRuns: 300, seed: 20261123 },
    )
  })
})

interface Piece {
  xml: string
  words: readonly string[]
}

const NAMES =
  'paragraph list item caption table thead tbody tfoot tr th td content sub sup br footnote footnoteRef linkHtml renderMultiMedia script style img a iframe svg form input base meta object text section title'.split(
    ' ',
  )
const ATTRIBUTES =
  'ID IDREF styleCode listType href src srcdoc onclick onerror style class id colspan rowspan scope align referencedObject revised name action'.split(
    ' ',
  )
const VALUES = [
  'javascript:alert(1)',
  'https://elsewhere.test/"x',
  'Bold',
  'ordered',
  'delete',
  '2',
  '-1',
  '1e9',
  '"><script>',
  'data:text/html,x',
  'a b',
  '',
]

function aNode(): fc.Arbitrary<Piece> {
  const word = fc.oneof(
    fc.stringMatching(/^[a-z<>&"' ]{1,12}$/),
    fc.constantFrom('</div>', '<script>alert(1)</script>', ']]>', '&amp;', '"onload="x'),
  )
  const attribute = fc.tuple(
    fc.constantFrom(...ATTRIBUTES),
    fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 9 })),
  )
  const { node } = fc.letrec<{ node: Piece }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      word.map((text) => ({ xml: escaped(text), words: [text] })),
      fc
        .tuple(
          fc.constantFrom(...NAMES),
          fc.constantFrom('', ` xmlns="${XHTML}"`, ` xmlns="${SVG}"`),
          fc.uniqueArray(attribute, { selector: ([name]) => name, maxLength: 3 }),
          fc.array(tie('node'), { maxLength: 3 }),
        )
        .map(([name, space, attributes, children]) => ({
          xml: `<${name}${space}${attributes.map(([key, value]) => ` ${key}="${escaped(value)}"`).join('')}>${children.map(({ xml }) => xml).join('')}</${name}>`,
          words: children.flatMap(({ words }) => words),
        })),
    ),
  }))
  return node
}

/** As XML writes it; characters that XML cannot hold are left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
