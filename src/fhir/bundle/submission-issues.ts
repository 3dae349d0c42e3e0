import type { DccIssue } from '../../dcc/errors.ts'
import type { Finding } from '../../ihe/findings.ts'
import { issueOf } from '../issues.ts'
import { fill } from '../outcome.ts'

/** A finding of IHE's rules with its texts. */
export function issueOfFinding({ key, expression, detail = {} }: Finding, severity: DccIssue['severity']): DccIssue {
  const { code, fr, en } = issueOf(key)
  return { key, code, expression, fr: fill(fr, detail), en: fill(en, detail), severity }
}

/** The same issue with its expression from the Bundle on, for a refusal of the whole. */
export function inEntryExpression(issue: DccIssue, entry: number | undefined): DccIssue {
  const { expression = '' } = issue
  if (entry === undefined || expression.startsWith('Bundle.')) return issue
  return { ...issue, expression: `Bundle.entry[${entry}].resource${expression.replace(/^[A-Za-z]+/, '')}` }
}
