import { StoreError, type StoreErrorKey } from '../errors.ts'
import type { StoredType } from '../store.ts'
import type { Statement } from './driver.ts'

type Expectation = NonNullable<Statement['expect']>

/** Fails the commit when the row is not at the version that the caller read. */
export function expectVersion(type: StoredType, version: number | undefined): Expectation {
  const message = version === undefined ? 'The resource already exists' : 'The resource has changed since it was read'
  return oneRow('store.version-conflict', message, { type, expectedVersion: version ?? 0 })
}

/** Fails the commit unless exactly one row was affected. */
export function oneRow(key: StoreErrorKey, message: string, detail: Record<string, string | number> = {}): Expectation {
  return { rows: 1, error: { key, message, detail } }
}

/** A change that no store can hold: a defect of the caller. */
export function invalid(message: string, detail: Record<string, string | number> = {}): StoreError {
  return new StoreError('store.invalid', message, detail)
}
