/** How a refusal is answered: HTTP status, FHIR issue code and text in both languages; `{name}` is filled from details. */
export interface IssueDefinition {
  status: number
  code: string
  fr: string
  en: string
}

/** One row of a table of refusals. */
export function issue(status: number, code: string, fr: string, en: string): IssueDefinition {
  return { status, code, fr, en }
}
