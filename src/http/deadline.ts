import { FhirError } from '../fhir/errors.ts'
import type { FhirContext } from '../fhir/exchange.ts'
import type { DccStore } from '../store/store.ts'

/** Awaits work that stores nothing for at most `milliseconds`, then rejects with `http.timeout`. */
export function withinTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new FhirError('http.timeout')), milliseconds)
    work.then(
      (done) => {
        clearTimeout(timer)
        resolve(done)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

/**
 * Does work for at most `milliseconds`, then rejects with `http.timeout`. Late work can store nothing any more, hence
 * the refusal is true; work that has stored something, or is doing so, may finish and say what it did.
 */
export async function withDeadline<T>(
  context: FhirContext,
  milliseconds: number,
  work: (context: FhirContext) => Promise<T>,
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const time = new AbortController()
  let commits = 0
  const commit: DccStore['commit'] = async (changes) => {
    if (time.signal.aborted) throw new FhirError('http.timeout')
    commits += 1
    try {
      await context.dcc.store.commit(changes)
    } catch (error) {
      commits -= 1
      throw error
    }
  }
  const store: DccStore = Object.create(context.dcc.store, { commit: { value: commit } })
  const timer = setTimeout(() => {
    time.abort()
    if (commits === 0) late.reject(new FhirError('http.timeout'))
  }, milliseconds)
  try {
    return await Promise.race([work({ ...context, dcc: { ...context.dcc, store }, signal: time.signal }), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
