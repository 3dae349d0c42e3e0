import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHeader } from '../../../../src/french/cda/header.ts'
import { classOf, formatOf, typeOf } from '../../../../src/french/cda/metadata.ts'
import { parseCda } from '../../../../src/french/cda/parse.ts'
import { embeddedDocument } from '../../../../src/french/cda/pdf.ts'
import { isInProgress } from '../../../../src/french/cda/status.ts'
import { PATIENTS } from './a-region.ts'

/** Type, class and format of each kind (documents-fr.md 4.1). */
const EXPECTED = {
  FRCP: { type: '34794-8', documentClass: '10', format: 'urn:asip:ci-sis:frcp:2011' },
  PPS: { type: '18776-5', documentClass: '44', format: 'urn:asip:ci-sis:pps-cancer:2017' },
  CRACP: { type: '60568-3', documentClass: '10', format: 'urn:ihe:iti:xds-sd:pdf:2008' },
} as const

for (const kind of ['FRCP', 'PPS', 'CRACP'] as const) {
  test(`the reader of the record finds the type, class and format of a ${kind}`, () => {
    for (const { documents } of PATIENTS) {
      for (const document of documents.filter((one) => one.kind === kind)) {
        const header = readHeader(parseCda(document.bytes))
        assert.deepEqual(
          { type: typeOf(header).code, documentClass: classOf(header).code, format: formatOf(header).code },
          EXPECTED[kind],
          document.fileName,
        )
      }
    }
  })
}

test('the reader finds the patient, the act, the place and the replacement of every document', () => {
  for (const { identity, documents } of PATIENTS) {
    for (const { bytes, fileName, kind } of documents) {
      const header = readHeader(parseCda(bytes))
      assert.equal(header.patient.ids[0]?.extension, identity.ins, fileName)
      assert.equal(header.patient.name.birthFamily, identity.birthFamily, fileName)
      assert.ok(
        header.events.some(({ code }) => /^C\d\d/.test(code)),
        fileName,
      )
      assert.match(header.encounter.facilityType.code, /^SA/, fileName)
      assert.equal(header.service.practiceSetting.code, 'ETABLISSEMENT', fileName)
      assert.equal(header.relations.length, header.versionNumber - 1, fileName)
      assert.equal(isInProgress(header), false, fileName)
      assert.equal(embeddedDocument(header)?.contentType, kind === 'CRACP' ? 'application/pdf' : undefined, fileName)
    }
  }
})
