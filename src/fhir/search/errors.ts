import { FhirError } from '../errors.ts'
import { SEARCH_ISSUES, type SearchIssueKey, searchIssueText } from './issues.ts'

/**
 * A search that cannot be run as asked. It names the parameter, never its value: values are traits and identifiers of
 * patients (design.md section 5, Errors).
 */
export class SearchError extends FhirError {
  declare readonly key: SearchIssueKey
  readonly parameter: string
  readonly status: number
  readonly fr: string
  readonly en: string

  constructor(key: SearchIssueKey, detail: { parameter?: string; type?: string } = {}) {
    const named = { ...detail, ...(detail.parameter === undefined ? {} : { parameter: printable(detail.parameter) }) }
    super(key, { detail: named })
    this.name = 'SearchError'
    this.parameter = named.parameter ?? ''
    this.status = SEARCH_ISSUES[key].status
    const { fr, en } = searchIssueText(key, named)
    this.fr = fr
    this.en = en
  }
}

const NAME = /^[A-Za-z_][A-Za-z_.:-]{0,60}$/

/** A parameter name as it may be shown: no digits, so that an identifier typed in the wrong place is not repeated. */
export function printable(name: string): string {
  return NAME.test(name) ? name : '?'
}
