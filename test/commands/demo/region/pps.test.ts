import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributesOf, countOf, documentsOf, holds, nodesOf, textAt } from './a-region.ts'

const PROGRAMMES = documentsOf('PPS')

test('a care programme says its template, its version and its type', () => {
  for (const { root } of PROGRAMMES) {
    assert.equal(textAt("//c:templateId[@root='1.2.250.1.213.1.1.1.26']/@extension", root), '2022.01')
    assert.equal(textAt('/c:ClinicalDocument/c:code/@code', root), '18776-5')
  }
})

test('a care programme has the sections of the volet, each with a text', () => {
  const expected = [
    '55112-7',
    '42349-1',
    '72135-7',
    '42545-4',
    '18733-6',
    '18776-5',
    '18776-5',
    '33557-0',
    '55107-7',
    '55112-7',
  ]
  for (const { fileName, root } of PROGRAMMES) {
    assert.deepEqual(attributesOf('//c:structuredBody/c:component/c:section/c:code/@code', root), expected, fileName)
    assert.equal(countOf('//c:section[not(normalize-space(c:text))]', root), 0, fileName)
  }
})

test('treatments are acts MED-568 whose qualifier says the treatment, with their dates', () => {
  for (const { fileName, root } of PROGRAMMES) {
    const treatments = nodesOf("//c:procedure[c:code/@code='MED-568']", root)
    assert.ok(treatments.length > 0, fileName)
    for (const treatment of treatments) {
      assert.ok(holds('c:code/c:qualifier/c:value[@code and @displayName]', treatment), fileName)
      assert.ok(textAt('c:effectiveTime/c:low/@value', treatment) <= textAt('c:effectiveTime/c:high/@value', treatment))
    }
  }
})

test('follow-up, supportive care and social support are coded', () => {
  for (const { fileName, root } of PROGRAMMES) {
    for (const kind of ['MED-571', 'MED-572', 'MED-573']) {
      assert.ok(holds(`//c:procedure[c:code/@code='${kind}']`, root), `${fileName}: ${kind}`)
    }
  }
})

test('the state of the document gives the dates of the meeting and of the handing over', () => {
  for (const { root } of PROGRAMMES) {
    const dateOf = (code: string): string => textAt(`//c:observation[c:code/@code='${code}']/c:value/@value`, root)
    assert.ok(dateOf('ORG-189') <= dateOf('GEN-178'))
    const revised = holds('//c:relatedDocument', root)
    assert.equal(countOf("//c:observation[c:code/@code='GEN-037']", root), revised ? 1 : 0)
  }
})

test('the documents referred to are earlier documents of the same patient', () => {
  for (const { fileName, patient, root } of PROGRAMMES) {
    const referred = attributesOf('//c:externalDocument/c:id/@root', root)
    assert.ok(referred.length > 0, fileName)
    const own = patient.documents.map(({ bytes }) => new TextDecoder().decode(bytes)).join('')
    for (const id of referred) assert.ok(own.includes(`<id root="${id}"/><code code=`), fileName)
  }
})
