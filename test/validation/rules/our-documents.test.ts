import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { readHeader } from '../../../src/french/cda/header.ts'
import { documentMetadata } from '../../../src/french/cda/metadata.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { documentReferenceOf } from '../../../src/french/pdsm/document-reference.ts'
import { submissionSetOf } from '../../../src/french/pdsm/submission-set.ts'
import { documentBytes } from '../../french/cda/a-document.ts'
import { needsOfficial, officialBytes, officialCdaFiles } from '../../french/official.ts'
import { validateWhole } from './whole.ts'

const SAMPLES = [
  { name: 'a fictitious fiche RCP', bytes: () => documentBytes() },
  ...officialCdaFiles().map(({ name, path }) => ({ name, bytes: () => officialBytes(path) })),
]

for (const { name, bytes } of SAMPLES) {
  test(`the entry and the submission that we make of ${name} are valid`, needsOfficial, () => {
    const { entry, submission } = derived(bytes())
    assert.deepEqual(errorsOf(entry), [])
    assert.deepEqual(errorsOf(submission), [])
  })
}

function derived(bytes: Uint8Array): { entry: object; submission: object } {
  const sha1 = createHash('sha1').update(bytes).digest('hex')
  const header = readHeader(parseCda(bytes))
  const metadata = documentMetadata(header, { size: bytes.length, sha1 })
  const [patientRef, date] = ['Patient/p1', '2026-07-12T16:00:00Z']
  const facts = { contentType: metadata.mimeType, size: bytes.length, sha1 }
  return {
    entry: documentReferenceOf({ header, metadata, facts, patientRef, contentUrl: 'Binary/b1', date }),
    submission: submissionSetOf({
      header,
      uuid: '0c287d32-01e3-4d87-9953-9fcc9404eb21',
      patientRef,
      documentRef: 'DocumentReference/d1',
      date,
    }),
  }
}

function errorsOf(resource: object): string[] {
  return validateWhole(resource, { insDomain: 'test' })
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression, detail }) => `${key} ${expression} ${JSON.stringify(detail)}`)
}
