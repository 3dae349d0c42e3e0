import { type Json, listOf, objectOf, textOf } from './read.ts'

/** Entries by fullUrl, made once a bundle. */
const INDEXES = new WeakMap<Json, ReadonlyMap<string, Json>>()

/** The resource that an entry of the bundle holds under this fullUrl. */
export function resourceAt(bundle: Json | undefined, url: string | undefined): Json | undefined {
  if (bundle === undefined || url === undefined) return undefined
  let index = INDEXES.get(bundle)
  if (index === undefined) {
    index = new Map(listOf(bundle.entry).map(({ fullUrl, resource }) => [textOf(fullUrl) ?? '', objectOf(resource)]))
    INDEXES.set(bundle, index)
  }
  return index.get(url)
}

/** Base64 of an attachment: the data beside it, or that of the Binary of its bundle that its url names. */
export function dataOf({ data, url }: Json, bundle: Json | undefined): string | undefined {
  const binary = resourceAt(bundle, textOf(url))
  return textOf(data) ?? (binary?.resourceType === 'Binary' ? textOf(binary.data) : undefined)
}
