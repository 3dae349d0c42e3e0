import { createHash } from 'node:crypto'
import { readHeader } from '../../../src/french/cda/header.ts'
import { documentMetadata } from '../../../src/french/cda/metadata.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { documentReferenceOf } from '../../../src/french/pdsm/document-reference.ts'
import { submissionSetOf } from '../../../src/french/pdsm/submission-set.ts'

/** The PDSm entry and submission set that the import makes of a CDA document. */
export function derived(bytes: Uint8Array): { entry: object; submission: object } {
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
