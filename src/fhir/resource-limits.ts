import type { Binary, DocumentReference, Identifier, List, Patient } from '@medplum/fhirtypes'
import type { ReferenceResource } from '../dcc/references.ts'
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
 * identifiers longer than an index keeps, of which two could not be told apart.
 */
export function requireModest(resource: Identified | Binary): void {
  if (resource.resourceType === 'Binary') return
  const identifiers = identifiersOf(resource)
  const at = identifiers.findIndex(({ system = '', value = '' }) => isLong(system) || isLong(value))
  if (at >= 0 || identifiers.length > MOST_IDENTIFIERS) {
    const expression = `${resource.resourceType}.${at < 0 ? 'identifier' : nameAt(resource, at)}`
    const detail = { limit: LONGEST, most: MOST_IDENTIFIERS }
    throw new FhirError('resource.identifier-too-long', { expression, detail })
  }
  const own = resource.resourceType === 'DocumentReference' ? withoutData(resource) : resource
  if (JSON.stringify(own).length > MOST_CHARACTERS) {
    throw new FhirError('resource.too-large', {
      expression: resource.resourceType,
      detail: { limit: MOST_CHARACTERS },
    })
  }
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

function withoutData(document: DocumentReference): object {
  const content = document.content?.map(({ attachment, ...rest }) => {
    const { data: _bytes, ...facts } = attachment ?? {}
    return { ...rest, attachment: facts }
  })
  return { ...document, content }
}
