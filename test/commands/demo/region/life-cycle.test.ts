import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributesOf, DOCUMENTS, PATIENTS, type ParsedDocument, TODAY, textAt } from './a-region.ts'

const HEADER = '/c:ClinicalDocument'
const idOf = ({ root }: ParsedDocument): string => textAt(`${HEADER}/c:id/@root`, root)
const setOf = ({ root }: ParsedDocument): string => textAt(`${HEADER}/c:setId/@root`, root)
const versionOf = ({ root }: ParsedDocument): number => Number(textAt(`${HEADER}/c:versionNumber/@value`, root))
const replacedBy = ({ root }: ParsedDocument): string =>
  textAt(`${HEADER}/c:relatedDocument[@typeCode='RPLC']/c:parentDocument/c:id/@root`, root)

test('every patient has two to eight documents, four on average', () => {
  for (const { documents } of PATIENTS) assert.ok(documents.length >= 2 && documents.length <= 8)
  const mean = DOCUMENTS.length / PATIENTS.length
  assert.ok(mean > 3.4 && mean < 4.6, String(mean))
})

test('file names are unique and say nothing of the patient', () => {
  for (const { fileName } of DOCUMENTS) assert.match(fileName, /^\d{7}-\d{2}-(frcp|pps|cracp)\.xml$/)
  assert.equal(new Set(DOCUMENTS.map(({ fileName }) => fileName)).size, DOCUMENTS.length)
})

test('identifiers are UUIDs under 2.25 and no two documents, nor two entries, share one', () => {
  for (const document of DOCUMENTS) {
    assert.match(idOf(document), /^2\.25\.\d{1,39}$/)
    assert.ok(BigInt(idOf(document).slice(5)) < 1n << 128n)
  }
  assert.equal(new Set(DOCUMENTS.map(idOf)).size, DOCUMENTS.length)
  const entries = DOCUMENTS.flatMap(({ root }) => attributesOf('//c:structuredBody//c:id[not(@extension)]/@root', root))
  const uuids = entries.filter((id) => id.includes('-'))
  assert.ok(uuids.length > 1000)
  assert.equal(new Set(uuids).size, uuids.length)
})

test('documents are dated in the order of import, before today and after the birth of the patient', () => {
  let previous: ParsedDocument | undefined
  for (const document of DOCUMENTS) {
    const date = textAt(`${HEADER}/c:effectiveTime/@value`, document.root)
    assert.match(date, /^\d{14}[+]0[12]00$/)
    assert.ok(date.slice(0, 8) < TODAY.replaceAll('-', ''), document.fileName)
    assert.ok(date.slice(0, 8) > document.patient.identity.birthDate.replaceAll('-', ''))
    if (previous?.patient === document.patient) {
      assert.ok(date > textAt(`${HEADER}/c:effectiveTime/@value`, previous.root), document.fileName)
    }
    previous = document
  }
})

test('what a document tells took place before it was written', () => {
  for (const { fileName, root } of DOCUMENTS) {
    const event = textAt('//c:documentationOf[1]//c:low/@value', root)
    assert.ok(event <= textAt(`${HEADER}/c:effectiveTime/@value`, root), fileName)
  }
})

test('a replacement has the set of what it replaces, the next version, and comes after it', () => {
  const imported = new Map<string, ParsedDocument>()
  let replacements = 0
  for (const document of DOCUMENTS) {
    const replaced = imported.get(replacedBy(document))
    if (versionOf(document) === 1) {
      assert.equal(replacedBy(document), '', document.fileName)
    } else {
      assert.ok(replaced, `${document.fileName} replaces a document already imported`)
      assert.equal(setOf(document), setOf(replaced))
      assert.equal(versionOf(document), versionOf(replaced) + 1)
      assert.equal(document.kind, replaced.kind)
      assert.equal(document.patient, replaced.patient)
      replacements += 1
    }
    imported.set(idOf(document), document)
  }
  assert.ok(replacements > 10)
})

test('sets are apart: one for each chain of versions', () => {
  const chains = Map.groupBy(DOCUMENTS, setOf)
  for (const documents of chains.values()) {
    assert.deepEqual(
      documents.map(versionOf),
      documents.map((_, position) => position + 1),
    )
  }
})

test('some documents are confidential, most are not', () => {
  const codes = DOCUMENTS.map(({ root }) => textAt(`${HEADER}/c:confidentialityCode/@code`, root))
  const share = codes.filter((code) => code !== 'N').length / codes.length
  assert.ok(share > 0.01 && share < 0.2, String(share))
})
