import type { List } from '@medplum/fhirtypes'

/**
 * What an update of a folder would change besides adding entries (MHD-65-19): the name of the element, or undefined. The
 * time of the update, notes and the narrative may change.
 */
export function changedInFolder(before: List, after: List): string | undefined {
  const items = new Set(after.entry?.map(({ item }) => keyOf(item?.reference, item?.identifier)))
  const isKept = (before.entry ?? []).every(({ item }) => items.has(keyOf(item?.reference, item?.identifier)))
  if (!isKept) return 'entry'
  return KEPT.find((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}

const KEPT = ['status', 'mode', 'title', 'code', 'identifier', 'extension'] as const satisfies readonly (keyof List)[]

function keyOf(reference: string | undefined, identifier: object | undefined): string {
  return reference ?? JSON.stringify(identifier ?? null)
}
