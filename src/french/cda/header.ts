import type { Element } from '@xmldom/xmldom'
import { UNSTRUCTURED_TEMPLATE } from '../ass-a11.ts'
import { type InstanceIdentifier, isUniquelyIdentifying } from '../oids.ts'
import { readBody, type StructuredBody, type UnstructuredBody } from './body.ts'
import {
  attribute,
  type CodedValue,
  children,
  identifiers,
  required,
  requiredAttribute,
  requiredCode,
  textOf,
} from './dom.ts'
import { CdaError } from './errors.ts'
import type { ParsedCda } from './parse.ts'
import {
  type CdaAuthor,
  type CdaOrganization,
  type CdaProfessional,
  readAuthors,
  readCustodian,
  readLegalAuthenticator,
} from './participants.ts'
import { type CdaPatient, readPatient } from './patient.ts'
import {
  type CdaEncounter,
  type CdaOrders,
  type CdaServices,
  readEncounter,
  readOrders,
  readServices,
} from './service.ts'
import { dateTimeOf } from './time.ts'

/** How a document relates to another one: replaces, completes, transforms. */
export type CdaRelation = { readonly type: 'RPLC' | 'APND' | 'XFRM'; readonly id: InstanceIdentifier }

/** The header of a CDA document, and what its body says of the whole. Timestamps are as written. */
export type CdaHeader = {
  readonly selfPresenting: boolean
  readonly templateIds: readonly InstanceIdentifier[]
  readonly id: InstanceIdentifier
  readonly code: CodedValue
  readonly title: string
  readonly effectiveTime: string
  readonly confidentiality: CodedValue
  readonly language: string
  readonly setId: InstanceIdentifier
  readonly versionNumber: number
  readonly patient: CdaPatient
  readonly authors: readonly CdaAuthor[]
  readonly custodian: CdaOrganization
  readonly legalAuthenticator: CdaProfessional
  readonly relations: readonly CdaRelation[]
  readonly encounter: CdaEncounter
  readonly body: StructuredBody | UnstructuredBody
} & CdaServices &
  CdaOrders

const ROOT = 'ClinicalDocument'

/** Templates that every French document claims: HL7 France, then the minimal header of the CI-SIS. */
const HEADER_TEMPLATES: readonly string[] = ['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.1']
const CDA_TYPE: InstanceIdentifier = { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }

/**
 * Reads the header of a parsed document and holds it to the minimal structure of the CI-SIS. Throws CdaError `cda.missing` or
 * `cda.invalid` with the path of the element. Source: reference/documents-fr.md 3.1, 3.2.
 */
export function readHeader({ clinicalDocument, selfPresenting }: ParsedCda): CdaHeader {
  const templateIds = readTemplates(clinicalDocument)
  const code = requiredCode(clinicalDocument, 'code', ROOT)
  const body = readBody(clinicalDocument)
  if (body.kind === 'unstructured') claims(templateIds, UNSTRUCTURED_TEMPLATE)
  return {
    selfPresenting,
    templateIds,
    id: documentId(clinicalDocument, 'id'),
    code,
    title: requiredText(clinicalDocument, 'title'),
    effectiveTime: readEffectiveTime(clinicalDocument),
    confidentiality: readConfidentiality(clinicalDocument),
    language: requiredAttribute(required(clinicalDocument, 'languageCode', ROOT), 'code', `${ROOT}/languageCode`),
    setId: documentId(clinicalDocument, 'setId'),
    versionNumber: readVersion(clinicalDocument),
    patient: readPatient(clinicalDocument),
    authors: readAuthors(clinicalDocument),
    custodian: readCustodian(clinicalDocument),
    legalAuthenticator: readLegalAuthenticator(clinicalDocument),
    ...readServices(clinicalDocument, code.code),
    encounter: readEncounter(clinicalDocument),
    ...readOrders(clinicalDocument),
    relations: readRelations(clinicalDocument),
    body,
  }
}

