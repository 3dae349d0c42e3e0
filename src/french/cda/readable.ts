import type { Element } from '@xmldom/xmldom'
import { readBody } from './body.ts'
import { attribute, CDA_NAMESPACE, child, children, descend, textOf, texts } from './dom.ts'
import { type CdaProfessional, readProfessional } from './participants.ts'
import { type CdaPatient, readPatient } from './patient.ts'
import { dateTimeOf } from './time.ts'

/**
 * What a person reads of a document before its sections. Read without holding the document to any rule: a document that
 * was filed must be readable, whatever its header lacks.
 */
export type ReadableHeader = {
  readonly title: string | undefined
  /** As the document names its type. */
  readonly typeName: string | undefined
  /** FHIR dateTime of the document. */
  readonly writtenAt: string | undefined
  readonly version: string | undefined
  /** Undefined when the header does not say who it is. */
  readonly patient: CdaPatient | undefined
  readonly people: readonly ReadablePerson[]
  /** The organisation that keeps the document. */
  readonly custodian: string | undefined
}

/** What somebody has to do with a document. */
export type Part = 'author' | 'legalAuthenticator' | 'authenticator' | 'performer' | 'informant' | 'recipient' | 'other'

/** Somebody whom the header names. */
export type ReadablePerson = {
  readonly part: Part
  readonly name: string | undefined
  /** The profession, as the document names it. */
  readonly profession: string | undefined
  readonly organization: string | undefined
}

/** A section: its heading, its narrative (the element `text`) and the sections within. */
export type ReadableSection = {
  readonly title: string | undefined
  readonly narrative: Element | undefined
  readonly sections: readonly ReadableSection[]
}

/** Reads the header of a ClinicalDocument. Throws nothing. */
export function readableHeader(clinicalDocument: Element): ReadableHeader {
  return {
    title: textOf(children(clinicalDocument, 'title')[0]),
    typeName: attribute(children(clinicalDocument, 'code')[0], 'displayName'),
    writtenAt: dateTimeOf(attribute(children(clinicalDocument, 'effectiveTime')[0], 'value') ?? ''),
    version: attribute(children(clinicalDocument, 'versionNumber')[0], 'value'),
    patient: patientOrNone(clinicalDocument),
    people: unique(
      PARTS.flatMap(([path, part]) => elementsAt(clinicalDocument, path).map((one) => personOf(one, part))),
    ),
    custodian: textOf(descend(clinicalDocument, 'custodian/assignedCustodian/representedCustodianOrganization/name')),
  }
}

/** The sections of a structured body in their order; empty for a document without one. */
export function readableSections(clinicalDocument: Element): ReadableSection[] {
  return elementsAt(clinicalDocument, 'component/structuredBody').flatMap(sectionsIn)
}

/** The file that a document of level 1 carries; undefined for any other document, and for a file that is damaged. */
export function carriedFile(clinicalDocument: Element): { mediaType: string; bytes: Uint8Array } | undefined {
  try {
    const body = readBody(clinicalDocument)
    return body.kind === 'unstructured' ? { mediaType: body.mediaType, bytes: body.content } : undefined
  } catch {
    return undefined
  }
}

/** An image inside a document, that its narrative refers to by ID. */
export type EmbeddedImage = { readonly id: string; readonly mediaType: string; readonly bytes: Uint8Array }

/** The images that browsers show and that run nothing. */
const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif']

/** The images inside a document; those by reference, and of other types, are left out. */
export function embeddedImages(clinicalDocument: Element): EmbeddedImage[] {
  const media = Array.from(clinicalDocument.getElementsByTagNameNS(CDA_NAMESPACE, 'observationMedia'))
  return media.flatMap((element) => {
    const id = attribute(element, 'ID')
    const value = children(element, 'value')[0]
    const mediaType = attribute(value, 'mediaType')?.toLowerCase() ?? ''
    if (id === undefined || value === undefined || !IMAGE_TYPES.includes(mediaType)) return []
    const bytes = attribute(value, 'representation') === 'B64' ? base64Of(value.textContent ?? '') : undefined
    return bytes === undefined ? [] : [{ id, mediaType, bytes }]
  })
}

const PARTS: readonly (readonly [path: string, part: Part])[] = [
  ['author/assignedAuthor', 'author'],
  ['legalAuthenticator/assignedEntity', 'legalAuthenticator'],
  ['authenticator/assignedEntity', 'authenticator'],
  ['documentationOf/serviceEvent/performer/assignedEntity', 'performer'],
  ['informant/assignedEntity', 'informant'],
  ['informationRecipient/intendedRecipient', 'recipient'],
  ['participant/associatedEntity', 'other'],
]

/** Names that stand for the person in the different roles. */
const PEOPLE = ['assignedPerson', 'associatedPerson', 'informationRecipient'] as const
const ORGANIZATIONS = ['representedOrganization', 'scopingOrganization', 'receivedOrganization'] as const

function personOf(entity: Element, part: Part): ReadablePerson {
  const { person, organization, code }: CdaProfessional = readProfessional(entity)
  const other = PEOPLE.flatMap((name) => child(entity, name) ?? [])[0]
  const written = other && textOf(child(other, 'name'))
  const device = textOf(descend(entity, 'assignedAuthoringDevice/softwareName'))
  const place = ORGANIZATIONS.flatMap((name) => child(entity, name) ?? [])[0]
  const named = person && [person.prefix, ...person.givens, person.family, person.suffix].filter(isText).join(' ')
  return {
    part,
    name: named ?? namedOf(other) ?? written ?? device,
    profession: code?.displayName,
    organization: organization?.name ?? textOf(place && child(place, 'name')),
  }
}

function namedOf(person: Element | undefined): string | undefined {
  const name = person && child(person, 'name')
  const parts = ['prefix', 'given', 'family', 'suffix'].flatMap((part) => texts(name, part))
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** Whoever has several parts in the same role is named once. */
function unique(people: readonly ReadablePerson[]): ReadablePerson[] {
  const known = people.filter(({ name, organization }) => name !== undefined || organization !== undefined)
  return [...new Map(known.map((person) => [JSON.stringify(person), person])).values()]
}

function sectionsIn(parent: Element): ReadableSection[] {
  return children(parent, 'component')
    .flatMap((component) => children(component, 'section'))
    .map((section) => ({
      title: textOf(children(section, 'title')[0]),
      narrative: children(section, 'text')[0],
      sections: sectionsIn(section),
    }))
}

/** All elements along a path of child names, with nullFlavor or not. */
function elementsAt(parent: Element, path: string): Element[] {
  return path.split('/').reduce<Element[]>((found, name) => found.flatMap((one) => children(one, name)), [parent])
}

function patientOrNone(clinicalDocument: Element): CdaPatient | undefined {
  try {
    return readPatient(clinicalDocument)
  } catch {
    return undefined
  }
}

function base64Of(written: string): Uint8Array | undefined {
  const compact = written.replace(/\s+/g, '')
  return compact !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined
}

function isText(value: string | undefined): value is string {
  return value !== undefined
}
