import { DOCUMENT_RULE_TEXTS } from './french-documents.ts'
import { IDENTITY_RULE_TEXTS } from './french-identity.ts'
import { PROFILE_INVARIANT_TEXTS } from './french-invariants.ts'

/** Texts of the French rules (src/validation/rules) and of the invariants of our profiles, by key, in both languages. */
export const FRENCH_RULES = { ...IDENTITY_RULE_TEXTS, ...DOCUMENT_RULE_TEXTS, ...PROFILE_INVARIANT_TEXTS } as const

/** Key of a French rule. */
export type FrenchRuleKey = keyof typeof FRENCH_RULES
