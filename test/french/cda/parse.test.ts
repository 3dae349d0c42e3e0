import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CdaErrorKey, isCdaError } from '../../../src/french/cda/errors.ts'
import { readHeader } from '../../../src/french/cda/header.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { A_DOCUMENT, documentBytes } from './a-document.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const declaring = (encoding: string) => A_DOCUMENT.replace('encoding="UTF-8"', `encoding="${encoding}"`)

const REFUSED: [id: string, bytes: Uint8Array, key: CdaErrorKey][] = [
  ['nothing', utf8(''), 'cda.not-xml'],
  ['a text', utf8('bonjour'), 'cda.not-xml'],
  ['a PDF', utf8('%PDF-1.7'), 'cda.not-xml'],
  ['an unclosed element', utf8(A_DOCUMENT.replace('</ClinicalDocument>', '')), 'cda.not-xml'],
  ['crossed elements', utf8('<a><b></a></b>'), 'cda.not-xml'],
  ['two roots', utf8(`${A_DOCUMENT}<a/>`), 'cda.not-xml'],
  ['an attribute twice', utf8('<a b="1" b="2"/>'), 'cda.not-xml'],
  ['an attribute without quotes', utf8('<a b=1/>'), 'cda.not-xml'],
  ['a prefix that nothing binds', utf8('<x:ClinicalDocument/>'), 'cda.not-xml'],
  ['an entity that nothing defines', documentBytes(['Mazoires', '&ville;']), 'cda.not-xml'],
  ['a control character', documentBytes(['Mazoires', '&#1;']), 'cda.not-xml'],
  ['a DOCTYPE', documentBytes(['<ClinicalDocument', '<!DOCTYPE ClinicalDocument><ClinicalDocument']), 'cda.doctype'],
  [
    'an external entity',
    documentBytes(
      ['<ClinicalDocument', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><ClinicalDocument'],
      ['Mazoires', '&x;'],
    ),
    'cda.doctype',
  ],
  [
    'entities that multiply',
    utf8(
      `<!-- c --><?pi x?><!DOCTYPE l [<!ENTITY a "aaaa">${'bcdefghij'
        .split('')
        .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
        .join('')}]><l>&j;</l>`,
    ),
    'cda.doctype',
  ],
  ['another XML document', utf8('<Bundle xmlns="http://hl7.org/fhir"/>'), 'cda.not-cda'],
  ['a ClinicalDocument of another namespace', utf8('<ClinicalDocument/>'), 'cda.not-cda'],
  [
    'a style sheet without document',
    utf8('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'),
    'cda.not-cda',
  ],
  ['UTF-8 that is not', latin(A_DOCUMENT.replace('Mazoires', 'MazoirÈs')), 'cda.encoding'],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x3c, 0]), 'cda.encoding'],
  ['an encoding that we do not read', utf8(declaring('UTF-7')), 'cda.encoding'],
  ['a byte order mark against the declaration', utf8(`\uFEFF${declaring('ISO-8859-1')}`), 'cda.encoding'],
]

for (const [id, bytes, key] of REFUSED) {
  test(`${id} is refused as ${key}`, () => {
    assert.throws(
      () => parseCda(bytes),
      (error) => isCdaError(error, key),
    )
  })
}

test('a document too deep or too large is refused before anything is built', () => {
  const deep = `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`
  assert.throws(
    () => parseCda(utf8(deep)),
    (error) => isCdaError(error, 'cda.too-deep'),
  )
  const limits = { maxBytes: 100, maxDepth: 100 }
  assert.throws(
    () => parseCda(utf8(A_DOCUMENT), limits),
    (error) => isCdaError(error, 'cda.too-large'),
  )
})

const READ: [id: string, bytes: Uint8Array][] = [
  ['UTF-8', utf8(A_DOCUMENT)],
  ['UTF-8 with a byte order mark', utf8(`\uFEFF${A_DOCUMENT}`)],
  ['ISO-8859-1', latin(declaring('ISO-8859-1'))],
  ['ISO-8859-15', latin(declaring('iso-8859-15'))],
]

for (const [id, bytes] of READ) {
  test(`a document in ${id} is read with its accents`, () => {
    const header = readHeader(parseCda(bytes))
    assert.equal(header.authors[0]?.code?.displayName, 'Médecin - Oncologie, opt médicale (SM)')
  })
}

test('a self-presenting document is found in its style sheet, whatever the prefixes', () => {
  const inner = A_DOCUMENT.replace(/<\?xml.*?\?>/, '')
    .replace(/<(\/?)(?=[A-Za-z])(?!d:)/g, '<$1c:')
    .replace('xmlns=', 'xmlns:c=')
  const sheet =
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">' +
    `<k:Contenu xmlns:k="urn:asip-sante:ci-sis">${inner}</k:Contenu></xsl:stylesheet>`
  const header = readHeader(parseCda(utf8(sheet)))
  assert.equal(header.selfPresenting, true)
  assert.deepEqual({ ...header, selfPresenting: false }, readHeader(parseCda(utf8(A_DOCUMENT))))
})

test('an error never quotes the document', () => {
  try {
    parseCda(documentBytes(['</family><given>LUCIE', '</wrong><given>LUCIE']))
    assert.fail('read')
  } catch (error) {
    assert.ok(isCdaError(error, 'cda.not-xml'))
    assert.ok(!/LUCIE|TESTFICTIF|wrong/.test(`${error.message} ${error.fr} ${JSON.stringify(error.detail)}`))
    assert.equal(error.cause, undefined)
  }
})
