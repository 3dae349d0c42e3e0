/** One thing that the authorization server keeps. `id` is a hash for whatever is a secret; times are seconds since 1970. */
export interface AuthorizationRecord {
  /** Kind of the thing: the name of a model of the authorization server. */
  model: string
  id: string
  /** JSON of the caller; the store does not read it. */
  payload: string
  grantId?: string
  uid?: string
  /** From then on it is not found any more; absent: never. */
  expiresAt?: number
  consumedAt?: number
}

/** Where the authorization server keeps its things; the same for both engines. Rejects with StoreError. */
export interface AuthorizationStore {
  /** The record under an id, unless it has expired by `now`. */
  find(model: string, id: string, now: number): Promise<AuthorizationRecord | undefined>
  findByUid(model: string, uid: string, now: number): Promise<AuthorizationRecord | undefined>
  /** Every record of a model, by id. */
  list(model: string, now: number): Promise<AuthorizationRecord[]>
  /** Writes a record, or over the one with its id: whether that was consumed stays. Durable when it resolves. */
  put(record: AuthorizationRecord): Promise<void>
  /** Writes a new record; false, and nothing is changed, when the id is there: exactly one of two callers hears true. */
  insert(record: AuthorizationRecord): Promise<boolean>
  /** Marks a record as used; false when it already was, or is not there: exactly one of two callers hears true. */
  consume(model: string, id: string, now: number): Promise<boolean>
  remove(model: string, id: string): Promise<void>
  /** Removes whatever hangs on a grant. */
  removeGrant(grantId: string): Promise<void>
  /** Removes what has expired before an instant. */
  sweep(before: number): Promise<void>
}
