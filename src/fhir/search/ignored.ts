import { randomUUID } from 'node:crypto'
import type { DccIssue } from '../../dcc/errors.ts'
import { type Language, outcomeOf } from '../outcome.ts'
import type { IgnoredParameter } from './parsed.ts'

/**
 * The entry of a searchset that says which parameters were left out and why (MHD-66-03, Z-11): a warning of mode
 * outcome, with a fullUrl as every entry of MHD has one. undefined when nothing was.
 */
export function ignoredEntry(ignored: readonly IgnoredParameter[], language: Language): string | undefined {
  if (ignored.length === 0) return undefined
  const issues = ignored.map(
    ({ key, fr, en }): DccIssue => ({ key, code: 'not-supported', severity: 'warning', expression: undefined, fr, en }),
  )
  return JSON.stringify({
    fullUrl: `urn:uuid:${randomUUID()}`,
    resource: outcomeOf(issues, language),
    search: { mode: 'outcome' },
  })
}
