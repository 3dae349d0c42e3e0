import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributesOf, documentsOf, holds, textAt } from './a-region.ts'

const REPORTS = documentsOf('CRACP')

/** The PDF of a report, as text whose characters are its bytes. */
function pdfOf(root: (typeof REPORTS)[number]['root']): string {
  const body = "//c:nonXMLBody/c:text[@mediaType='application/pdf'][@representation='B64']"
  return Buffer.from(textAt(body, root), 'base64').toString('latin1')
}

/** What a page shows: the strings of its content stream, which pdfkit writes in hexadecimal. */
function shownBy(pdf: string): string {
  return [...pdf.matchAll(/\[(.*?)\] TJ/g)]
    .map(([, strings = '']) =>
      [...strings.matchAll(/<([0-9a-f]+)>/g)]
        .map(([, codes = '']) => Buffer.from(codes, 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n')
}

test('a pathology report is a level 1 document with exactly the three templates of the unstructured', () => {
  for (const { fileName, root } of REPORTS) {
    assert.deepEqual(
      attributesOf('/c:ClinicalDocument/c:templateId/@root', root),
      ['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.1', '1.3.6.1.4.1.19376.1.2.20'],
      fileName,
    )
    assert.equal(textAt('/c:ClinicalDocument/c:code/@code', root), '60568-3')
    assert.ok(!holds('//c:structuredBody', root))
  }
})

test('its body is a one-page PDF', () => {
  for (const { fileName, root } of REPORTS) {
    const pdf = pdfOf(root)
    assert.match(pdf, /^%PDF-1\./, fileName)
    assert.match(pdf, /%%EOF\s*$/, fileName)
    assert.match(pdf, /\/Count 1\b/, fileName)
  }
})

test('the page says in French that it is fictitious, whose it is and what the pathologist concludes', () => {
  for (const { fileName, patient, root } of REPORTS) {
    const page = shownBy(pdfOf(root))
    const words = page.replace(/\s+/g, ' ')
    for (const said of ['DOCUMENT FICTIF', 'CONCLUSION', 'MICROSCOPIE', patient.identity.birthFamily, 'né(e) le']) {
      assert.ok(words.includes(said), `${fileName}: ${said}`)
    }
  }
})

test('the cross-reference table of every PDF still points at its objects', () => {
  for (const { fileName, root } of REPORTS) {
    const pdf = pdfOf(root)
    const start = Number(/startxref\s+(\d+)/.exec(pdf)?.[1])
    assert.equal(pdf.slice(start, start + 4), 'xref', fileName)
    const entries = [...pdf.slice(start).matchAll(/(\d{10}) 00000 n/g)]
    assert.ok(entries.length > 5, fileName)
    entries.forEach(([, offset], position) => {
      assert.ok(pdf.startsWith(`${position + 1} 0 obj`, Number(offset)), `${fileName}: object ${position + 1}`)
    })
  }
})

test('every PDF has its own identifier and the date of its document', () => {
  const ids = REPORTS.map(({ fileName, root }) => {
    const pdf = pdfOf(root)
    const written = textAt('/c:ClinicalDocument/c:effectiveTime/@value', root).slice(0, 14)
    assert.equal(/\/CreationDate (\d+) 0 R/.test(pdf), true, fileName)
    assert.ok(pdf.includes(`(D:${written}`), fileName)
    return /\/ID \[<([0-9a-f]{32})>/.exec(pdf)?.[1]
  })
  assert.equal(new Set(ids).size, REPORTS.length)
})
