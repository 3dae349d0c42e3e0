import type { DocumentReference, Identifier, List, Reference, Resource } from '@medplum/fhirtypes'
import type { Finding, FindingKind } from './findings.ts'
import type { Part, Parts } from './iti-65-entries.ts'
import type { MetadataLevel, ProvideProfile } from './iti-65-profiles.ts'

/** One rule about the metadata of a provide bundle. */
export interface MetadataRule<R> {
  key: string
  /** The assertion of the NIST test scripts that it is, or the pitfall (reference/ihe.md 9.1, 10). */
  source: string
  /** The least level of bundle that it concerns. */
  level: MetadataLevel
  kind: FindingKind
  /** Where the rule is broken, from the resource on (`content[0].format`); nothing where it holds. */
  broken(resource: R, parts: Parts): readonly string[]
}

const MHD = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition'
const ATTACHMENT = 'content[0].attachment'

/** What every document of a bundle must say of itself. */
export const DOCUMENT_RULES: readonly MetadataRule<DocumentReference>[] = [
  {
    ...rule('mhd.content', 'DR_1', 'structure'),
    broken: ({ content }) => (content?.length === 1 ? [] : ['content']),
  },
  {
    ...rule('mhd.content-missing', 'DR_2', 'structure'),
    broken: (document, { byUrl }) => {
      const { url } = attachmentOf(document)
      const isThere = url?.startsWith('urn:') !== true || byUrl.get(url)?.resource?.resourceType === 'Binary'
      return isThere ? [] : [`${ATTACHMENT}.url`]
    },
  },
  {
    ...rule('mhd.url', 'DR_3', 'structure'),
    broken: (document) => {
      const { url, data } = attachmentOf(document)
      return url === undefined && data === undefined ? [`${ATTACHMENT}.url`] : []
    },
  },
  {
    ...rule('mhd.content-inline', 'DR_4', 'metadata'),
    broken: (document) => (attachmentOf(document).data === undefined ? [] : [`${ATTACHMENT}.data`]),
  },
  {
    ...rule('mhd.content-type-differs', 'DR_5', 'structure'),
    broken: (document, { byUrl }) => {
      const { url, contentType } = attachmentOf(document)
      const binary = url === undefined ? undefined : byUrl.get(url)?.resource
      const differs = binary?.resourceType === 'Binary' && binary.contentType !== contentType
      return contentType !== undefined && differs ? [`${ATTACHMENT}.contentType`] : []
    },
  },
  {
    ...rule('mhd.content-elsewhere', 'MHD-65-04', 'advice'),
    broken: (document) => (/^https?:/.test(attachmentOf(document).url ?? '') ? [`${ATTACHMENT}.url`] : []),
  },
  needs('mhd.content-type', 'DR_6', 'minimal', `${ATTACHMENT}.contentType`, (d) => attachmentOf(d).contentType),
  needs(
    'mhd.master-identifier',
    'DR_10',
    'minimal',
    'masterIdentifier',
    ({ masterIdentifier: id }) => id?.system && id.value,
  ),
  {
    ...rule('mhd.status', 'DR_11', 'structure'),
    broken: ({ status }) => (status === 'current' || status === 'superseded' ? [] : ['status']),
  },
  needs('mhd.subject', 'CMPMETA4_1', 'minimal', 'subject', ({ subject }) => subject, 'structure'),
  needs('mhd.format', 'CMPDR_1', 'comprehensive', 'content[0].format', ({ content }) => content?.[0]?.format?.code),
  needs('mhd.language', 'CMPDR_2', 'comprehensive', `${ATTACHMENT}.language`, (d) => attachmentOf(d).language),
  needs('mhd.creation', 'CMPDR_3', 'comprehensive', `${ATTACHMENT}.creation`, (d) => attachmentOf(d).creation),
  needs('mhd.type', 'CMPDR_3', 'comprehensive', 'type', ({ type }) => type),
  needs('mhd.facility', 'CMPDR_4', 'comprehensive', 'context.facilityType', ({ context }) => context?.facilityType),
  needs(
    'mhd.practice-setting',
    'CMPDR_5',
    'comprehensive',
    'context.practiceSetting',
    ({ context }) => context?.practiceSetting,
  ),
  needs(
    'mhd.source-patient',
    'CMPDR_6',
    'comprehensive',
    'context.sourcePatientInfo',
    ({ context }) => context?.sourcePatientInfo,
  ),
  needs('mhd.security-label', 'CMPMETA_4', 'comprehensive', 'securityLabel', ({ securityLabel }) => securityLabel?.[0]),
  {
    ...rule('mhd.source-patient-contained', 'DR_7', 'metadata', 'contained'),
    broken: (document) => {
      const source = document.context?.sourcePatientInfo
      if (source === undefined || containedIn(document, source)?.resourceType === 'Patient') return []
      return ['context.sourcePatientInfo']
    },
  },
  {
    ...rule('mhd.author-contained', 'DR_8', 'metadata', 'contained'),
    broken: (document) =>
      (document.author ?? []).flatMap((author, index) =>
        containedIn(document, author) === undefined ? [`author[${index}]`] : [],
      ),
  },
  {
    ...rule('mhd.authenticator-contained', 'DR_9', 'metadata', 'contained'),
    broken: (document) => {
      const { authenticator } = document
      return authenticator === undefined || containedIn(document, authenticator) !== undefined ? [] : ['authenticator']
    },
  },
]

