import type { RuleContext, Visit } from './model.ts'
import { objectOf } from './read.ts'

const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'

/** The PDSm profiles whose text rules apply. */
export const PDSM_PROFILES = {
  comprehensive: `${PDSM}/pdsm-comprehensive-document-reference`,
  simplified: `${PDSM}/pdsm-simplified-publish`,
  submissionSet: `${PDSM}/pdsm-submissionset-comprehensive`,
} as const

/** Name of such a profile. */
export type PdsmProfile = keyof typeof PDSM_PROFILES

/**
 * The PDSm profile of a document or list: it claims it, the caller asks for it, or it stands in a PDSm provide bundle,
 * whose slices say so. What claims a profile of the DCC is a comprehensive document too.
 */
export function pdsmProfileOf({ node, path, bundle }: Visit, { profiles = [] }: RuleContext): PdsmProfile | undefined {
  const claimed = [...profilesOf(node), ...(path.length === 1 ? profiles : [])].map((url) => url.split('|')[0] ?? url)
  const inProvideBundle = bundle !== undefined && profilesOf(bundle).some((url) => PROVIDE_BUNDLE.test(url))
  if (node.resourceType === 'DocumentReference') {
    if (claimed.includes(PDSM_PROFILES.simplified)) return 'simplified'
    const comprehensive = claimed.includes(PDSM_PROFILES.comprehensive) || claimed.some((url) => DCC.test(url))
    return comprehensive || inProvideBundle ? 'comprehensive' : undefined
  }
  if (node.resourceType !== 'List') return undefined
  return claimed.includes(PDSM_PROFILES.submissionSet) || (inProvideBundle && isSubmissionSet(node.code))
    ? 'submissionSet'
    : undefined
}

const PROVIDE_BUNDLE = /\/pdsm-comprehensive-provide-document-bundle(\||$)/
const DCC = /^https:\/\/dcc-fhir\.example\/StructureDefinition\/dcc-/

function profilesOf(resource: { readonly [name: string]: unknown }): string[] {
  const { profile } = objectOf(resource.meta)
  return Array.isArray(profile) ? profile.filter((url) => typeof url === 'string') : []
}

function isSubmissionSet(code: unknown): boolean {
  const { coding } = objectOf(code)
  return Array.isArray(coding) && coding.some((item) => objectOf(item).code === 'submissionset')
}
