import { StoreError, type StoreErrorKey } from '../errors.ts'

/** SQLSTATE classes and codes (PostgreSQL manual, appendix A) that are no defect of ours; the longest match counts. */
const BY_STATE: Readonly<Record<string, readonly [StoreErrorKey, string]>> = {
  '08': ['store.unavailable', 'The connection to the store was lost'],
  '23503': ['store.patient-not-current', 'The patient does not exist'],
  '25006': ['store.unavailable', 'The store cannot be written'],
  '28': ['store.unavailable', 'The store refuses the user'],
  '3D000': ['store.unavailable', 'The database does not exist'],
  '40': ['store.unavailable', 'The transaction lost against others too often'],
  '53': ['store.unavailable', 'The store lacks resources'],
  '53100': ['store.full', 'No room left for the store'],
  '55P03': ['store.unavailable', 'The store is locked'],
  '57': ['store.unavailable', 'The store was stopped or cancelled the statement'],
  '58': ['store.unavailable', 'The device of the store fails'],
  XX: ['store.unavailable', 'The store is damaged'],
}

/** What an error of pg means. Never holds a bound value: the server's own message may. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const state = sqlStateOf(error)
  if (state === undefined) return new StoreError('store.unavailable', 'The store cannot be reached')
  const known = BY_STATE[state] ?? BY_STATE[state.slice(0, 2)]
  const [key, message] = known ?? (['store.invalid', 'The store refused a statement'] as const)
  return new StoreError(key, message, { sqlState: state })
}

/** Whether the transaction lost against another one and may be tried again as a whole. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === '40001' || state === '40P01'
}

/** Whether an error says nothing of the connection, which can then be used again. */
export function leavesConnection(error: unknown): boolean {
  const state = sqlStateOf(error)
  return error instanceof StoreError || (state !== undefined && !/^(08|57P0)/.test(state))
}

/** The SQLSTATE of an answer of the server; undefined for errors of the network. */
function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