/** What the submission set must say of itself. */
export const SET_RULES: readonly MetadataRule<List>[] = [
  needs('mhd.source-id', 'SSLIST410_2', 'minimal', 'extension', (set) => sourceIdOf(set)),
  needs('mhd.submission-time', 'SSLIST_3', 'minimal', 'date', ({ date }) => date),
  needs('mhd.submission-id', 'SSLIST_4', 'minimal', 'identifier', (set) => uniqueIdOf(set)),
  {
    ...rule('mhd.submission-id-oid', 'P-28', 'metadata'),
    broken: (set) => (uniqueIdOf(set)?.value?.startsWith('urn:oid:') === false ? ['identifier'] : []),
  },
  {
    ...rule('mhd.set-status', 'SSLIST_5', 'metadata'),
    broken: ({ status }) => (status === 'current' ? [] : ['status']),
  },
  needs('mhd.subject', 'CMPMETA4_1', 'minimal', 'subject', ({ subject }) => subject, 'structure'),
  needs('mhd.designation-type', 'CMPMETA4_2', 'comprehensive', 'extension', ({ extension }) =>
    extension?.find(({ url, valueCodeableConcept }) => url === `${MHD}/ihe-designationType` && valueCodeableConcept),
  ),
  {
    ...rule('mhd.set-item', 'RM4_5', 'metadata'),
    broken: ({ entry }, { byUrl }) =>
      (entry ?? []).flatMap(({ item }, index) => {
        const type = byUrl.get(item?.reference ?? '')?.resource?.resourceType
        return type === 'DocumentReference' || type === 'List' ? [] : [`entry[${index}].item`]
      }),
  },
]

/** The findings of the rules on every document and on the submission set, in the order of the entries. */
export function metadataIssues(parts: Parts, { level }: ProvideProfile): Finding[] {
  return [
    ...parts.sets.flatMap((part) => broken(SET_RULES, part, parts, level)),
    ...parts.documents.flatMap((part) => broken(DOCUMENT_RULES, part, parts, level)),
  ]
}

/** The unique id of a list: by type (MHD since 4.2.4), by use (before), or by being an OID (P-08). */
export function uniqueIdOf({ identifier = [] }: List): Identifier | undefined {
  return (
    identifier.find((id) => id.value !== undefined && (isOfType(id, 'uniqueId') || id.use === 'usual')) ??
    identifier.find(({ value, use, type }) => value?.startsWith('urn:oid:') && use === undefined && type === undefined)
  )
}

/** The entryUUID of a list, which a source may give (P-09). */
export function entryUuidOf({ identifier = [] }: List): Identifier | undefined {
  return identifier.find((id) => id.value?.startsWith('urn:uuid:') && !isOfType(id, 'uniqueId') && id.use !== 'usual')
}

function isOfType({ type }: Identifier, code: string): boolean {
  return type?.coding?.some((coding) => coding.code === code) === true
}

/** P-28: the examples of MHD give the value of sourceId without a system. */
function sourceIdOf({ extension }: List): string | undefined {
  return extension?.find(({ url }) => url === `${MHD}/ihe-sourceId`)?.valueIdentifier?.value
}

function broken<R extends DocumentReference | List>(
  rules: readonly MetadataRule<R>[],
  { index, resource }: Part<R>,
  parts: Parts,
  level: MetadataLevel,
): Finding[] {
  const findings: Finding[] = []
  for (const { key, kind, level: least, broken } of rules) {
    if (RANK[least] > RANK[level]) continue
    for (const place of broken(resource, parts)) {
      findings.push({ key, kind, entry: index, expression: `${resource.resourceType}.${place}` })
    }
  }
  return findings
}

const RANK: Readonly<Record<MetadataLevel, number>> = { minimal: 0, comprehensive: 1, contained: 2 }

function rule(key: string, source: string, kind: FindingKind, level: MetadataLevel = 'minimal') {
  return { key, source, kind, level }
}

/** The rule that an element is there. */
function needs<R>(
  key: string,
  source: string,
  level: MetadataLevel,
  element: string,
  value: (resource: R) => unknown,
  kind: FindingKind = 'metadata',
): MetadataRule<R> {
  return { key, source, kind, level, broken: (resource) => (value(resource) ? [] : [element]) }
}

function attachmentOf({ content }: DocumentReference) {
  return content?.[0]?.attachment ?? {}
}

function containedIn({ contained }: DocumentReference, { reference }: Reference): Resource | undefined {
  return contained?.find(({ id }) => id !== undefined && reference === `#${id}`)
}
