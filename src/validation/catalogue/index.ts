import type { RuleText, ValidationIssue } from '../model.ts'
import { BUNDLE_RULES } from './bundles.ts'
import { ELEMENT_RULES } from './elements.ts'
import { EXTENSION_RULES } from './extensions.ts'
import { FRENCH_RULES } from './french.ts'
import { INVARIANT_RULES, invariantText } from './invariants.ts'
import { NARRATIVE_RULES } from './narrative.ts'
import { PRIMITIVE_RULES } from './primitives.ts'
import { PROFILE_RULES } from './profiles.ts'
import { REFERENCE_RULES } from './references.ts'
import { REQUEST_RULES } from './requests.ts'
import { SLICING_RULES } from './slicing.ts'
import { STRUCTURE_RULES } from './structure.ts'
import { TERMINOLOGY_RULES } from './terminology.ts'

/** Every rule of the validator by its key: FHIR issue code and texts (design.md section 5, Errors). */
export const RULES: Readonly<Record<string, RuleText>> = {
  ...STRUCTURE_RULES,
  ...REQUEST_RULES,
  ...ELEMENT_RULES,
  ...PRIMITIVE_RULES,
  ...SLICING_RULES,
  ...TERMINOLOGY_RULES,
  ...REFERENCE_RULES,
  ...BUNDLE_RULES,
  ...EXTENSION_RULES,
  ...NARRATIVE_RULES,
  ...PROFILE_RULES,
  ...INVARIANT_RULES,
  ...FRENCH_RULES,
}

/** The languages of the texts. */
export type Language = 'fr' | 'en'

/** How a key is answered; an invariant without text of its own has the general one. An unknown key is a defect. */
export function ruleOf(key: string): RuleText {
  const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined
  if (rule !== undefined) return rule
  if (key.startsWith('inv.')) return invariantText(key.slice('inv.'.length))
  throw new TypeError(`No rule has the key ${key}`)
}

/** The text of an issue in a language, its placeholders filled from the issue. */
export function textOf(issue: ValidationIssue, language: Language): string {
  return ruleOf(issue.key)[language].replace(/\{([A-Za-z]+)\}/g, (all, name: string) => {
    return Object.hasOwn(issue.detail, name) ? String(issue.detail[name]) : all
  })
}
