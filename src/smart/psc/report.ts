import { SmartError } from '../errors.ts'

/** Told of what the operator should know; no identity and no token is in it. */
export type Report = (fault: { event: string; provider: string; error: string; detail: string | undefined }) => void

/** Runs steps with a provider; whoever runs the server hears why one failed. */
export function telling(report: Report) {
  return async <T>(event: string, provider: string, step: () => Promise<T>): Promise<T> => {
    try {
      return await step()
    } catch (error) {
      const key = error instanceof SmartError ? error.key : 'page.unexpected'
      report({ event, provider, error: key, detail: reasonOf(error) })
      throw error
    }
  }
}

/** The codes and names of an error and its causes: no message, which could quote a token. */
function reasonOf(error: unknown): string | undefined {
  const reasons: string[] = []
  for (let cause: unknown = error; cause instanceof Error && reasons.length < 6; cause = cause.cause) {
    const said = [cause.name, 'code' in cause ? cause.code : '', 'error' in cause ? cause.error : '']
    reasons.push(said.filter((word) => typeof word === 'string' && /^[\w.-]{1,60}$/.test(word)).join(' '))
  }
  return reasons.length === 0 ? undefined : reasons.join(': ')
}
