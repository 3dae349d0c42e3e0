import type { FrCoreVersion, InsDomain } from '../../french/ins.ts'
import type { Severity, ValidationIssue } from '../model.ts'
import type { Json } from './read.ts'

/** How the French rules apply. */
export type RuleContext = {
  /** Which INS this server takes; on a test server the keys of fictitious numbers are only warnings. */
  readonly insDomain: InsDomain
  /** Release of FR Core; 2.2.0 by default. */
  readonly frCore?: FrCoreVersion | undefined
  /** `always-qualified`: a source whose identities are qualified even without a status (rule INS-11). */
  readonly source?: 'always-qualified' | undefined
  /** Profiles that apply to the resource besides those of its meta.profile. */
  readonly profiles?: readonly string[] | undefined
  /** False when the caller holds size and hash of contents to the bytes itself; true by default. */
  readonly verifiesContents?: boolean | undefined
}

/** An object of the resource with its place. */
export type Visit = {
  readonly node: Json
  /** FHIRPath with indices from the resource that was given. */
  readonly at: () => string
  /** Properties and indices that lead here. */
  readonly path: readonly (string | number)[]
  /** The nearest resource: the node itself, or the one that it is a part of. */
  readonly resource: Json
  /** How many steps of the path lead to that resource. */
  readonly resourceDepth: number
  /** The bundle that holds the resource, if any. */
  readonly bundle: Json | undefined
}

/** What a rule finds on one object; `member` is the one that it looked at. */
export type Check = (visit: Visit, context: RuleContext, member: string) => readonly ValidationIssue[]

/** A rule with the members that it looks at: a cheap question, asked of every value under these names. */
export type Rule = {
  readonly members: readonly string[]
  readonly looksAt: (value: unknown, node: Json) => boolean
  readonly check: Check
}

/** The rule that a check makes on resources of a type. */
export function onResources(type: string, check: Check): Rule {
  return { members: ['resourceType'], looksAt: (resourceType) => resourceType === type, check }
}

/** An issue of a French rule. */
export function found(
  key: string,
  severity: Severity,
  expression: string,
  source: string,
  detail: ValidationIssue['detail'] = {},
): ValidationIssue {
  return { severity, key, expression, source, detail }
}
