import type { List, Reference, Resource } from '@medplum/fhirtypes'
import type { DccStore, Directory, StoredType } from '../store/store.ts'
import type { Finding } from './findings.ts'

const RECIPIENTS: ReadonlySet<string> = new Set([
  'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-intendedRecipient',
  'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-intended-recipient',
])

/**
 * What becomes of the intended recipients of a submission set (MHD-65-15): they are looked for in the directories. Nobody
 * is notified by this release, and the sender is told so of each.
 */
export async function recipientIssues(store: DccStore, set: List, entry: number): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [index, { url, valueReference }] of (set.extension ?? []).entries()) {
    if (url === undefined || !RECIPIENTS.has(url)) continue
    const isKnown = valueReference !== undefined && (await isHeld(store, set, valueReference))
    const key = isKnown ? 'mhd.recipient-unavailable' : 'mhd.recipient-unknown'
    findings.push({ key, kind: 'advice', entry, expression: `List.extension[${index}].value` })
  }
  return findings
}

/** `ofRole`: what a role names is no role itself, or roles that name each other would be followed for ever. */
async function isHeld(
  store: DccStore,
  set: List,
  { reference, identifier }: Reference,
  ofRole = false,
): Promise<boolean> {
  if (reference?.startsWith('#') === true) {
    const contained = set.contained?.find(({ id }) => `#${id}` === reference)
    if (contained === undefined || (ofRole && contained.resourceType === 'PractitionerRole')) return false
    return isKnown(store, set, contained)
  }
  const [type, id = ''] = reference?.split('/') ?? []
  if (isType(type)) return (await store.read(type, id))?.deleted === false
  return isHolder(store, DIRECTORIES, [identifier ?? {}])
}

/** A contained recipient is known by an identifier of its own; a role also by its professional or its structure. */
async function isKnown(store: DccStore, set: List, recipient: Resource): Promise<boolean> {
  switch (recipient.resourceType) {
    case 'Practitioner':
    case 'Organization':
      return isHolder(store, [recipient.resourceType], recipient.identifier ?? [])
    case 'PractitionerRole': {
      if (await isHolder(store, ['PractitionerRole'], recipient.identifier ?? [])) return true
      const parts = [recipient.practitioner, recipient.organization].filter((part) => part !== undefined)
      for (const part of parts) {
        if (await isHeld(store, set, part, true)) return true
      }
      return false
    }
    default:
      return false
  }
}

async function isHolder(
  store: DccStore,
  directories: readonly Directory[],
  identifiers: readonly { system?: string; value?: string }[],
): Promise<boolean> {
  for (const { system, value } of identifiers) {
    if (system === undefined || value === undefined) continue
    for (const directory of directories) {
      if ((await store.lookup(directory, { system, value })) !== undefined) return true
    }
  }
  return false
}

const DIRECTORIES = ['Practitioner', 'PractitionerRole', 'Organization'] as const

function isType(type: string | undefined): type is StoredType {
  return type === 'Patient' || DIRECTORIES.some((known) => known === type)
}
