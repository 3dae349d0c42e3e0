/** How a refusal is answered: HTTP status, FHIR issue code and text in both languages; `{name}` is filled from details. */
export interface IssueDefinition {
  status: number
  code: string
  fr: string
  en: string
  /** Severity when it is not that of the status: IHE answers some 404 with a warning. */
  severity?: 'warning'
  /** Text in `diagnostics`, where a guide prescribes it word by word. */
  diagnostics?: string
}

/** One row of a table of refusals. */
export function issue(
  status: number,
  code: string,
  fr: string,
  en: string,
  prescribed: Pick<IssueDefinition, 'severity' | 'diagnostics'> = {},
): IssueDefinition {
  return { status, code, fr, en, ...prescribed }
}
