import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import { ruleOf, textOf } from '../../validation/catalogue/index.ts'
import { sourceOf } from '../../validation/catalogue/sources.ts'
import type { ValidationIssue } from '../../validation/model.ts'
import { type Language, RULE_SYSTEM } from '../outcome.ts'

/** Extension of a text that carries it in another language (R4 StructureDefinition/translation). */
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation'

/**
 * Findings of the validator as they are answered (validation.md section 14): the text in the language asked for with
 * the other one beside it, the rule's key, where the rule is stated. One informational issue says that all is well.
 */
export function validationOutcome(issues: readonly ValidationIssue[], language: Language): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.length === 0 ? [valid(language)] : issues.map((issue) => outcomeIssue(issue, language)),
  }
}

/** One finding of the validator. */
export function outcomeIssue(issue: ValidationIssue, language: Language): OperationOutcomeIssue {
  const source = sourceOf(issue)
  return {
    severity: issue.severity,
    code: ruleOf(issue.key).code as OperationOutcomeIssue['code'],
    details: detailsOf(issue.key, { fr: textOf(issue, 'fr'), en: textOf(issue, 'en') }, language),
    ...(source === undefined ? {} : { diagnostics: `rule ${source}` }),
    expression: [issue.expression],
  }
}

/** Whether the findings say that the resource is not valid. */
export function isRefused(issues: readonly ValidationIssue[]): boolean {
  return issues.some(({ severity }) => severity === 'error' || severity === 'fatal')
}

const VALID = { fr: 'La ressource est valide.', en: 'The resource is valid.' }

function valid(language: Language): OperationOutcomeIssue {
  return { severity: 'information', code: 'informational', details: detailsOf('valid', VALID, language) }
}

function detailsOf(key: string, texts: Readonly<Record<Language, string>>, language: Language) {
  const other = language === 'fr' ? 'en' : 'fr'
  const translation = {
    url: TRANSLATION,
    extension: [
      { url: 'lang', valueCode: other },
      { url: 'content', valueString: texts[other] },
    ],
  }
  return {
    coding: [{ system: RULE_SYSTEM, code: key }],
    text: texts[language],
    _text: { extension: [translation] },
  }
}
