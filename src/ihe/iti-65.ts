import type { Bundle, Identifier } from '@medplum/fhirtypes'
import { type Finding, inBundle } from './findings.ts'
import { coherenceIssues } from './iti-65-coherence.ts'
import { type Parts, partsOf } from './iti-65-entries.ts'
import { listKind, PROVIDE_PROFILES, type ProvideProfile, provideProfileOf } from './iti-65-profiles.ts'
import { entryUuidOf, metadataIssues, uniqueIdOf } from './iti-65-rules.ts'

/**
 * ITI-65 Provide Document Bundle, Document Recipient (MHD-65-01 … 25, reference/ihe.md 2.4): what the bundle says by
 * itself. The transaction (src/fhir/bundle/provide.ts) holds it to the record and stores it.
 */
export interface ProvideBundle {
  profile: ProvideProfile
  parts: Parts
  /** Entries that are in no slice, or too few or too many of one (MHD-65-02). */
  misplaced: readonly Finding[]
}

/**
 * The provide bundle that a bundle is, or undefined for an ordinary one: it claims a profile of ITI-65, or holds a
 * submission set. The profile is what tells which rules apply: without a known one there are only findings (MHD-65-01).
 */
export function provideBundle(bundle: Bundle, baseUrl: string): ProvideBundle | readonly Finding[] | undefined {
  const profile = provideProfileOf(bundle)
  const isSubmission = profile !== undefined || claimsProfile(bundle) || holdsSubmissionSet(bundle)
  if (!isSubmission) return undefined
  if (bundle.type !== 'transaction') return [inBundle('mhd.not-transaction', 'malformed', '.type')]
  if (profile === undefined) {
    const key = bundle.meta?.profile === undefined ? 'mhd.profile-missing' : 'mhd.profile-unknown'
    return [
      inBundle(key, 'malformed', '.meta.profile', { profiles: PROVIDE_PROFILES.map(({ url }) => url).join(', ') }),
    ]
  }
  const { parts, findings } = partsOf(bundle, baseUrl)
  return { profile, parts, misplaced: findings }
}

/** Everything that is wrong with a provide bundle by itself (MHD-65-02 … 09). */
export function provideBundleIssues(
  { profile, parts, misplaced }: ProvideBundle,
  least: 'comprehensive' | 'minimal',
): readonly Finding[] {
  // MHD-65-23: the Comprehensive option refuses what promises less.
  if (profile.level === 'minimal' && least === 'comprehensive') {
    return [inBundle('mhd.minimal', 'structure', '.meta.profile')]
  }
  return [...misplaced, ...coherenceIssues(parts), ...metadataIssues(parts, profile)]
}

/** The identifier of a submission, and the entry that holds it: the uniqueId of its set, else the entryUUID. */
export function submissionIdOf({ sets }: Parts): { index: number; system: string; value: string } | undefined {
  const [set] = sets
  const id: Identifier | undefined = set && (uniqueIdOf(set.resource) ?? entryUuidOf(set.resource))
  if (set === undefined || id?.value === undefined) return undefined
  return { index: set.index, system: id.system ?? 'urn:ietf:rfc:3986', value: id.value }
}

/** A profile of a provide bundle that is not known: of another release, or misspelt. */
function claimsProfile({ meta }: Bundle): boolean {
  return meta?.profile?.some((url) => /provide-?(document-?)?bundle/i.test(url)) === true
}

function holdsSubmissionSet({ entry }: Bundle): boolean {
  return entry?.some(({ resource }) => resource?.resourceType === 'List' && listKind(resource) === 'set') === true
}
