import type { SheetDocument } from './documents.ts'

/** A document with the versions that it has replaced, newest first. */
export interface Chain {
  current: SheetDocument
  earlier: readonly SheetDocument[]
}

/**
 * Documents as chains of versions, newest first: each in the place of its newest version, and each once whatever they
 * say of each other. A replaced document whose successor is not among them stands on its own.
 */
export function chainsOf(documents: readonly SheetDocument[]): Chain[] {
  const replacedBy = predecessors(documents)
  const told = new Set<SheetDocument>()
  const chain = (current: SheetDocument): Chain[] => {
    if (told.has(current)) return []
    // What was withdrawn hides nothing: the version before it may be the one that holds.
    const reached = current.status === 'withdrawn' ? [] : reach(current, replacedBy)
    const earlier = reached.filter((one) => one !== current && !told.has(one)).sort(newestFirst)
    for (const one of [current, ...earlier]) told.add(one)
    return [{ current, earlier }]
  }
  const sorted = documents.toSorted(newestFirst)
  const heads = [...sorted.filter(({ status }) => status === 'current'), ...sorted]
  return heads.flatMap(chain).sort((a, b) => newestFirst(a.current, b.current))
}

/** The chain that a document is in. */
export function chainOf(chains: readonly Chain[], id: string): Chain | undefined {
  return chains.find(({ current, earlier }) => current.id === id || earlier.some((one) => one.id === id))
}

type Predecessors = (document: SheetDocument) => readonly SheetDocument[]

/** What a document replaces and is still current has not been replaced for good: it is told on its own. */
function predecessors(documents: readonly SheetDocument[]): Predecessors {
  const byId = new Map(documents.map((document) => [document.id, document]))
  const byUniqueId = new Map(documents.map((document) => [document.uniqueId, document]))
  return ({ replaces, replacesIdentifiers }) =>
    [...replaces.map((id) => byId.get(id)), ...replacesIdentifiers.map((id) => byUniqueId.get(id))].flatMap((found) =>
      found === undefined || found.status === 'current' ? [] : [found],
    )
}

/** All documents that one has replaced, directly or through others. */
function reach(from: SheetDocument, replacedBy: Predecessors): SheetDocument[] {
  const found = new Set<SheetDocument>()
  const open = [from]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const earlier of replacedBy(next)) {
      if (!found.has(earlier)) open.push(earlier)
      found.add(earlier)
    }
  }
  return [...found]
}

/** By the time of writing; what says none comes last. */
function newestFirst(a: SheetDocument, b: SheetDocument): number {
  const [one, other] = [instantOf(a), instantOf(b)]
  if (one !== other) return other - one
  return a.id < b.id ? 1 : -1
}

function instantOf({ writtenAt }: SheetDocument): number {
  const at = Date.parse(writtenAt)
  return Number.isNaN(at) ? 0 : at
}
