import type { DocumentReference } from '@medplum/fhirtypes'
import { classOfType } from '../../src/french/ass-x04.ts'
import { findCode } from '../../src/french/code-table.ts'
import { CONFIDENTIALITY_CODES, FACILITY_TYPES, PRACTICE_SETTINGS } from '../../src/french/document-codes.ts'
import { DOCUMENT_FORMATS } from '../../src/french/document-formats.ts'
import { DOCUMENT_TYPES } from '../../src/french/document-types.ts'
import { CIM_10, LOINC, URI_SYSTEM } from '../../src/french/oids.ts'
import { DISTINCT_CONTENTS } from './blobs.ts'
import { documentIdAt, drawn, urnAt } from './ids.ts'
import { participantsAt } from './participants.ts'

/** A document of the data set; `content` is the number of its bytes. */
export interface BenchDocument {
  id: string
  binaryId: string
  content: number
  resource: DocumentReference
}

/** The type that the large records hold at least twenty times: the meeting sheet. */
export const FREQUENT_TYPE = { system: LOINC, code: '34794-8' } as const
/** One patient in so many has a large record. */
export const LARGE_EVERY = 500

/** Types of the documents with their format and title, from the most to the least frequent. */
const KINDS = [
  { type: FREQUENT_TYPE.code, format: 'urn:asip:ci-sis:frcp:2011', title: 'Fiche de réunion de concertation' },
  { type: '60568-3', format: 'urn:ihe:iti:xds-sd:pdf:2008', title: 'Compte rendu d’anatomie pathologique' },
  { type: '18776-5', format: 'urn:asip:ci-sis:pps-cancer:2017', title: 'Programme personnalisé de soins' },
  { type: '34874-8', format: 'urn:ihe:iti:xds-sd:pdf:2008', title: 'Compte rendu opératoire' },
  { type: '51969-4', format: 'urn:asip:ci-sis:crgm:2018', title: 'Compte rendu de génétique moléculaire' },
] as const

const TUMOURS = ['C50.9', 'C18.7', 'C34.1', 'C61', 'C56', 'C25.0', 'C43.5', 'C64'] as const
const FIRST_DAY = Date.parse('2019-01-01T08:00:00Z')
const LAST_DAY = Date.parse('2026-10-31T18:00:00Z')

/** Number of documents of the patient at an index: two to six, and more than twenty in the large records. */
export function documentCount(index: number): number {
  return isLarge(index) ? 20 + frequentExtra(index) + 4 : 2 + ((drawn(`count ${index}`)[0] ?? 0) % 5)
}

/** Whether the patient at an index has a page of twenty documents of one type. */
export function isLarge(index: number): boolean {
  return index % LARGE_EVERY === 0
}

/** The documents of the patient at an index. */
export function documentsAt(index: number): BenchDocument[] {
  return Array.from({ length: documentCount(index) }, (_, position) => {
    const frequent = isLarge(index) && position < 20 + frequentExtra(index)
    return documentAt(index, position, frequent ? 0 : undefined)
  })
}

/** A page of twenty is the whole answer for some large records, the first of two pages for others. */
function frequentExtra(index: number): number {
  return Math.floor(index / LARGE_EVERY) % 5
}

function documentAt(index: number, position: number, kindWanted: number | undefined): BenchDocument {
  const random = drawn(`document ${index} ${position}`)
  const draw = (at: number, below: number) => random.readUInt16LE(at) % below
  const kind = KINDS[kindWanted ?? draw(0, KINDS.length)] ?? KINDS[0]
  const writtenAt = FIRST_DAY + (random.readUInt32LE(4) / 2 ** 32) * (LAST_DAY - FIRST_DAY)
  const instant = (days: number) => new Date(writtenAt + days * 86_400_000).toISOString().replace(/\.\d+Z$/, '+00:00')
  const content = draw(8, 2) === 0 ? 0 : 1 + draw(10, DISTINCT_CONTENTS)
  const binaryId = documentIdAt(index, position, 'binary')
  const participants = participantsAt(draw(12, 65_536))
  const resource: DocumentReference = {
    resourceType: 'DocumentReference',
    meta: { profile: [PROFILE] },
    contained: participants.contained,
    masterIdentifier: { use: 'usual', system: URI_SYSTEM, value: urnAt(`master ${index} ${position}`) },
    identifier: [{ use: 'secondary', system: URI_SYSTEM, value: urnAt(`set ${index} ${position}`) }],
    status: draw(14, 10) === 0 ? 'superseded' : 'current',
    type: { coding: [coding(DOCUMENT_TYPES, kind.type)] },
    category: [{ coding: [classOfType(LOINC, kind.type) ?? {}] }],
    subject: {},
    date: instant(1),
    author: participants.author,
    authenticator: participants.authenticator,
    custodian: participants.custodian,
    description: `${kind.title} du ${instant(0).slice(0, 10)}`,
    securityLabel: [{ coding: [coding(CONFIDENTIALITY_CODES, draw(16, 20) === 0 ? 'R' : 'N')] }],
    content: [
      {
        attachment: {
          contentType: 'application/pdf',
          language: 'fr-FR',
          url: `Binary/${binaryId}`,
          title: kind.title,
          creation: instant(0),
        },
        format: coding(DOCUMENT_FORMATS, kind.format),
      },
    ],
    context: {
      encounter: [{ identifier: { system: 'urn:oid:1.2.250.1.71.4.2.2.990000001.1', value: `VENUE-${index}` } }],
      event: [{ coding: [{ system: CIM_10, code: TUMOURS[index % TUMOURS.length] ?? TUMOURS[0] }] }],
      period: { start: instant(-2), end: instant(-1) },
      facilityType: { coding: [coding(FACILITY_TYPES, 'SA01')] },
      practiceSetting: { coding: [coding(PRACTICE_SETTINGS, 'ETABLISSEMENT')] },
    },
  }
  return { id: documentIdAt(index, position, 'document'), binaryId, content, resource }
}

const PROFILE = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference'

function coding(table: Parameters<typeof findCode>[0], code: string) {
  return findCode(table, code) ?? { code }
}
