import type { DocumentReference, List, Parameters } from '@medplum/fhirtypes'
import { type Finding, onEntry } from './findings.ts'
import type { Part, Parts } from './iti-65-entries.ts'
import { entryUuidOf, uniqueIdOf } from './iti-65-rules.ts'

/** What the entries of a provide bundle say together: contents, unique ids, replacements, relations, folders. */
export function coherenceIssues(parts: Parts): Finding[] {
  return [
    ...modifierIssues(parts),
    ...contentIssues(parts),
    ...uniqueIdIssues(parts),
    ...patchIssues(parts),
    ...cycleIssues(parts),
    ...listingIssues(parts),
    ...parts.folders
      .filter(isUnnamed)
      .map(({ index }) => onEntry('mhd.folder-unnamed', 'structure', index, '.request.url')),
  ]
}

/** P-29: what a modifier says is unknown, so that nothing around it can be relied on. */
function modifierIssues({ sets, documents, folders }: Parts): Finding[] {
  return [...sets, ...documents, ...folders].flatMap(({ index, resource }) =>
    modified(resource).map((place) => ({
      key: 'mhd.modifier-extension',
      kind: 'malformed' as const,
      entry: index,
      expression: `${resource.resourceType}${place}.modifierExtension`,
    })),
  )
}

function modified(resource: DocumentReference | List): string[] {
  const places =
    resource.resourceType === 'List'
      ? [['', resource] as const, ...numbered('entry', resource.entry)]
      : [
          ['', resource] as const,
          ['.context', resource.context] as const,
          ...numbered('content', resource.content),
          ...numbered('relatesTo', resource.relatesTo),
        ]
  return places.flatMap(([place, element]) => (element?.modifierExtension === undefined ? [] : [place]))
}

function numbered<T>(name: string, elements: readonly T[] = []): (readonly [string, T])[] {
  return elements.map((element, index) => [`.${name}[${index}]`, element] as const)
}

/** A content comes with the one document that it is the content of (reference/ihe.md 2.4). */
function contentIssues({ documents, contents }: Parts): Finding[] {
  const described = new Map<string | undefined, number>()
  for (const { resource } of documents) {
    const url = resource.content?.[0]?.attachment?.url
    described.set(url, (described.get(url) ?? 0) + 1)
  }
  return contents.flatMap(({ index, fullUrl }) => {
    const count = fullUrl === undefined ? 0 : (described.get(fullUrl) ?? 0)
    if (count === 1) return []
    return [onEntry(count === 0 ? 'mhd.binary-undescribed' : 'mhd.binary-twice', 'structure', index)]
  })
}

/** XDSRegistryDuplicateUniqueIdInMessage. */
function uniqueIdIssues({ sets, documents, folders }: Parts): Finding[] {
  const used = new Set<string>()
  const ids = [
    ...documents.map(
      ({ index, resource }) => [index, 'masterIdentifier', resource, resource.masterIdentifier] as const,
    ),
    ...[...sets, ...folders].map(
      ({ index, resource }) => [index, 'identifier', resource, uniqueIdOf(resource)] as const,
    ),
  ]
  return ids.flatMap(([entry, element, { resourceType }, id]): Finding[] => {
    if (id?.value === undefined) return []
    const key = `${id.system ?? ''}|${id.value}`
    if (!used.has(key)) {
      used.add(key)
      return []
    }
    return [{ key: 'mhd.unique-id-repeated', kind: 'structure', entry, expression: `${resourceType}.${element}` }]
  })
}

/** MHD-65-07, constr-cdr-rempl: a PATCH only supersedes what a document of the bundle replaces. */
function patchIssues({ patches, documents }: Parts): Finding[] {
  const replaced = documents.flatMap(({ resource }) =>
    (resource.relatesTo ?? []).flatMap(({ code, target }) =>
      code === 'replaces' ? [documentIdOf(target?.reference)] : [],
    ),
  )
  return patches.flatMap(({ index, request, resource }) => {
    const id = documentIdOf(request.url)
    if (!isSuperseding(resource) || !/(^|\/)DocumentReference[/?]/.test(request.url ?? '')) {
      return [onEntry('mhd.patch', 'structure', index, '.resource')]
    }
    // One that is named by its identifier is known only when it has been looked up.
    const isReplaced = replaced.some((other) => other === undefined || id === undefined || other === id)
    return isReplaced ? [] : [onEntry('mhd.patch-alone', 'structure', index)]
  })
}

/** IHE.MHD.Patch.Parameters: one operation that replaces the status by superseded. */
function isSuperseding({ parameter = [] }: Parameters): boolean {
  const [operation, ...others] = parameter
  const parts = operation?.part ?? []
  const value = (name: string) => parts.filter((part) => part.name === name)
  const [type, path, status] = [value('type'), value('path'), value('value')]
  return (
    operation?.name === 'operation' &&
    others.length === 0 &&
    parts.length === 3 &&
    type[0]?.valueCode === 'replace' &&
    path[0]?.valueString === 'DocumentReference.status' &&
    status[0]?.valueCode === 'superseded'
  )
}

function documentIdOf(address: string | undefined): string | undefined {
  return /(?:^|\/)DocumentReference\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(address ?? '')?.[1]
}

/** Documents of the bundle that relate to each other in a circle; each is followed once. */
function cycleIssues({ documents }: Parts): Finding[] {
  const byUrl = new Map(documents.map((part) => [part.fullUrl, part]))
  const settled = new Set<number>()
  const open = new Set<number>()
  const closes = (part: Part<DocumentReference>): boolean => {
    if (open.has(part.index)) return true
    if (settled.has(part.index)) return false
    open.add(part.index)
    const isCyclic = (part.resource.relatesTo ?? []).some(({ target }) => {
      const next = target?.reference === undefined ? undefined : byUrl.get(target.reference)
      return next !== undefined && closes(next)
    })
    open.delete(part.index)
    settled.add(part.index)
    return isCyclic
  }
  return documents
    .filter((part) => part.resource.relatesTo !== undefined && closes(part))
    .map(({ index }) => ({
      key: 'mhd.cycle',
      kind: 'structure' as const,
      entry: index,
      expression: 'DocumentReference.relatesTo',
    }))
}

/** A document that its submission set does not name cannot be found through it. */
function listingIssues({ sets, documents }: Parts): Finding[] {
  const [set] = sets
  if (set === undefined) return []
  const listed = new Set(set.resource.entry?.map(({ item }) => item?.reference))
  return documents
    .filter(({ fullUrl }) => fullUrl !== undefined && !listed.has(fullUrl))
    .map(({ index }) => ({
      key: 'mhd.unlisted',
      kind: 'advice' as const,
      entry: index,
      expression: 'DocumentReference',
    }))
}

/** A folder that is put without address or identifier: nobody could say which one is meant. */
function isUnnamed({ request, resource }: Part<List>): boolean {
  if (request.method !== 'PUT' || !isBareType(request.url)) return false
  return uniqueIdOf(resource) === undefined && entryUuidOf(resource) === undefined
}

/** Whether a request names a type and nothing in it: the folder example of MHD does. */
export function isBareType(url: string | undefined): boolean {
  return /(^|\/)List\/?$/.test(url ?? '')
}
