import { FORMAT_OF_MEDIA_TYPE, formatOfTemplates } from '../../french/ass-a11.ts'
import { CLASS_OF_TYPE } from '../../french/ass-x04.ts'
import type { CodeTable } from '../../french/code-table.ts'
import { DOCUMENT_CLASSES } from '../../french/document-codes.ts'
import { DOCUMENT_TYPES } from '../../french/document-types.ts'
import type { ValidationIssue } from '../model.ts'
import { cdaTemplates } from './cda-templates.ts'
import { codingsOf, type PlainCoding } from './codings.ts'
import { type Check, found, type Visit } from './model.ts'
import { type Json, listOf, objectOf, textOf } from './read.ts'

/**
 * Type, class, format and content of a document must tell the same: ASS_X04 gives the class of a type, ASS_A11 the
 * format of a CDA template or of an unstructured body. Codes outside these tables (a foreign guide's) are left alone.
 */
export const documentCoherence: Check = (visit) => {
  const { node } = visit
  const types = codingsOf(node.type)
  return [
    ...unlistedType(visit, types),
    ...classIssues(visit, types),
    ...listOf(node.content).flatMap((content, index) => contentIssues(visit, types, content, index)),
  ]
}

/**
 * JDV_J07: PDSm only prefers the national set, so a type of another one is told and not refused: nobody who looks for
 * documents by their national type would find it.
 */
function unlistedType({ at }: Visit, types: readonly PlainCoding[]): ValidationIssue[] {
  const national = types.filter(({ system }) => Object.hasOwn(DOCUMENT_TYPES, system))
  const isListed = ({ system, code }: PlainCoding) => lookUp(DOCUMENT_TYPES, system, code) !== undefined
  if (national.length === 0 || national.some(isListed)) return []
  return [found('document.type-unlisted', 'warning', `${at()}.type`, 'JDV_J07')]
}

/** ASS_X04: only a class of the French table is compared, and only with a type that the table knows. */
function classIssues({ node, at }: Visit, types: readonly PlainCoding[]): ValidationIssue[] {
  const expected = types.flatMap(({ system, code }) => lookUp(CLASS_OF_TYPE, system, code) ?? [])
  if (expected.length === 0) return []
  return listOf(node.category).flatMap((category, index) => {
    const classes = codingsOf(category).filter(({ system }) => Object.hasOwn(DOCUMENT_CLASSES, system))
    if (classes.length === 0 || classes.some(({ code }) => expected.includes(code))) return []
    const detail = { expected: expected.map(named).join(', ') }
    return [found('document.type-class', 'error', `${at()}.category[${index}]`, 'ASS_X04', detail)]
  })
}

function named(classCode: string): string {
  for (const codes of Object.values<Readonly<Record<string, string>>>(DOCUMENT_CLASSES)) {
    if (Object.hasOwn(codes, classCode)) return `${classCode} (${codes[classCode]})`
  }
  return classCode
}

/** ASS_A11: the format against the type, the media type and, of a CDA document that is at hand, its templates. */
function contentIssues(
  { at, bundle }: Visit,
  types: readonly PlainCoding[],
  content: Json,
  index: number,
): ValidationIssue[] {
  const format = textOf(objectOf(content.format).code)
  if (format === undefined) return []
  const attachment = objectOf(content.attachment)
  const place = `${at()}.content[${index}]`
  const issues: ValidationIssue[] = []
  const report = (key: string, element: string, detail: ValidationIssue['detail']): void => {
    issues.push(found(key, 'error', `${place}.${element}`, 'ASS_A11', detail))
  }

  const type = Object.hasOwn(TYPE_OF_FORMAT, format) ? TYPE_OF_FORMAT[format] : undefined
  if (type !== undefined && types.length > 0 && !types.some(({ code }) => code === type)) {
    report('document.type-format', 'format', { expected: type })
  }
  const mediaType = textOf(attachment.contentType)?.split(';')[0]?.trim().toLowerCase()
  const allowed = mediaTypesOf(format, type !== undefined)
  if (mediaType !== undefined && allowed !== undefined && !allowed.includes(mediaType)) {
    report('document.format-content', 'attachment.contentType', { expected: allowed.join(', ') })
  }
  const templates = mediaType !== undefined && XML.includes(mediaType) ? cdaTemplates(attachment, bundle) : []
  const stated = templates.length === 0 ? undefined : formatOfTemplates(templates)
  if (stated !== undefined && stated.code !== format)
    report('document.template-format', 'format', { expected: stated.code })
  return issues
}

const XML = ['text/xml', 'application/xml', 'application/xslt+xml']

/**
 * Type (LOINC) of a structured format, where the sources pair them: reference/documents-fr.md 4.1 and the published CDA
 * examples. Structured imaging, liaison letters and summaries among them.
 */
const TYPE_OF_FORMAT: Readonly<Record<string, string>> = {
  'urn:asip:ci-sis:frcp:2011': '34794-8',
  'urn:asip:ci-sis:pps-cancer:2017': '18776-5',
  'urn:asip:ci-sis:pps-paerpa:2017': '18776-5',
  'urn:asip:ci-sis:crgm:2018': '51969-4',
  'urn:ihe:palm:apsr:2016': '60568-3',
  'urn:asip:ci-sis:d2lm-fin:2017': '18748-4',
  'urn:asip:ci-sis:d2lm-fidd:2017': '18748-4',
  'urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013': '18748-4',
  'urn:asip:ci-sis:ldl-ses:2017': '11490-0',
  'urn:asip:ci-sis:ldl-ees:2017': '18761-7',
  'urn:asip:ci-sis:vsm:2012': '60591-5',
  'urn:ihe:pcc:ips:2020': '60591-5',
  'urn:ihe:lab:xd-lab:2008': '11502-2',
}

/** Media types of a format: an unstructured one wraps its own in CDA or is it; a structured one is XML. */
function mediaTypesOf(format: string, isStructured: boolean): readonly string[] | undefined {
  return MEDIA_TYPES_OF_FORMAT.get(format) ?? (isStructured ? STRUCTURED : undefined)
}

const STRUCTURED = [...XML, 'application/fhir+json', 'application/fhir+xml']
/** Of two media types of one format the first is meant. */
const MEDIA_TYPES_OF_FORMAT: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(FORMAT_OF_MEDIA_TYPE)
    .reverse()
    .map(([bare, format]) => [format, [...XML, bare, ...(bare === 'text/rtf' ? ['application/rtf'] : [])]]),
)

function lookUp(table: CodeTable, system: string, code: string): string | undefined {
  const codes = Object.hasOwn(table, system) ? table[system] : undefined
  return codes !== undefined && Object.hasOwn(codes, code) ? codes[code] : undefined
}
