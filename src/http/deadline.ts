import { FhirError } from '../fhir/errors.ts'
import type { FhirContext } from '../fhir/exchange.ts'
import type { DccStore } from '../store/store.ts'

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
  let expired = false
  let commits = 0
  const commit: DccStore['commit'] = async (changes) => {
    if (expired) throw new FhirError('http.timeout')
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
    expired = true
    if (commits === 0) late.reject(new FhirError('http.timeout'))
  }, milliseconds)
  try {
    return await Promise.race([work({ ...context, dcc: { ...context.dcc, store } }), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
