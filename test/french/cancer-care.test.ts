import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHeader } from '../../src/french/cda/header.ts'
import { documentMetadata } from '../../src/french/cda/metadata.ts'
import { parseCda } from '../../src/french/cda/parse.ts'
import { isCancerCare } from '../../src/french/document-types.ts'
import { needsOfficial, officialBytes, officialCdaFiles } from './official.ts'

for (const { name, path } of officialCdaFiles()) {
  const cancer = name.startsWith('CANCER-')
  test(`${name} ${cancer ? 'opens' : 'does not open'} an oncology pathway`, needsOfficial, () => {
    const header = readHeader(parseCda(officialBytes(path)))
    const { typeCode, formatCode, events } = documentMetadata(header, { size: 1, sha1: '' })
    const templateIds = header.templateIds.map(({ root }) => root)
    const eventCodes = events.map(({ code }) => code)
    assert.equal(isCancerCare({ typeCode, formatCode, templateIds, eventCodes }), cancer)
  })
}
