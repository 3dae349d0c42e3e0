import { BUCKETS } from '../ids.ts'
import type { Dialect } from './driver.ts'

/** Something made once for each bucket (storage.md section 3, rule 4). */
export function perBucket<T>(make: (bucket: number) => T): T[] {
  return Array.from({ length: BUCKETS }, (_, bucket) => make(bucket))
}

/**
 * One page of selects that each have an index in the order of the page and share no row. `page` is its ORDER BY and
 * LIMIT, on names of the result. Spelled so that the engine reads of each select only what the page needs.
 */
export function mergedPage(selects: readonly string[], page: string, { mergesPages }: Dialect): string {
  const parts = mergesPages ? selects.map((select, i) => `SELECT * FROM (${select} ${page}) b${i}`) : selects
  return `${parts.join(' UNION ALL ')} ${page}`
}
