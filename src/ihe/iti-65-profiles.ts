import type { Bundle, List, Resource } from '@medplum/fhirtypes'

/** What a bundle promises of its metadata, each level including those before it. */
export type MetadataLevel = 'minimal' | 'comprehensive' | 'contained'

/** A bundle profile of ITI-65 (reference/ihe.md 2.2, documents-fr.md 1.5). */
export interface ProvideProfile {
  url: string
  /** `contained`: comprehensive, with author, authenticator and source patient inside of each document. */
  level: MetadataLevel
  /** Profiles of what the bundle holds; absent where those of the record are at least as strict. */
  resources?: { document: string; set: string; folder: string }
}

const MHD = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'

/** The bundle profiles that are known, the most demanding one first. */
export const PROVIDE_PROFILES: readonly ProvideProfile[] = [
  { url: `${PDSM}/pdsm-comprehensive-provide-document-bundle`, level: 'contained' },
  ofMhd('Comprehensive', 'contained'),
  ofMhd('UnContained.Comprehensive', 'comprehensive'),
  ofMhd('Minimal', 'minimal'),
]

function ofMhd(name: string, level: MetadataLevel): ProvideProfile {
  const resources = {
    document: `${MHD}/IHE.MHD.${name}.DocumentReference`,
    set: `${MHD}/IHE.MHD.${name}.SubmissionSet`,
    folder: `${MHD}/IHE.MHD.Minimal.Folder`,
  }
  return { url: `${MHD}/IHE.MHD.${name}.ProvideBundle`, level, resources }
}

/** The most demanding known profile that a bundle claims; a version behind `|` is left aside (P-10). */
export function provideProfileOf({ meta }: Bundle): ProvideProfile | undefined {
  const claimed = meta?.profile?.map((url) => url.split('|')[0]) ?? []
  return PROVIDE_PROFILES.find(({ url }) => claimed.includes(url))
}

/** The profiles that a resource of a bundle has to fulfil; undefined for those of the record. */
export function profilesIn({ resources }: ProvideProfile, resource: Resource): readonly string[] | undefined {
  if (resources === undefined) return undefined
  if (resource.resourceType === 'DocumentReference') return [resources.document]
  const kind = resource.resourceType === 'List' ? listKind(resource) : undefined
  return kind === undefined ? undefined : [resources[kind]]
}

/** Whether a List is a submission set or a folder of MHD. */
export function listKind({ code }: List): 'set' | 'folder' | undefined {
  const codes = code?.coding?.map((coding) => coding.code) ?? []
  if (codes.includes('submissionset')) return 'set'
  return codes.includes('folder') ? 'folder' : undefined
}
