import type { Severity, ValidationIssue } from '../model.ts'
import { type Check, found } from './model.ts'
import { type Json, listOf, objectOf, textOf } from './read.ts'

const SOURCE = 'reference/ihe.md 2.4'

/**
 * What the slices of a provide bundle (ITI-65) cannot say: one patient, unique ids used once, contents that go with their
 * documents. Requirements MHD-65-01, MHD-65-03 to MHD-65-05 and the error table of reference/ihe.md 2.4.
 */
export const provideBundle: Check = ({ node, path, at }, { profiles = [] }) => {
  const claimed = [...claimsOf(node), ...(path.length === 1 ? profiles : [])]
  if (node.type !== 'transaction' || !claimed.some((url) => PROVIDE_BUNDLE.test(url))) return []
  const entries = listOf(node.entry).map(({ fullUrl, resource }, index): Entry => {
    return { fullUrl: textOf(fullUrl), resource: objectOf(resource), at: `${at()}.entry[${index}]` }
  })
  const isPdsm = claimed.some((url) => url.includes('/pdsm-'))
  return [
    // The profile asks for meta.profile only where there is a meta.
    ...(node.meta === undefined ? [found('submission.profile', 'error', at(), SOURCE)] : []),
    ...repeatedUniqueIds(entries, isPdsm ? 'error' : 'warning'),
    ...otherSubjects(entries),
    ...strayBinaries(entries),
    // PDSm states this of its documents itself: constr-bind-attachmenturl.
    ...(isPdsm ? [] : missingContents(entries)),
  ]
}

const PROVIDE_BUNDLE = /\/(IHE\.MHD\.[A-Za-z.]*ProvideBundle|pdsm-comprehensive-provide-document-bundle)(\||$)/

interface Entry {
  fullUrl: string | undefined
  resource: Json
  at: string
}

function claimsOf({ meta }: Json): string[] {
  const { profile } = objectOf(meta)
  return Array.isArray(profile) ? profile.filter((url) => typeof url === 'string') : []
}

/** XDSRegistryDuplicateUniqueIdInMessage; a published example of MHD itself breaks it, so that it is an error of PDSm only. */
function repeatedUniqueIds(entries: readonly Entry[], severity: Severity): ValidationIssue[] {
  const used = new Set<string>()
  return documentsOf(entries).flatMap(({ resource, at }) => {
    const { system, value } = objectOf(resource.masterIdentifier)
    if (textOf(value) === undefined) return []
    const id = `${textOf(system) ?? ''}|${value}`
    if (used.has(id)) return [found('submission.unique-id', severity, `${at}.resource.masterIdentifier`, SOURCE)]
    used.add(id)
    return []
  })
}

/** XDSPatientIdDoesNotMatch: the subject of the first list or document counts. */
function otherSubjects(entries: readonly Entry[]): ValidationIssue[] {
  const subjects = entries
    .filter(({ resource }) => resource.resourceType === 'DocumentReference' || resource.resourceType === 'List')
    .flatMap(({ resource, at }) => {
      const reference = textOf(objectOf(resource.subject).reference)
      return reference === undefined ? [] : [{ reference, at }]
    })
  const [first] = subjects
  return subjects
    .filter(({ reference }) => first !== undefined && !isSamePatient(reference, first.reference))
    .map(({ at }) => found('submission.subject', 'error', `${at}.resource.subject`, SOURCE))
}

/** A relative and an absolute address may name the same patient: their ids decide. */
function isSamePatient(one: string, other: string): boolean {
  return one === other || (isPartly(one, other) && idOf(one) !== undefined && idOf(one) === idOf(other))
}

const isPartly = (one: string, other: string): boolean => one.includes(':') !== other.includes(':')

function idOf(reference: string): string | undefined {
  return /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})(?:$|\/_history)/.exec(reference)?.[1]
}

/** XDSMissingDocumentMetadata: a content comes with the document that describes it. */
function strayBinaries(entries: readonly Entry[]): ValidationIssue[] {
  const described = new Set(
    documentsOf(entries).flatMap(({ resource }) => attachmentsOf(resource).map(({ url }) => url)),
  )
  return entries
    .filter(({ resource, fullUrl }) => resource.resourceType === 'Binary' && !described.has(fullUrl))
    .map(({ at }) => found('submission.binary-undescribed', 'error', at, SOURCE))
}

/** XDSMissingDocument: a content that is named by the URN of an entry is in the bundle. */
function missingContents(entries: readonly Entry[]): ValidationIssue[] {
  const carried = new Set(entries.map(({ fullUrl }) => fullUrl))
  return documentsOf(entries).flatMap(({ resource, at }) =>
    attachmentsOf(resource).flatMap(({ url }, index) => {
      const isMissing = typeof url === 'string' && /^urn:/.test(url) && !carried.has(url)
      const place = `${at}.resource.content[${index}].attachment.url`
      return isMissing ? [found('submission.content-missing', 'error', place, SOURCE)] : []
    }),
  )
}

function documentsOf(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ resource }) => resource.resourceType === 'DocumentReference')
}

function attachmentsOf({ content }: Json): Json[] {
  return listOf(content).map(({ attachment }) => objectOf(attachment))
}
