import type { CodeableConcept, OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import { DccError, type DccIssue } from '../dcc/errors.ts'
import { XDS_SYSTEM, xdsCodeOf } from '../ihe/xds-codes.ts'
import { StoreError } from '../store/errors.ts'
import { AlsoRefused, EntryError, FhirError } from './errors.ts'
import { issueOf } from './issues.ts'
import { JsonError } from './json/parse.ts'
import { SearchError } from './search/errors.ts'
import { XmlError } from './xml/errors.ts'

/** The language of texts for people. */
export type Language = 'fr' | 'en'

/** The code system of our rule keys in `issue.details.coding`. */
export const RULE_SYSTEM = 'urn:dcc:rule'

/** An error as it is answered. */
export interface Refusal {
  status: number
  headers: Record<string, string>
  outcome: OperationOutcome
  /** True for a defect of ours: to be reported with the request id (`FhirContext.report`). */
  defect: boolean
}

/** Turns any error into the answer that design.md section 5 promises; an unknown error becomes a 500 without details. */
export function refusalOf(error: unknown, language: Language, requestId: string): Refusal {
  if (error instanceof AlsoRefused) return withMore(refusalOf(error.cause, language, requestId), error.issues, language)
  if (error instanceof EntryError) return inEntryOf(refusalOf(error.cause, language, requestId), error.index)
  if (error instanceof DccError && error.issues.length > 0) {
    const { status, code } = issueOf(error.key)
    return answer(
      status,
      error.issues.map((finding) => findingOf(finding, code, language)),
    )
  }
  const known = keyed(error)
  const { status, code, fr, en, severity, diagnostics } = issueOf(known?.key ?? 'server.defect')
  const detail = { requestId, ...known?.detail }
  const headers: Record<string, string> = { ...known?.headers }
  if (status === 503 && headers['Retry-After'] === undefined) headers['Retry-After'] = '2'
  const issue: OperationOutcomeIssue = {
    severity: severity ?? (status >= 500 ? 'fatal' : 'error'),
    code: code as OperationOutcomeIssue['code'],
    details: detailsOf(known?.key ?? 'server.defect', fill(fr, detail), fill(en, detail), language, known?.detail.xds),
    ...(known?.expression === undefined ? {} : { expression: [known.expression] }),
    ...(diagnostics === undefined ? {} : { diagnostics }),
    ...(status >= 500 ? { diagnostics: `request ${requestId}` } : {}),
  }
  return { ...answer(status, [issue]), headers, defect: status === 500 }
}

/** An OperationOutcome of warnings or information, for `Prefer: return=OperationOutcome` and search results. */
export function outcomeOf(findings: readonly DccIssue[], language: Language): OperationOutcome {
  const issues = findings.map((finding) => findingOf(finding, 'business-rule', language))
  return { resourceType: 'OperationOutcome', issue: issues.length > 0 ? issues : [success(language)] }
}

/** A refusal with what else was found before it. */
function withMore(refusal: Refusal, issues: readonly DccIssue[], language: Language): Refusal {
  const more = issues.map((finding) => findingOf(finding, 'business-rule', language))
  const issue = [...(refusal.outcome.issue ?? []), ...more]
  return { ...refusal, outcome: { ...refusal.outcome, issue } }
}

/** The same refusal with expressions from the Bundle on: `Patient.name` is `Bundle.entry[2].resource.name`. */
function inEntryOf(refusal: Refusal, index: number): Refusal {
  const entry = `Bundle.entry[${index}]`
  const issue = refusal.outcome.issue?.map((found) => {
    const expression = (found.expression ?? [entry]).map((path) =>
      path.startsWith('Bundle.') || path === entry ? path : `${entry}.resource${path.replace(/^[A-Za-z]+/, '')}`,
    )
    return { ...found, expression }
  })
  return { ...refusal, outcome: { ...refusal.outcome, issue: issue ?? [] } }
}

function success(language: Language): OperationOutcomeIssue {
  return {
    severity: 'information',
    code: 'informational',
    details: detailsOf('success', 'Opération réussie.', 'Operation succeeded.', language),
  }
}

interface Keyed {
  key: string
  detail: Readonly<Record<string, string | number>>
  expression?: string | undefined
  headers?: Readonly<Record<string, string>>
}

function keyed(error: unknown): Keyed | undefined {
  if (error instanceof FhirError || error instanceof DccError) return error
  if (error instanceof StoreError) return { key: error.key, detail: {} }
  if (error instanceof JsonError || error instanceof SearchError) return { key: error.key, detail: error.detail }
  // A failure to write XML has no place in a body: what we hold cannot be rendered, which is our defect.
  if (error instanceof XmlError && error.line > 0) {
    const key = NAMED_XML.has(error.key) ? error.key : 'xml.invalid'
    const detail = { line: error.line, column: error.column, rule: error.key }
    return { key, detail, expression: error.path === '' ? undefined : error.path }
  }
  return undefined
}

const NAMED_XML: ReadonlySet<string> = new Set(['xml.syntax', 'xml.too-deep', 'xml.too-many-elements'])

function findingOf(finding: DccIssue, code: string, language: Language): OperationOutcomeIssue {
  return {
    severity: finding.severity,
    code: (finding.code ?? code) as OperationOutcomeIssue['code'],
    details: detailsOf(finding.key, finding.fr, finding.en, language, finding.xds),
    ...(finding.source === undefined ? {} : { diagnostics: `rule ${finding.source}` }),
    ...(finding.expression === undefined ? {} : { expression: [finding.expression] }),
  }
}

/** Our rule key first; the XDS code of the refusal, where it has one, beside it (reference/ihe.md 2.4). */
function detailsOf(
  key: string,
  fr: string,
  en: string,
  language: Language,
  xds: string | number | undefined = xdsCodeOf(key),
): CodeableConcept {
  const coding = [{ system: RULE_SYSTEM, code: key }]
  if (xds !== undefined) coding.push({ system: XDS_SYSTEM, code: String(xds) })
  return { coding, text: language === 'fr' ? fr : en }
}

function answer(status: number, issue: OperationOutcomeIssue[]): Refusal {
  return { status, headers: {}, outcome: { resourceType: 'OperationOutcome', issue }, defect: false }
}

/** A text of the table with its details filled in. */
export function fill(text: string, detail: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_match, name: string) => String(detail[name] ?? '?'))
}
