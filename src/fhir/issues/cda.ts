import { CDA_TEXTS } from '../../french/cda/errors.ts'
import { type IssueDefinition, issue } from './definition.ts'

/** FHIR issue code of a fault of a document, where `structure` does not say it. */
const CODES: Readonly<Record<string, string>> = {
  'cda.too-large': 'too-long',
  'cda.too-deep': 'too-costly',
  'cda.missing': 'required',
  'cda.invalid': 'value',
  'cda.type-unknown': 'code-invalid',
  'cda.template-unknown': 'code-invalid',
  'cda.media-type-unknown': 'not-supported',
}

/** Refusals of CDA documents that cannot be read or filed, with the texts of the reader. */
export const CDA_ISSUES: Readonly<Record<string, IssueDefinition>> = Object.fromEntries(
  Object.entries(CDA_TEXTS)
    .filter(([key]) => key.startsWith('cda.'))
    .map(([key, { fr, en }]) => [key, issue(key === 'cda.too-large' ? 413 : 422, CODES[key] ?? 'structure', fr, en)]),
)
