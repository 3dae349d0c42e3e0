import type { Resource } from '@medplum/fhirtypes'
import type { ValidationIssue } from './model.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'

/** The profiles that a resource of the record must fulfil besides those that it names itself. */
export function profilesOfRecord(resource: Resource): readonly string[] {
  switch (resource.resourceType) {
    case 'Patient':
      return [`${FR_CORE}/fr-core-patient`]
    case 'DocumentReference':
      return [`${PDSM}/pdsm-comprehensive-document-reference`]
    case 'List':
      return resource.code?.coding?.flatMap(({ code }) => LISTS.get(code ?? '') ?? []) ?? []
    default:
      return []
  }
}

const LISTS: ReadonlyMap<string, string> = new Map([
  ['submissionset', `${PDSM}/pdsm-submissionset-comprehensive`],
  ['folder', `${PDSM}/pdsm-folder-comprehensive`],
])

/**
 * Whether lenient validation may let an error pass as a warning: only what a profile asks for beyond R4, never the
 * structure of R4 itself nor a rule of identity (MHD 3.65.4.1.3 lets a recipient be lenient with metadata).
 */
export function isLenient({ key, source }: ValidationIssue): boolean {
  if (/^INS-|^IDENT|^ins\.|^identity\./i.test(key)) return false
  return source !== undefined && !source.startsWith('http://hl7.org/fhir/StructureDefinition/')
}
