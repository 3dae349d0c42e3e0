import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import type { Node } from '@xmldom/xmldom'
import { CDA_NAMESPACE, children } from '../../../src/french/cda/dom.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { cdaView } from '../../../src/web/cda/view.ts'
import { renderPage } from '../../../src/web/pages.ts'
import { assertHarmless, readText } from './harmless.ts'

const FOLDER = resolve('../shared/official/cda')
const skip = existsSync(FOLDER) || process.env.CI === 'true' ? false : 'the official documents are not on this machine'

/** Level 1 documents have no section. */
describe('every official document is shown without loss', { skip }, () => {
  for (const file of skip === false ? xmlFiles(FOLDER) : []) {
    test(`${file.slice(FOLDER.length + 1)}: every title and every word of its narrative can be read`, () => {
      const parsed = parseCda(readFileSync(file))
      const view = cdaView(parsed, (index) => `/images/${index}`)
      const html = renderPage('cda', { title: 'Document' }, view)
      assertHarmless(view.sections.map(({ html }) => html ?? '').join(''))
      const shown = compact(readText(html))
      let read = 0
      for (const section of parsed.clinicalDocument.getElementsByTagNameNS(CDA_NAMESPACE, 'section')) {
        for (const part of [...children(section, 'title'), ...children(section, 'text')]) {
          for (const wanted of textsOf(part)) {
            const at = shown.indexOf(wanted, read)
            assert.ok(at >= 0, `lost of ${part.localName}: ${wanted.slice(0, 200)}`)
            read = at + wanted.length
          }
        }
      }
    })
  }
})

function xmlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^n[13].*\.xml$/i.test(name))
    .map((name) => join(folder, name))
    .sort()
}

/** The texts of an element in their order. */
function textsOf(node: Node): string[] {
  const written = node.nodeType === 3 || node.nodeType === 4 ? [compact(node.nodeValue ?? '')] : []
  return [...written, ...Array.from(node.childNodes, textsOf).flat()].filter((text) => text !== '')
}

/** White space is shown as it fits. */
function compact(text: string): string {
  return text.replaceAll(/\s+/g, '')
}
