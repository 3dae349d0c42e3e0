import assert from 'node:assert/strict'
import type { CodeableConcept, DocumentReference, Patient } from '@medplum/fhirtypes'
import { systemOfOid } from '../../src/french/oids.ts'

/** What expected-metadata.json says of a file: computed independently of this code (see its SOURCE.md). */
export interface Expected {
  selfPresenting: boolean
  level: number
  mimeType: string
  size: number
  sha1hex: string
  id: { root: string }
  typeCode: string
  classCode: string
  formatCode: string
  title: string
  effectiveTime: string
  confidentiality: string
  language: string
  setId: string
  version: string
  patientIds: { root: string; extension: string }[]
  serviceStart: string
  practiceSetting: string
  facilityType: string
  events: { code: string; codeSystem: string }[]
  replaces: { root: string }[]
}

/** What a stored DocumentReference says, in the words of expected-metadata.json; times as instants. */
export function metadataOf(document: DocumentReference, version: number | undefined) {
  const { attachment, format } = document.content?.[0] ?? {}
  const { context } = document
  const source = document.contained?.find(({ id }) => `#${id}` === context?.sourcePatientInfo?.reference)
  return {
    selfPresenting: attachment?.contentType === 'application/xslt+xml',
    level: format?.code?.includes(':xds-sd:') ? 1 : 3,
    mimeType: attachment?.contentType,
    size: attachment?.size,
    sha1hex: sha1Hex(attachment?.hash),
    id: document.masterIdentifier?.value,
    typeCode: codeOf(document.type),
    classCode: codeOf(document.category?.[0]),
    formatCode: format?.code,
    title: attachment?.title,
    effectiveTime: Date.parse(attachment?.creation ?? ''),
    confidentiality: codeOf(document.securityLabel?.[0]),
    language: attachment?.language,
    setId: document.identifier?.find(({ use }) => use === 'secondary')?.value,
    version: String(version),
    patientIds: (source as Patient).identifier?.map(({ system, value }) => `${system}|${value}`),
    serviceStart: Date.parse(context?.period?.start ?? ''),
    practiceSetting: codeOf(context?.practiceSetting),
    facilityType: codeOf(context?.facilityType),
    events: (context?.event ?? []).map(({ coding }) => `${coding?.[0]?.system}|${coding?.[0]?.code}`).sort(),
    replaces: (document.relatesTo ?? []).map(({ code, target }) => `${code} ${target.identifier?.value}`),
  }
}

/** What the file says that a document should say, in the same words. */
export function wanted(expected: Expected | undefined) {
  assert.ok(expected !== undefined)
  return {
    ...expected,
    id: uri(expected.id.root),
    effectiveTime: epochOf(expected.effectiveTime),
    setId: uri(expected.setId),
    patientIds: expected.patientIds.map(({ root, extension }) => `urn:oid:${root}|${extension}`),
    serviceStart: epochOf(expected.serviceStart),
    events: expected.events.map(({ code, codeSystem }) => `${systemOfOid(codeSystem)}|${code}`).sort(),
    replaces: expected.replaces.map(({ root }) => `replaces ${uri(root)}`),
  }
}

/** The PDSm rule: a UUID in lower case, else an OID (documents-fr.md 1.11). */
function uri(root: string): string {
  return /^[0-9A-F]{8}-/i.test(root) ? `urn:uuid:${root.toLowerCase()}` : `urn:oid:${root}`
}

/** An HL7 timestamp with seconds and zone. */
function epochOf(timestamp: string): number {
  return Date.parse(timestamp.replace(/^(....)(..)(..)(..)(..)(..)(...)(..)$/, '$1-$2-$3T$4:$5:$6$7:$8'))
}

function codeOf(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.[0]?.code
}

/** A FHIR hash as XDS writes it. */
export function sha1Hex(hash: string | undefined): string {
  return Buffer.from(hash ?? '', 'base64').toString('hex')
}

/** Codes of the translations with a qualifier. */
export function translations(xml: string): Set<string | undefined> {
  const matches = xml.matchAll(/<(?:\w+:)?translation[^>]*?\bcode="([^"]*)"[^>]*>\s*<(?:\w+:)?qualifier/g)
  return new Set([...matches].map(([, code]) => code))
}
