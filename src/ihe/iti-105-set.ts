import type { DocumentReference, Identifier, List, Reference, Resource } from '@medplum/fhirtypes'
import { type InstanceIdentifier, STRUCTURES_OID, URI_SYSTEM } from '../french/oids.ts'
import { activityOfFacility, authorOrganization, newSubmissionSet, sourceIdOf } from '../french/pdsm/submission-set.ts'

/** What a submission set is given besides its document. */
export interface SubmissionSetNames {
  uuid: string
  /** `Patient/…` and `DocumentReference/…`. */
  patientRef: string
  documentRef: string
  /** Instant of the submission. */
  date: string
}

/**
 * MHD-105-04: the submission set of a document that was published alone, derived from its DocumentReference
 * (reference/ihe.md 2.8, documents-fr.md 1.4): source from the first author, sourceId from the custodian or the
 * organisation of the author, designationType from the kind of facility, title of the document.
 */
export function submissionSetOfDocument(document: DocumentReference, names: SubmissionSetNames): List {
  const { contained, source } = sourceOf(document)
  const [facility] = document.context?.facilityType?.coding ?? []
  return newSubmissionSet({
    ...names,
    title: document.content?.[0]?.attachment?.title,
    contained,
    source,
    designationType: activityOfFacility(facility ?? {}),
    sourceId: sourceIdOf(sourceIdentifiers(document)),
  })
}

interface Source {
  contained: Resource[]
  source: List['source'] | undefined
}

const ROLE = 'source'

/**
 * The first author as PDSm wants a source: contained, and a role rather than a bare professional. An organisation is no
 * source of a list: it is that of a role, and its authorOrg. Without author the custodian has submitted.
 */
function sourceOf(document: DocumentReference): Source {
  const { author = [], custodian } = document
  // The R4 types give a reference the resource that it points at, which JSON never holds.
  const { resource: _none, ...reference }: Reference = author[0] ?? custodian ?? {}
  const type = typeOf(document, reference)
  if (type === 'Organization') {
    const role: Resource = { resourceType: 'PractitionerRole', id: ROLE, organization: reference }
    const extension = [authorOrganization(reference)]
    return { contained: [role, ...reached(document, [role])], source: { extension, reference: `#${ROLE}` } }
  }
  if (type === 'Practitioner') {
    const role: Resource = { resourceType: 'PractitionerRole', id: ROLE, practitioner: reference }
    return { contained: [role, ...reached(document, [role])], source: { reference: `#${ROLE}` } }
  }
  if (type !== 'PractitionerRole' && type !== 'Patient' && type !== 'Device')
    return { contained: [], source: undefined }
  return { contained: reached(document, [reference]), source: reference }
}

/** What a reference points at, by the contained resource, the address or the type that it names. */
function typeOf({ contained }: DocumentReference, { reference = '', type }: Reference): string | undefined {
  const target = contained?.find(({ id }) => id !== undefined && reference === `#${id}`)
  return target?.resourceType ?? /^([A-Z][A-Za-z]+)\//.exec(reference)?.[1] ?? type
}

/** Contained resources of the document that `from` refers to, and those that they refer to in turn. */
function reached({ contained = [] }: DocumentReference, from: readonly object[]): Resource[] {
  const found = new Set<Resource>()
  for (let texts = from.map((one) => JSON.stringify(one)); texts.length > 0; ) {
    const named = contained.filter(
      (one) => !found.has(one) && texts.some((text) => text.includes(`"reference":"#${one.id}"`)),
    )
    for (const one of named) found.add(one)
    texts = named.map((one) => JSON.stringify(one))
  }
  return contained.filter((one) => found.has(one))
}

/**
 * A DocumentReference does not name the system that sent it. Its custodian, or the organisation of its author, is the
 * structure whose system that is; failing both, the arc under which the document itself is numbered.
 */
function sourceIdentifiers(document: DocumentReference): InstanceIdentifier[] {
  const { contained = [], custodian, masterIdentifier } = document
  const organizations = contained.filter((one) => one.resourceType === 'Organization')
  const keeper = organizations.find(({ id }) => custodian?.reference === `#${id}`)
  const logical = custodian?.identifier === undefined ? [] : [custodian.identifier]
  const known = [
    ...(keeper?.identifier ?? []),
    ...logical,
    ...organizations.flatMap(({ identifier }) => identifier ?? []),
  ]
  return [...known.flatMap(instanceIdentifiers), arcOf(masterIdentifier)]
}

/** An identifier of a structure as an OID and a number under it (documents-fr.md 1.11: "1"+FINESS, "2"+SIREN, "3"+SIRET). */
function instanceIdentifiers({ system = '', value = '' }: Identifier): InstanceIdentifier[] {
  if (system === 'https://finess.esante.gouv.fr') return [{ root: STRUCTURES_OID, extension: `1${value}` }]
  if (system === 'https://sirene.fr') {
    return [{ root: STRUCTURES_OID, extension: `${value.length === SIREN_LENGTH ? 2 : 3}${value}` }]
  }
  if (system === URI_SYSTEM) return value.startsWith(OID) ? [{ root: value.slice(OID.length), extension: null }] : []
  return system.startsWith(OID) ? [{ root: system.slice(OID.length), extension: value }] : []
}

/** `urn:oid:1.2.3.4` is numbered under 1.2.3; a UUID stands for itself. */
function arcOf(identifier: Identifier | undefined): InstanceIdentifier {
  const { value = '' } = identifier ?? {}
  if (value.startsWith(OID)) return { root: value.slice(OID.length).replace(/\.\d+$/, ''), extension: null }
  return { root: value.replace(/^urn:uuid:/, ''), extension: null }
}

const OID = 'urn:oid:'
const SIREN_LENGTH = 9
