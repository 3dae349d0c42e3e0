import { randomUUID } from 'node:crypto'
import type { Bundle, BundleEntry, Parameters, Resource } from '@medplum/fhirtypes'
import { aBinary, aContent, aDocument, aSubmissionSet } from './documents.ts'
import { PDSM } from './urls.ts'

/** A fullUrl that another entry may refer to. */
export function urnUuid(): string {
  return `urn:uuid:${randomUUID()}`
}

/** A Bundle of requests that are done together or not at all. */
export function aTransaction(...entry: BundleEntry[]): Bundle {
  return { resourceType: 'Bundle', type: 'transaction', entry }
}

/** A Bundle of requests that are done each on its own. */
export function aBatch(...entry: BundleEntry[]): Bundle {
  return { resourceType: 'Bundle', type: 'batch', entry }
}

/** An entry that creates a resource. */
export function creating(resource: Resource, fullUrl = urnUuid(), ifNoneExist?: string): BundleEntry {
  const request = { method: 'POST', url: resource.resourceType, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) }
  return { fullUrl, resource, request: request as NonNullable<BundleEntry['request']> }
}

/** An entry that puts a resource at an address or criteria. */
export function putting(url: string, resource: Resource): BundleEntry {
  return { fullUrl: urnUuid(), resource, request: { method: 'PUT', url } }
}

/** The entry by which MHD supersedes what a new document replaces (MHD-65-07). */
export function superseding(url: string): BundleEntry {
  return { fullUrl: urnUuid(), resource: aStatusPatch('superseded'), request: { method: 'PATCH', url } }
}

/** IHE.MHD.Patch.Parameters: replaces the status of a document. */
export function aStatusPatch(status: string): Parameters {
  return aFhirPathPatch([
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'DocumentReference.status' },
    { name: 'value', valueCode: status },
  ])
}

/** A FHIRPath Patch of these operations, each given by its parts. */
export function aFhirPathPatch(...operations: NonNullable<Parameters['parameter']>[]): Parameters {
  return { resourceType: 'Parameters', parameter: operations.map((part) => ({ name: 'operation', part })) }
}

/** An ordinary transaction that publishes documents with their contents, documents first. */
export function aPublication(subject: string, count = 1): Bundle & { entry: BundleEntry[] } {
  const documents = Array.from({ length: count }, () => {
    const content = aContent()
    const binary = creating(aBinary(content))
    const document = aDocument(subject).at(binary.fullUrl ?? '', content)
    return { binary, document: creating(document.build()) }
  })
  const entry = [...documents.map(({ document }) => document), ...documents.map(({ binary }) => binary)]
  return { resourceType: 'Bundle', type: 'transaction', entry }
}

/** What a PDSm source sends (ITI-65): documents with their contents and the submission set that lists them. */
export function aProvideBundle(subject: string, count = 1): Bundle {
  const { entry } = aPublication(subject, count)
  const items = entry.slice(0, count).map(({ fullUrl }) => fullUrl ?? '')
  return {
    ...aTransaction(creating(aSubmissionSet(subject, items)), ...entry),
    meta: { profile: [`${PDSM}/StructureDefinition/pdsm-comprehensive-provide-document-bundle`] },
  }
}