function readTemplates(clinicalDocument: Element): InstanceIdentifier[] {
  const realm = requiredAttribute(required(clinicalDocument, 'realmCode', ROOT), 'code', `${ROOT}/realmCode`)
  if (realm !== 'FR') throw new CdaError('cda.invalid', { path: `${ROOT}/realmCode/@code` })
  const [type] = identifiers(clinicalDocument, 'typeId')
  if (type === undefined) throw new CdaError('cda.missing', { path: `${ROOT}/typeId` })
  if (type.root !== CDA_TYPE.root || type.extension !== CDA_TYPE.extension) {
    throw new CdaError('cda.invalid', { path: `${ROOT}/typeId` })
  }
  const templateIds = identifiers(clinicalDocument, 'templateId')
  for (const template of HEADER_TEMPLATES) claims(templateIds, template)
  if (templateIds.every(({ root }) => HEADER_TEMPLATES.includes(root))) {
    throw new CdaError('cda.missing', { path: `${ROOT}/templateId (document)` })
  }
  return templateIds
}

function claims(templateIds: readonly InstanceIdentifier[], template: string): void {
  if (!templateIds.some(({ root }) => root === template)) {
    throw new CdaError('cda.missing', { path: `${ROOT}/templateId[@root='${template}']` })
  }
}

/** An id that becomes a unique id: it must keep all that tells it from another. */
function documentId(clinicalDocument: Element, name: 'id' | 'setId'): InstanceIdentifier {
  const [id] = identifiers(clinicalDocument, name)
  if (id === undefined) throw new CdaError('cda.missing', { path: `${ROOT}/${name}` })
  return unique(id, `${ROOT}/${name}`)
}

function unique(id: InstanceIdentifier, path: string): InstanceIdentifier {
  if (!isUniquelyIdentifying(id)) throw new CdaError('cda.invalid', { path })
  return id
}

function requiredText(clinicalDocument: Element, name: string): string {
  const text = textOf(required(clinicalDocument, name, ROOT))
  if (text === undefined) throw new CdaError('cda.missing', { path: `${ROOT}/${name}/text()` })
  return text
}

function readEffectiveTime(clinicalDocument: Element): string {
  const path = `${ROOT}/effectiveTime`
  const value = requiredAttribute(required(clinicalDocument, 'effectiveTime', ROOT), 'value', path)
  if (dateTimeOf(value) === undefined) throw new CdaError('cda.invalid', { path: `${path}/@value` })
  return value
}

function readConfidentiality(clinicalDocument: Element): CodedValue {
  const value = requiredCode(clinicalDocument, 'confidentialityCode', ROOT)
  if (!['N', 'R', 'V'].includes(value.code))
    throw new CdaError('cda.invalid', { path: `${ROOT}/confidentialityCode/@code` })
  return value
}

function readVersion(clinicalDocument: Element): number {
  const path = `${ROOT}/versionNumber`
  const value = requiredAttribute(required(clinicalDocument, 'versionNumber', ROOT), 'value', path)
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new CdaError('cda.invalid', { path: `${path}/@value` })
  return Number(value)
}

function readRelations(clinicalDocument: Element): CdaRelation[] {
  const path = `${ROOT}/relatedDocument/parentDocument/id`
  const relations = children(clinicalDocument, 'relatedDocument').flatMap((related) => {
    const type = attribute(related, 'typeCode')
    if (type !== 'RPLC' && type !== 'APND' && type !== 'XFRM')
      throw new CdaError('cda.invalid', { path: `${ROOT}/relatedDocument/@typeCode` })
    const ids = children(related, 'parentDocument').flatMap((parent) => identifiers(parent))
    if (ids.length === 0) throw new CdaError('cda.missing', { path })
    return ids.map((id): CdaRelation => ({ type, id: unique(id, path) }))
  })
  const replaced = relations.filter(({ type }) => type === 'RPLC')
  if (replaced.length > 1) throw new CdaError('cda.invalid', { path: `${ROOT}/relatedDocument[@typeCode='RPLC']` })
  return relations
}
