import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shown, viewOf, withNarrative } from './narrative.ts'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const IMAGE = `<entry><observationMedia ID="schema"><value mediaType="image/png" representation="B64">${PIXEL}</value></observationMedia></entry>`

const WIDE = '<td>1</td><td>2</td><td>3</td><td>4</td>'
const moving = (table: string) =>
  `<div class="wide" role="group" aria-label="Tableau large" tabindex="0">${table}</div>`

/** What authors write, and what readers see. */
const BLOCKS: readonly (readonly [id: string, narrative: string, html: string, entries?: string])[] = [
  ['text', 'T2 &amp; N0', 'T2 &amp; N0'],
  ['cdata', '<![CDATA[T2 < 2 cm]]>', 'T2 &lt; 2 cm'],
  ['comment', 'a<!-- b -->c', 'ac'],
  ['paragraph', '<paragraph>Un</paragraph>', '<p>Un</p>'],
  ['bold-paragraph', '<paragraph styleCode="Bold">Un</paragraph>', '<p class="strong">Un</p>'],
  [
    'paragraph-of-blocks',
    '<paragraph>Un<list><item>Deux</item></list></paragraph>',
    '<div>Un<ul><li>Deux</li></ul></div>',
  ],
  ['ordered-list', '<list listType="ordered"><item>Un</item></list>', '<ol><li>Un</li></ol>'],
  [
    'list-caption',
    '<list><caption>Effets</caption><item>Un</item></list>',
    '<ul><li class="legend">Effets</li><li>Un</li></ul>',
  ],
  ['styles', '<content styleCode="Bold Italics">Un</content>', '<em><strong>Un</strong></em>'],
  ['underline', '<content styleCode="Underline">Un</content>', '<span class="underlined">Un</span>'],
  ['deleted', '<content revised="delete">Un</content>', '<span>[supprimé : <span class="struck">Un</span>]</span>'],
  ['levels', 'T<sub>2</sub> m<sup>2</sup><br/>', 'T<sub>2</sub> m<sup>2</sup><br>'],
  [
    'table',
    '<table><caption>Bilan</caption><thead><tr><th colspan="2">A</th></tr></thead><tbody><tr><td rowspan="3" align="right">B</td></tr></tbody></table>',
    '<table><caption>Bilan</caption><thead><tr><th colspan="2" scope="col">A</th></tr></thead><tbody><tr><td rowspan="3" class="right">B</td></tr></tbody></table>',
  ],
  [
    'wide-table',
    `<table><tbody><tr>${WIDE}</tr></tbody></table>`,
    moving(`<table><tbody><tr>${WIDE}</tr></tbody></table>`),
  ],
  [
    'empty-heading',
    '<table><tbody><tr><th/><td>B</td></tr></tbody></table>',
    '<table><tbody><tr><td></td><td>B</td></tr></tbody></table>',
  ],
  [
    'endless-span',
    '<table><tbody><tr><td colspan="99999">A</td></tr></tbody></table>',
    '<table><tbody><tr><td>A</td></tr></tbody></table>',
  ],
  [
    'footnotes',
    'Un<footnoteRef IDREF="n"/> et<footnote ID="n">plus tard</footnote>',
    'Un<sup><a href="#note-1">[1]</a></sup> et<span class="note" id="note-1"> [1 : plus tard]</span>',
  ],
  [
    'link',
    '<linkHtml href="https://www.e-cancer.fr/?a=1&amp;b=2">INCa</linkHtml>',
    '<a href="https://www.e-cancer.fr/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">INCa (autre site)</a>',
  ],
  ['anchor', '<linkHtml href="#x">plus haut</linkHtml>', 'plus haut'],
  [
    'image',
    '<renderMultiMedia referencedObject="schema"><caption>Schéma</caption></renderMultiMedia>',
    '<figure><img src="/images/0" alt="Image du document" loading="lazy"><figcaption>Schéma</figcaption></figure>',
    IMAGE,
  ],
  [
    'image-that-is-not-there',
    '<renderMultiMedia referencedObject="autre"/>',
    '<figure><p class="quiet">Image non affichée : ouvrez le document d’origine.</p></figure>',
    IMAGE,
  ],
]

describe('a narrative is shown as its author wrote it', () => {
  for (const [id, narrative, html, entries] of BLOCKS) {
    test(id, () => assert.equal(shown(narrative, entries), html))
  }

  test('sections within sections have deeper headings, and the text of one without title goes on', () => {
    const inner = '<component><section><text>Dedans</text></section></component>'
    const { sections } = viewOf(withNarrative('Dehors', 'Un &amp; deux', inner))
    assert.deepEqual(
      sections.map(({ level, title, html }) => [level, title, html]),
      [
        [3, 'Un & deux', 'Dehors'],
        [4, '', 'Dedans'],
      ],
    )
  })
})
