import { isDeepStrictEqual } from 'node:util'
import { CONFIDENTIALITY_CODES } from '../french/document-codes.ts'
import { TRE_A08 } from '../french/oids.ts'

/**
 * PDSm flow 03, MiseAJourMetadonneeFiche (reference/documents-fr.md 1.1, 1.11): a PATCH of a document changes its
 * status, its confidentiality or whether it is archived, and nothing else. Pure: the caller applies the patch and asks
 * what it did, so that every way to write a patch is held to the same rule.
 */

/** Url of the extension that archives a document. */
export const IS_ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived'

/** A document as JSON; after a patch its shape is not yet known. */
type JsonObject = Readonly<Record<string, unknown>>

/** PDSM-33: the first element that a patch may not change and did, undefined when there is none. */
export function forbiddenChange(before: JsonObject, after: JsonObject): string | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.find((name) => {
    if (name === 'status' || name === 'securityLabel') return false
    if (name !== 'extension') return !isDeepStrictEqual(before[name], after[name])
    return !isDeepStrictEqual(otherExtensions(before), otherExtensions(after))
  })
}

/** An element with a value that PDSm does not know. */
export interface WrongValue {
  expression: string
  /** What would be right, for the message. */
  accepted: string
}

/** PDSM-38: the values that a patch gave must be those of PDSm; what it left alone is not judged again. */
export function wrongValue(before: JsonObject, after: JsonObject): WrongValue | undefined {
  if (!isDeepStrictEqual(before.securityLabel, after.securityLabel)) {
    const wrong = wrongLabel(after.securityLabel)
    if (wrong !== undefined) return { expression: `DocumentReference.${wrong}`, accepted: LABELS }
  }
  const archived = listOf(after.extension).filter(isArchived)
  const [first] = archived
  const known = first === undefined || (archived.length === 1 && isArchivedValue(first))
  return known || isDeepStrictEqual(before.extension, after.extension)
    ? undefined
    : { expression: 'DocumentReference.extension', accepted: 'pdsm-ext-is-archived (0..1): valueBoolean' }
}

/** JDV_J08 under TRE_A08 or, as PDSm4DMP writes it, HL7's own system (reference/documents-fr.md 1.11). */
const CONFIDENTIALITY_SYSTEMS: readonly unknown[] = [
  TRE_A08,
  'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
]
const LABELS = `JDV_J08 (${Object.values(CONFIDENTIALITY_CODES)
  .flatMap((codes) => Object.keys(codes))
  .join(', ')})`

/** One to four labels, each of JDV_J08 and there once, with one degree of confidentiality at most. */
function wrongLabel(labels: unknown): string | undefined {
  const concepts = listOf(labels)
  if (concepts.length === 0 || concepts.length > 4) return 'securityLabel'
  const seen = new Set<string>()
  for (const [index, concept] of concepts.entries()) {
    const codings = listOf(objectOf(concept)?.coding)
    const codes = new Set(codings.map(labelOf))
    const [code, ...others] = codes
    const key = code !== undefined && code in CONFIDENTIALITY_CODES[TRE_A08] ? 'confidentiality' : code
    if (key === undefined || others.length > 0 || seen.has(key)) return `securityLabel[${index}]`
    seen.add(key)
  }
  return undefined
}

/** The code of a coding of JDV_J08, undefined for any other. */
function labelOf(coding: unknown): string | undefined {
  const { system, code } = objectOf(coding) ?? {}
  if (typeof code !== 'string') return undefined
  for (const [name, codes] of Object.entries(CONFIDENTIALITY_CODES)) {
    const same = name === TRE_A08 ? CONFIDENTIALITY_SYSTEMS.includes(system) : system === name
    if (same && Object.hasOwn(codes, code)) return code
  }
  return undefined
}

function otherExtensions({ extension }: JsonObject): readonly unknown[] {
  return listOf(extension).filter((member) => !isArchived(member))
}

function isArchived(extension: unknown): boolean {
  return objectOf(extension)?.url === IS_ARCHIVED
}

function isArchivedValue(extension: unknown): boolean {
  const { url: _url, valueBoolean, ...rest } = objectOf(extension) ?? {}
  return typeof valueBoolean === 'boolean' && Object.keys(rest).length === 0
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
