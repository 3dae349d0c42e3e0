import type { Element } from '@xmldom/xmldom'
import type { InstanceIdentifier } from '../oids.ts'
import {
  type CodedValue,
  child,
  children,
  codedValue,
  identifiers,
  isKnown,
  required,
  requiredAttribute,
  textOf,
  texts,
} from './dom.ts'
import { CdaError } from './errors.ts'

/** The name of a professional. */
export type CdaPerson = {
  readonly prefix?: string | undefined
  readonly family?: string | undefined
  readonly givens: readonly string[]
  readonly suffix?: string | undefined
}

/** An organisation. */
export type CdaOrganization = {
  readonly ids: readonly InstanceIdentifier[]
  readonly name?: string | undefined
  /** standardIndustryClassCode: the practice setting. */
  readonly practiceSetting?: CodedValue | undefined
}

/** A professional with a role: `code` is the profession and specialty. */
export type CdaProfessional = {
  readonly ids: readonly InstanceIdentifier[]
  readonly code?: CodedValue | undefined
  readonly person?: CdaPerson | undefined
  readonly organization?: CdaOrganization | undefined
}

/** The function of an author: a code, or only a text. */
export type CdaFunction = { readonly code?: CodedValue | undefined; readonly text?: string | undefined }

/** An author: a professional, or a device. */
export type CdaAuthor = CdaProfessional & {
  readonly function?: CdaFunction | undefined
  readonly device?: { readonly model?: string | undefined; readonly software?: string | undefined } | undefined
}

const ROOT = 'ClinicalDocument'

/** Reads every author of a ClinicalDocument. Throws `cda.missing` when there is none, or when one has no time or identifier. */
export function readAuthors(clinicalDocument: Element): CdaAuthor[] {
  const authors = children(clinicalDocument, 'author').filter(isKnown)
  if (authors.length === 0) throw new CdaError('cda.missing', { path: `${ROOT}/author` })
  return authors.map((author, index) => readAuthor(author, `${ROOT}/author[${index + 1}]`))
}

/** Reads the custodian of a ClinicalDocument. Throws `cda.missing`. */
export function readCustodian(clinicalDocument: Element): CdaOrganization {
  const path = 'custodian/assignedCustodian/representedCustodianOrganization'
  const custodian = readOrganization(required(clinicalDocument, path, ROOT))
  if (custodian.ids.length === 0) throw new CdaError('cda.missing', { path: `${ROOT}/${path}/id` })
  return custodian
}

/** Reads the legal authenticator of a ClinicalDocument, who must have signed (signatureCode S). Throws `cda.missing` or `cda.invalid`. */
export function readLegalAuthenticator(clinicalDocument: Element): CdaProfessional {
  const at = `${ROOT}/legalAuthenticator`
  const authenticator = required(clinicalDocument, 'legalAuthenticator', ROOT)
  const signature = requiredAttribute(required(authenticator, 'signatureCode', at), 'code', `${at}/signatureCode`)
  if (signature !== 'S') throw new CdaError('cda.invalid', { path: `${at}/signatureCode/@code` })
  const professional = readProfessional(required(authenticator, 'assignedEntity', at))
  if (professional.ids.length === 0) throw new CdaError('cda.missing', { path: `${at}/assignedEntity/id` })
  return professional
}

/** Reads an assigned entity or author: identifiers, profession, person, organisation. */
export function readProfessional(entity: Element): CdaProfessional {
  const person = child(entity, 'assignedPerson')
  const organization = child(entity, 'representedOrganization')
  return {
    ids: identifiers(entity),
    code: codedValue(child(entity, 'code')),
    person: person && readPerson(person),
    organization: organization && readOrganization(organization),
  }
}

function readAuthor(author: Element, at: string): CdaAuthor {
  requiredAttribute(required(author, 'time', at), 'value', `${at}/time`)
  const assigned = required(author, 'assignedAuthor', at)
  const professional = readProfessional(assigned)
  if (professional.ids.length === 0) throw new CdaError('cda.missing', { path: `${at}/assignedAuthor/id` })
  const device = child(assigned, 'assignedAuthoringDevice')
  return {
    ...professional,
    function: readFunction(author),
    device: device && {
      model: textOf(child(device, 'manufacturerModelName')),
      software: textOf(child(device, 'softwareName')),
    },
  }
}

/** The function may have no code (nullFlavor) and still a text. */
function readFunction(author: Element): CdaFunction | undefined {
  const element = children(author, 'functionCode')[0]
  if (element === undefined) return undefined
  const read = { code: codedValue(element), text: textOf(child(element, 'originalText')) }
  return read.code === undefined && read.text === undefined ? undefined : read
}

function readPerson(person: Element): CdaPerson | undefined {
  const name = child(person, 'name')
  const family = texts(name, 'family')[0]
  const givens = texts(name, 'given')
  if (family === undefined && givens.length === 0) return undefined
  return { prefix: texts(name, 'prefix')[0], family, givens, suffix: texts(name, 'suffix')[0] }
}

function readOrganization(organization: Element): CdaOrganization {
  return {
    ids: identifiers(organization),
    name: textOf(child(organization, 'name')),
    practiceSetting: codedValue(child(organization, 'standardIndustryClassCode')),
  }
}
