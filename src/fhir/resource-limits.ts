import type { Binary, DocumentReference, Identifier, List, Patient } from '@medplum/fhirtypes'
import type { ReferenceResource } from '../dcc/references.ts'
import { holdsMarks, withContents } from '../dcc/set-aside.ts'
import { FhirError } from './errors.ts'
import { LONGEST } from './search/text.ts'

/** What is held besides content. */
type Identified = Patient | DocumentReference | List | ReferenceResource

/** Longest text of a resource: a page holds 200 of them, a search and its inclusions more. */
const MOST_CHARACTERS = 512 * 1024
/** Most identifiers of a resource: each is looked up and indexed. */
const MOST_IDENTIFIERS = 100

/**
 * Refuses what could be stored but not served: a resource that is megabytes without the bytes of its document, and
 * identifiers longer than an index keeps, of which two could not be told apart. Gives the resource back as it is to be
 * stored: what was set aside of it and is not its document (a photograph) is in its place again.
 */
export function modest<T extends Identified | Binary>(resource: T): T {
  if (resource.resourceType !== 'Binary') refuseLongIdentifiers(resource)
  const text = JSON.stringify(withoutData(resource))
  const sentWhole = !holdsMarks(text)
  const whole = sentWhole ? text : withContents(text)
  if (whole.length > MOST_CHARACTERS) {
    throw new FhirError('resource.too-large', {
      expression: resource.resourceType,
      detail: { limit: MOST_CHARACTERS },
    })
  }
  return sentWhole ? resource : withDataOf(resource, JSON.parse(whole))
}

function refuseLongIdentifiers(resource: Identified): void {
  const identifiers = identifiersOf(resource)
  const at = identifiers.findIndex(({ system = '', value = '' }) => isLong(system) || isLong(value))
  if (at < 0 && identifiers.length <= MOST_IDENTIFIERS) return
  const expression = `${resource.resourceType}.${at < 0 ? 'identifier' : nameAt(resource, at)}`
  const detail = { limit: LONGEST, most: MOST_IDENTIFIERS }
  throw new FhirError('resource.identifier-too-long', { expression, detail })
}

function identifiersOf(resource: Identified): Identifier[] {
  const own = resource.identifier ?? []
  const master = resource.resourceType === 'DocumentReference' ? resource.masterIdentifier : undefined
  return master === undefined ? own : [...own, master]
}

function nameAt({ identifier }: { identifier?: Identifier[] }, index: number): string {
  return index === (identifier?.length ?? 0) ? 'masterIdentifier' : `identifier[${index}]`
}

function isLong(text: string): boolean {
  return text.length > LONGEST || Buffer.byteLength(text) > LONGEST
}

/** A resource without the bytes of its document, which are not stored in its text. */
function withoutData(resource: Identified | Binary): object {
  if (resource.resourceType === 'Binary') {
    const { data: _bytes, ...facts } = resource
    return facts
  }
  if (resource.resourceType !== 'DocumentReference') return resource
  const content = resource.content?.map(({ attachment, ...rest }) => {
    const { data: _bytes, ...facts } = attachment ?? {}
    return { ...rest, attachment: facts }
  })
  return { ...resource, content }
}

/** A resource read back from its text `without`, with the bytes of the document it came with. */
function withDataOf<T extends Identified | Binary>(resource: T, without: T): T {
  if (resource.resourceType === 'Binary') return { ...without, data: resource.data }
  if (resource.resourceType !== 'DocumentReference' || without.resourceType !== 'DocumentReference') return without
  const content = without.content?.map(({ attachment, ...rest }, index) => {
    const data = resource.content?.[index]?.attachment?.data
    return { ...rest, attachment: { ...attachment, ...(data === undefined ? {} : { data }) } }
  })
  return { ...without, content }
}
