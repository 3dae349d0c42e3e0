import { fileURLToPath } from 'node:url'
import type { FrCoreVersion, InsDomain } from '../french/ins.ts'
import { loadRuleset, type PackageTerminology, type Ruleset } from './definitions/load.ts'
import { compileContext } from './fhirpath/extension-context.ts'
import { compileInvariant } from './fhirpath/invariant.ts'
import { typeModelOf } from './fhirpath/type-model.ts'
import type { ValidationIssue } from './model.ts'
import { frenchRules } from './rules/index.ts'
import { MOST_FINDINGS } from './rules/walk.ts'
import { builtInTerminology } from './terminology/built-in.ts'
import type { TerminologyService } from './terminology/terminology.ts'
import { newValidator, type ValidateOptions } from './validate.ts'

/** What resources are held against. */
export interface ValidationSettings {
  /** Release of FR Core whose profiles count. */
  frCore: FrCoreVersion
  /** Which INS this installation takes. */
  insDomain: InsDomain
  /** Official FHIR packages, folders or `.tgz`, that take the place of our own statements of the same profiles. */
  packages: readonly string[]
  /** Where compiled definitions are kept between starts; nowhere when absent. */
  cacheFolder?: string
}

/** How one resource is checked, besides what the validator itself takes. */
export interface CheckOptions extends ValidateOptions {
  /** False when size and hash of contents are held to the bytes elsewhere. */
  verifiesContents?: boolean
}

/** Everything that resources are held against: R4, profiles, terminology, French rules. */
export interface RecordValidator {
  readonly ruleset: Ruleset
  readonly terminology: TerminologyService
  /** All findings on a resource, those of the French rules after those of its profiles. Throws nothing. */
  check(resource: unknown, options?: CheckOptions): ValidationIssue[]
}

/**
 * Opens the validator over R4, our profiles, our terminology and the packages named. Throws a PackageError for a
 * package that cannot be read.
 */
export function openValidator({ frCore, insDomain, packages, cacheFolder }: ValidationSettings): RecordValidator {
  const ruleset = loadRuleset({
    profiles: [fileURLToPath(new URL('../../profiles', import.meta.url))],
    frCore,
    packages,
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  })
  const terminology = builtInTerminology({ frCore, packages: packages.length === 0 ? [] : all(ruleset.terminology()) })
  const types = typeModelOf(ruleset.definitions)
  const validator = newValidator({
    definitions: ruleset.definitions,
    terminology,
    invariants: (expression, contextType) => compileInvariant(expression, contextType, types),
    contexts: (expression, resourceType) => compileContext(expression, resourceType, types),
    codesOf: (valueSet) => terminology.codesOf(valueSet, 10),
  })
  return {
    ruleset,
    terminology,
    check(resource, { verifiesContents, ...options } = {}) {
      const { profiles } = options
      const issues = validator.validate(resource, options)
      // What was too much for the engine is too much for the rules, whose loops count nothing.
      if (issues.some(({ key }) => key.startsWith('limit.'))) return issues
      const french = frenchRules(resource, { insDomain, frCore, profiles, verifiesContents })
      if (french.length >= MOST_FINDINGS) french.push(tooMany(resource))
      return [...issues, ...french]
    },
  }
}

/** Says that the French rules stopped looking. */
function tooMany(resource: unknown): ValidationIssue {
  const type: unknown = Object(resource).resourceType
  const expression = typeof type === 'string' && /^[A-Z][A-Za-z]{1,63}$/.test(type) ? type : 'Resource'
  return { severity: 'error', key: 'limit.issues', expression, detail: { max: MOST_FINDINGS } }
}

function* all({ codeSystems, valueSets, conceptMaps }: PackageTerminology): Iterable<unknown> {
  yield* codeSystems
  yield* valueSets
  yield* conceptMaps
}
