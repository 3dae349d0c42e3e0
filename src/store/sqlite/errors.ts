import type { StoreErrorFacts } from '../sql/driver.ts'

const FOREIGN_KEY = 787

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that are no defect of ours. */
const BY_CODE: Readonly<Record<number, StoreErrorFacts>> = {
  5: unavailable('The store is busy'),
  6: unavailable('The store is locked'),
  8: unavailable('The store cannot be written'),
  10: unavailable('The device of the store fails'),
  11: unavailable('The store is corrupt'),
  13: { key: 'store.full', message: 'No room left for the store', detail: {} },
  14: unavailable('The store cannot be opened'),
  26: unavailable('The file is not a store'),
}

/** What an error of node:sqlite means, as a value that can cross to the main thread. Never holds a bound value. */
export function factsOf(error: unknown): StoreErrorFacts {
  const code = codeOf(error)
  if (code === undefined) return { key: 'store.invalid', message: 'The store refused a statement', detail: {} }
  if (code === FOREIGN_KEY) {
    return { key: 'store.patient-not-current', message: 'The patient does not exist', detail: { sqlite: code } }
  }
  const known = BY_CODE[code & 0xff]
  if (known !== undefined) return { ...known, detail: { sqlite: code } }
  return { key: 'store.invalid', message: 'The store refused a statement', detail: { sqlite: code } }
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

function unavailable(message: string): StoreErrorFacts {
  return { key: 'store.unavailable', message, detail: {} }
}
