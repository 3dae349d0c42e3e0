import type { DocumentReference, Encounter, Identifier, Reference, Resource } from '@medplum/fhirtypes'
import type { CdaHeader } from '../cda/header.ts'
import { identifierOf } from '../identifiers.ts'
import { URI_SYSTEM, uniqueIdOf } from '../oids.ts'

/** Types of the ids that a document refers to (XDS referenceIdList, data type CXi). Source: IHE ITI TF-3, PDSm. */
const REFERENCE_ID_TYPES = {
  encounter: 'urn:ihe:iti:xds:2015:encounterId',
  order: 'urn:ihe:iti:xds:2013:order',
  accession: 'urn:ihe:iti:xds:2013:accession',
  study: 'urn:ihe:iti:xds:2016:studyInstanceUID',
} as const

type RelatesTo = NonNullable<DocumentReference['relatesTo']>[number]

const RELATION_CODES = { RPLC: 'replaces', APND: 'appends', XFRM: 'transforms' } as const

/** The encounter of a document, by its ids: nothing says that the server has it as a resource. */
export function encounterReferences({ encounter }: CdaHeader): Reference<Encounter>[] {
  return encounter.ids.map((id) => ({ identifier: typed('encounter', identifierOf(id)) }))
}

/** The orders, accession numbers and imaging studies of a document, by their ids. A study UID has no assigning authority. */
export function relatedReferences(header: CdaHeader): Reference<Resource>[] {
  return [
    ...header.orders.map((id) => typed('order', identifierOf(id))),
    ...header.accessionNumbers.map((id) => typed('accession', identifierOf(id))),
    ...header.studyInstanceUids.map((uid) => typed('study', { value: uid })),
  ].map((identifier) => ({ identifier }))
}

/** What a document replaces, completes or transforms, by unique id: the caller finds the resource. */
export function relations({ relations: related }: CdaHeader): RelatesTo[] {
  return related.map(({ type, id }) => ({ code: RELATION_CODES[type], target: { identifier: uniqueIdOf(id) } }))
}

function typed(type: keyof typeof REFERENCE_ID_TYPES, identifier: Identifier): Identifier {
  return { type: { coding: [{ system: URI_SYSTEM, code: REFERENCE_ID_TYPES[type] }] }, ...identifier }
}
