import { StoreError } from '../errors.ts'

const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** The code of a system error (`ENOENT`), or undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * What to throw for a failed file operation: a system error becomes `store.full` (no room, quota) or
 * `store.unavailable`; anything else is a defect, or an error of the caller's own stream, and stays what it is.
 */
export function ioFailure(error: unknown): unknown {
  const code = errorCode(error)
  return code === undefined ? error : failureOf(code, error)
}

/** What a system error of this code means: `store.full` or `store.unavailable`. */
export function failureOf(code: string, cause?: unknown): StoreError {
  if (FULL.has(code)) return new StoreError('store.full', 'no room left for content', { code }, cause)
  return new StoreError('store.unavailable', 'the content store cannot be read or written', { code }, cause)
}

/** Waits for a file operation and rejects with its `ioFailure`. */
export async function io<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    throw ioFailure(error)
  }
}

/** Waits for an operation on a file; undefined when the file is not there. */
export async function ifThere<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
