import type {
  DocumentReference,
  HumanName,
  Organization,
  Practitioner,
  PractitionerRole,
  Reference,
} from '@medplum/fhirtypes'
import type { Professional } from '../../dcc/professional.ts'
import { PROFESSIONALS_OID } from '../../french/oids.ts'
import type { DccStore, ReferenceType } from '../../store/store.ts'
import { line } from './words.ts'

/** Somebody who has a part in a document, in words; '' for what is not known. */
export interface Actor {
  name: string
  /** Profession and specialty. */
  role: string
  structure: string
}

/** Who wrote, validated and keeps a document. */
export interface DocumentActors {
  authors: readonly Actor[]
  authenticator: Actor | undefined
  custodian: string
}

type Directory = ReadonlyMap<string, Practitioner | PractitionerRole | Organization>

/** Directory entries that documents name, read at once: at most three searches however many documents there are. */
export async function readDirectory(store: DccStore, documents: readonly DocumentReference[]): Promise<Directory> {
  const found = new Map<string, Practitioner | PractitionerRole | Organization>()
  const read = async (type: ReferenceType, wanted: ReadonlySet<string>): Promise<void> => {
    const ids = [...wanted].filter((id) => id.startsWith(`${type}/`)).map((id) => id.slice(type.length + 1))
    if (ids.length === 0) return
    const sort = { key: '_id', descending: false } as const
    const query = { type, conditions: [{ kind: 'id' as const, ids }], sort, limit: ids.length }
    for (const { id, text } of await store.search(query)) found.set(`${type}/${id}`, JSON.parse(text))
  }
  const named = new Set(documents.flatMap(namedBy))
  await read('PractitionerRole', named)
  for (const role of found.values()) {
    if (role.resourceType === 'PractitionerRole') for (const name of namedByRole(role)) named.add(name)
  }
  await Promise.all([read('Practitioner', named), read('Organization', named)])
  return found
}

/** The people and organisations of a document in words. */
export function actorsOf(document: DocumentReference, directory: Directory): DocumentActors {
  const find = (reference: Reference | undefined) => {
    const name = reference?.reference
    if (name === undefined) return undefined
    return name.startsWith('#')
      ? document.contained?.find(({ id }) => id === name.slice(1))
      : directory.get(name.split('/_history')[0] ?? name)
  }
  const actorOf = (reference: Reference): Actor => {
    const found = find(reference)
    const own: Actor = { name: reference.display ?? '', role: '', structure: '' }
    if (found?.resourceType === 'Practitioner') return { ...own, name: personName(found.name) || own.name }
    if (found?.resourceType === 'Organization') return { ...own, name: '', structure: found.name ?? own.name }
    if (found?.resourceType === 'Device') return { ...own, name: found.deviceName?.[0]?.name ?? own.name }
    if (found?.resourceType !== 'PractitionerRole') return own
    const [person, place] = [find(found.practitioner), find(found.organization)]
    const name = person?.resourceType === 'Practitioner' ? personName(person.name) : ''
    const structure = place?.resourceType === 'Organization' ? place.name : undefined
    return {
      name: name || (found.practitioner?.display ?? own.name),
      role: roleName(found),
      structure: structure ?? found.organization?.display ?? '',
    }
  }
  const { author = [], authenticator, custodian } = document
  const keeper = custodian && actorOf(custodian)
  return {
    authors: author.map(actorOf).filter(isKnown),
    authenticator: authenticator && actorOf(authenticator),
    custodian: keeper?.structure || (keeper?.name ?? ''),
  }
}

/** Whether a professional is among the authors of a document, by the identifiers that its authors have. */
export function isWrittenBy(
  { author = [], contained = [] }: DocumentReference,
  directory: Directory,
  { nationalId, rpps }: Pick<Professional, 'nationalId' | 'rpps'>,
): boolean {
  const find = ({ reference = '' }: Reference) =>
    reference.startsWith('#') ? contained.find(({ id }) => id === reference.slice(1)) : directory.get(reference)
  const people = author.map(find).map((one) => {
    return one?.resourceType === 'PractitionerRole' && one.practitioner !== undefined ? find(one.practitioner) : one
  })
  return people
    .flatMap((one) => (one?.resourceType === 'Practitioner' ? (one.identifier ?? []) : []))
    .some(({ system, value }) => NATIONAL.includes(system ?? '') && (value === nationalId || value === rpps))
}

/** The systems of the national ids of professionals. */
const NATIONAL: readonly string[] = [`urn:oid:${PROFESSIONALS_OID}`, 'https://rpps.esante.gouv.fr']

/** An actor in one line. */
export function actorLine({ name, role, structure }: Actor): string {
  return line(name, role, structure)
}

function isKnown({ name, structure }: Actor): boolean {
  return name !== '' || structure !== ''
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['DR', 'Dr'],
  ['PR', 'Pr'],
  ['PROFESSEUR', 'Pr'],
  ['DOCTEUR', 'Dr'],
])

/** `Dr Thierry ORBELAVOINE`: the title of practice, the given name, the family name in capitals. */
function personName(names: readonly HumanName[] | undefined): string {
  const name = names?.find(({ family }) => family !== undefined) ?? names?.[0]
  if (name === undefined) return ''
  const titles = [...(name.prefix ?? []), ...(name.suffix ?? [])]
  const title = titles.map((one) => TITLES.get(one.replaceAll('.', '').toUpperCase())).find((one) => one !== undefined)
  const parts = [title, ...(name.given ?? []).slice(0, 1).map(capitalised), name.family?.toUpperCase()]
  return parts.filter((part) => part !== undefined).join(' ') || (name.text ?? '')
}

/** `JEAN-PIERRE` as it is read more easily; what is not in capitals is left as it is. */
function capitalised(given: string): string {
  if (given !== given.toUpperCase()) return given
  return given.toLowerCase().replaceAll(/(^|[-' ])(\p{L})/gu, (_all, before: string, letter: string) => {
    return `${before}${letter.toUpperCase()}`
  })
}

function roleName({ specialty = [], code = [] }: PractitionerRole): string {
  const codings = [...specialty, ...code].flatMap(({ coding = [], text }) => [
    text,
    ...coding.map((one) => one.display),
  ])
  return codings.find((display) => display !== undefined)?.replace(/ \(S[CM]\)$/, '') ?? ''
}

/** The directory entries that a document names, those of its contained roles included. */
function namedBy({ author = [], authenticator, custodian, contained = [] }: DocumentReference): string[] {
  const roles = contained.flatMap((one) => (one.resourceType === 'PractitionerRole' ? namedByRole(one) : []))
  return [...[...author, authenticator, custodian].flatMap((one) => external(one)), ...roles]
}

function namedByRole({ practitioner, organization }: PractitionerRole): string[] {
  return [...external(practitioner), ...external(organization)]
}

function external(reference: Reference | undefined): string[] {
  const name = reference?.reference?.split('/_history')[0]
  return name !== undefined && /^(Practitioner|PractitionerRole|Organization)\/[^/]+$/.test(name) ? [name] : []
}
