import type { DocumentReference, Reference, Resource } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import type { StoredType } from '../store/store.ts'
import { EntryError, FhirError } from './errors.ts'
import type { FhirContext } from './exchange.ts'
import { ownerOf } from './owner.ts'
import { isSeen } from './personal-view.ts'
import { relativeTo } from './references.ts'
import { isStoredType } from './resource-types.ts'
import { limitOf } from './restrictions.ts'

/**
 * What a document or list points at must not be hidden from the person: naming it would tell that it is there, a new
 * document over a masked content would unmask it, and one that replaces it would end it. Answered as for what is not
 * there. Throws DccError.
 */
export async function requireSeenParts(context: FhirContext, resource: Resource | undefined): Promise<void> {
  if (context.caller?.person === undefined) return
  await requireSeenItems(context, resource)
  if (resource?.resourceType !== 'DocumentReference') return
  await requireUnclaimed(context, resource)
  await requireSeenRelations(context, resource)
  for (const [index, { attachment }] of (resource.content ?? []).entries()) {
    const expression = `DocumentReference.content[${index}].attachment.url`
    if (await isHidden(context, attachment?.url)) throw new DccError('document.content-missing', { expression })
  }
}

/** The same of the items of a list, which may change. */
export async function requireSeenItems(context: FhirContext, resource: Resource | undefined): Promise<void> {
  if (context.caller?.person === undefined || resource?.resourceType !== 'List') return
  for (const [index, { item }] of (resource.entry ?? []).entries()) {
    const expression = `List.entry[${index}].item`
    if (await isHidden(context, item?.reference)) throw new DccError('list.item-unknown', { expression })
  }
}

/**
 * An error for the caller's eyes: the address of something else that it names (who holds a masterIdentifier, what has
 * replaced a document) is left out when the person may not see that. The address of a document tells its patient.
 */
export async function withoutUnseen(context: FhirContext, error: unknown): Promise<unknown> {
  if (context.caller?.person === undefined) return error
  if (error instanceof EntryError) {
    const cause = await withoutUnseen(context, error.cause)
    return cause === error.cause ? error : new EntryError(error.index, cause)
  }
  if (!(error instanceof DccError || error instanceof FhirError)) return error
  const { key, detail, expression } = error
  const [type = '', id = ''] = String(detail.existing ?? '').split('/')
  if (!isStoredType(type) || (await isTheirs(context, type, id))) return error
  const hidden = { detail: { ...detail, existing: type }, ...(expression === undefined ? {} : { expression }) }
  if (error instanceof FhirError) return new FhirError(key, { ...hidden, headers: { ...error.headers } })
  return new DccError(error.key, { ...hidden, detail: { ...error.detail, existing: type }, issues: error.issues })
}

/** Whether the bytes are the same as those of a document that is not theirs to see is not told either. */
async function requireUnclaimed(context: FhirContext, { masterIdentifier }: DocumentReference): Promise<void> {
  const holder = await documentAt(context, masterIdentifier && { identifier: masterIdentifier })
  if (holder === undefined || holder === '' || (await isTheirs(context, 'DocumentReference', holder))) return
  const detail = { existing: 'DocumentReference', xds: 'XDSNonIdenticalHash' }
  throw new DccError('document.duplicate', { expression: 'DocumentReference.masterIdentifier', detail })
}

/** Every document that is named must be there: else one that is refused would differ from one that nobody knows. */
async function requireSeenRelations(context: FhirContext, { relatesTo = [] }: DocumentReference): Promise<void> {
  for (const [index, { code = '', target }] of relatesTo.entries()) {
    const id = await documentAt(context, target)
    if (id === undefined || (await isThere(context, id))) continue
    const expression = `DocumentReference.relatesTo[${index}].target`
    if (code === 'replaces') throw new DccError('document.replaced-unknown', { expression })
    throw new DccError('document.related-unknown', { expression, detail: { code } })
  }
}

/** The id of the document that a reference names, '' when its identifier is nobody's; undefined: names none of ours. */
async function documentAt({ dcc, baseUrl }: FhirContext, target: Reference | undefined): Promise<string | undefined> {
  const [type, id] = relativeTo(baseUrl)(target?.reference ?? '').split('/')
  if (type === 'DocumentReference') return id ?? ''
  const { system, value } = target?.identifier ?? {}
  if (target?.reference?.startsWith('urn:') === true || system === undefined || value === undefined) return undefined
  return (await dcc.store.lookup('document', { system, value })) ?? ''
}

/** Whether a document may be named: finished, and not withdrawn. */
async function isThere(context: FhirContext, id: string): Promise<boolean> {
  const stored = await context.dcc.store.read('DocumentReference', id)
  return stored?.visible === true && !stored.deleted && isTheirs(context, stored.type, id)
}

/** Whether something is of what this person may see within the launch of the token, withdrawn or not. */
async function isTheirs(context: FhirContext, type: StoredType, id: string): Promise<boolean> {
  const stored = await context.dcc.store.read(type, id)
  if (stored === undefined || !(await isSeen(context, stored))) return false
  const [owner, limit] = [ownerOf(stored), await limitOf(context, 'create', type)]
  return owner === undefined || limit === undefined || limit.includes(owner)
}

async function isHidden(context: FhirContext, reference: string | undefined): Promise<boolean> {
  const { store } = context.dcc
  const [type, id = ''] = relativeTo(context.baseUrl)(reference ?? '').split('/')
  if (type === 'Binary') {
    const isNamed = (await store.documentsOf(id)).length > 0
    return isNamed && !(await isSeen(context, { type, id, text: '' }))
  }
  const stored = type === 'DocumentReference' ? await store.read(type, id) : undefined
  return stored !== undefined && !(await isSeen(context, stored))
}
