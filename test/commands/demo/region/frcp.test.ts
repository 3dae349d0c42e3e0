import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOf, documentsOf, holds, textAt } from './a-region.ts'

const SHEETS = documentsOf('FRCP').slice(0, 40)

test('a meeting sheet says its template and its version', () => {
  for (const { root } of SHEETS) {
    assert.equal(textAt("//c:templateId[@root='1.2.250.1.213.1.1.1.8']/@extension", root), '2022.01')
    assert.equal(textAt('/c:ClinicalDocument/c:code/@code', root), '34794-8')
  }
})

/** Sections that the schematron of the sheet requires (documents-fr.md 5.2). */
const MANDATORY = [
  { id: 'reason', template: '1.3.6.1.4.1.19376.1.5.3.1.3.2', loinc: '42349-1' },
  { id: 'discovery', template: '1.3.6.1.4.1.19376.1.5.3.1.1.21.2.9', loinc: '42545-4' },
  { id: 'diagnosis', template: '1.3.6.1.4.1.19376.1.7.3.1.3.14.1', loinc: '72135-7' },
  { id: 'phase', template: '1.2.250.1.213.1.1.2.25', loinc: '18733-6' },
  { id: 'synthesis', template: '1.3.6.1.4.1.19376.1.5.3.1.3.4', loinc: '10164-2' },
  { id: 'case status', template: '1.2.250.1.213.1.1.2.33', loinc: '21874-3' },
  { id: 'plan', template: '1.3.6.1.4.1.19376.1.5.3.1.3.36', loinc: '18776-5' },
  { id: 'frame', template: '1.2.250.1.213.1.1.2.175', loinc: '35510-7' },
  { id: 'document status', template: '1.2.250.1.213.1.1.2.35', loinc: '33557-0' },
] as const
for (const { id, template, loinc } of MANDATORY) {
  test(`every sheet has one ${id} section, readable in French`, () => {
    const section = `//c:section[c:templateId/@root='${template}']`
    for (const { fileName, root } of SHEETS) {
      assert.equal(countOf(section, root), 1, fileName)
      assert.equal(textAt(`${section}/c:code/@code`, root), loinc)
      assert.ok(textAt(`${section}/c:text`, root).length > 10, fileName)
    }
  })
}

test('every sheet codes its tumour with morphology, topography and the three letters of the TNM', () => {
  for (const { fileName, root } of SHEETS) {
    const tumour = "//c:observation[c:code/@code='282291009']"
    assert.match(textAt(`${tumour}/c:value/@code`, root), /^\d{4}\/3$/, fileName)
    assert.match(textAt(`${tumour}/c:targetSiteCode/@code`, root), /^C\d\d/, fileName)
    const stage = `${tumour}/c:entryRelationship/c:observation[c:code/@code='75620-5']`
    for (const letter of ['21905-5', '21906-3', '21907-1']) {
      assert.equal(countOf(`${stage}/c:entryRelationship/c:observation[c:code/@code='${letter}']`, root), 1, fileName)
    }
  }
})

test('the header codes the meeting, then the same topography as the body', () => {
  for (const { root } of SHEETS) {
    assert.equal(textAt('//c:documentationOf[1]//c:code/@code', root), '39')
    assert.equal(textAt('//c:documentationOf[2]//c:code/@code', root), textAt('//c:targetSiteCode/@code', root))
  }
})

test('the encounter names the network, the organiser and the meeting, and where it is held', () => {
  for (const { root } of SHEETS) {
    for (const level of [1, 2, 3]) {
      const path = `//c:encompassingEncounter/c:id[@root='1.2.250.1.161.1.20.${level}.1']`
      assert.equal(countOf(path, root), 1)
    }
    assert.ok(holds('//c:encompassingEncounter//c:healthCareFacility/c:location[c:name][c:addr]', root))
  }
})

test('the participants of a meeting are all there', () => {
  const roles = [
    "@typeCode='RESP'",
    "@typeCode='REFB'",
    "@typeCode='PRF'][not(c:functionCode/@code)",
    "@typeCode='INF'][c:functionCode/@code='PCP'",
    "@typeCode='PRF'][c:functionCode/@code='353'",
    "@typeCode='PRF'][c:functionCode/@code='CORRE'",
  ]
  for (const { fileName, root } of SHEETS) {
    for (const role of roles) assert.ok(holds(`//c:participant[${role}]`, root), `${fileName}: ${role}`)
    assert.ok(countOf("//c:participant[c:functionCode/@code='353']", root) >= 3, 'at least three specialties')
  }
})

test('a sheet weighs between 15 and 60 kilobytes', () => {
  for (const { patient } of SHEETS) {
    for (const { kind, bytes } of patient.documents) {
      if (kind === 'FRCP') assert.ok(bytes.length > 15_000 && bytes.length < 60_000, String(bytes.length))
    }
  }
})

test('a relapse says so, in the phase and in the question', () => {
  const relapses = SHEETS.filter(({ root }) => holds("//c:value[@code='MED-244']", root))
  assert.ok(relapses.length > 0)
  for (const { root } of relapses) {
    assert.ok(holds("//c:observation[c:code/@code='MED-245']/c:value[@value='true']", root))
    assert.match(textAt("//c:section[c:code/@code='10164-2']/c:text", root), /rechute/)
  }
})
