/** Stable keys of the store's errors. */
export type StoreErrorKey =
  | 'store.version-conflict' // the row is no longer at the version that the caller read
  | 'store.identifier-taken' // the identifier already belongs to something else
  | 'store.patient-not-current' // the patient does not exist, is deleted or merged
  | 'store.patient-not-empty' // documents or lists of the patient are still there
  | 'store.patient-related' // documents or lists of two patients refer to each other
  | 'store.unavailable' // the store cannot be reached or cannot write now
  | 'store.full' // no room left on the device
  | 'store.schema-newer' // the store was written by a newer release
  | 'store.schema-older' // the store waits for `npm run dcc -- migrate`
  | 'store.schema-changed' // an applied migration is not the one this release ships
  | 'store.blob-missing' // no content under that hash
  | 'store.blob-corrupt' // content whose hash no longer matches
  | 'store.blob-too-large' // more bytes than the caller allowed
  | 'store.blob-mismatch' // the bytes are not those announced
  | 'store.closed' // used after close()
  | 'store.invalid' // a change that the schema refuses: a defect of ours

/** An error of the store, by stable key. `detail` never holds identity or content. */
export class StoreError extends Error {
  readonly key: StoreErrorKey
  readonly detail: Readonly<Record<string, string | number>>

  constructor(key: StoreErrorKey, message: string, detail: Record<string, string | number> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StoreError'
    this.key = key
    this.detail = detail
  }
}

/** Whether an unknown error is a StoreError, and of that key when one is given. */
export function isStoreError(error: unknown, key?: StoreErrorKey): error is StoreError {
  return error instanceof StoreError && (key === undefined || error.key === key)
}

/** Whether the store is away for the moment, or full: the request was right and may be sent again (error or a cause of it). */
export function isStoreAway(error: unknown): boolean {
  if (isStoreError(error)) return AWAY.has(error.key)
  return error instanceof Error && error.cause !== undefined && isStoreAway(error.cause)
}

const AWAY: ReadonlySet<StoreErrorKey> = new Set(['store.unavailable', 'store.full', 'store.closed'])
