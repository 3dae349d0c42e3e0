import type { MergeLinks } from '../store.ts'
import type { Query, Row } from './driver.ts'
import { optionalText, text } from './rows.ts'

/** Reads, for each of these patients that is there, whom it was merged into and who was merged into it. */
export function mergesQuery(patientIds: readonly string[]): Query {
  const places = patientIds.map((_, index) => `?${index + 1}`)
  const wanted = places.length === 1 ? `= ${places[0]}` : `IN (${places.join(', ')})`
  return {
    sql: `SELECT p.patient_id, p.merged_into, g.id, g.domain FROM patient p
      LEFT JOIN merged_patient g ON g.patient_id = p.patient_id
      WHERE p.patient_id ${wanted} ORDER BY p.patient_id, g.id`,
    params: patientIds,
  }
}

/** The patients in the rows of `mergesQuery`. */
export function mergesOf(rows: readonly Row[]): MergeLinks[] {
  const links = new Map<
    string,
    { id: string; mergedInto: string | undefined; merged: MergeLinks['merged'][number][] }
  >()
  for (const row of rows) {
    const id = text(row, 0)
    const found = links.get(id) ?? { id, mergedInto: optionalText(row, 1), merged: [] }
    links.set(id, found)
    const merged = optionalText(row, 2)
    if (merged !== undefined) found.merged.push({ id: merged, domain: text(row, 3) })
  }
  return [...links.values()]
}
