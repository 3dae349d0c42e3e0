import { join, resolve } from 'node:path'
import type { FrCoreVersion } from '../../../src/french/ins.ts'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import { compileContext } from '../../../src/validation/fhirpath/extension-context.ts'
import { compileInvariant } from '../../../src/validation/fhirpath/invariant.ts'
import { typeModelOf } from '../../../src/validation/fhirpath/type-model.ts'
import type { ValidationIssue } from '../../../src/validation/model.ts'
import { frenchRules, type RuleContext } from '../../../src/validation/rules/index.ts'
import { builtInTerminology } from '../../../src/validation/terminology/built-in.ts'
import { newValidator, type Validator } from '../../../src/validation/validate.ts'

const REPOSITORY = resolve(import.meta.dirname, '../../..')
const VALIDATORS = new Map<string, Validator>()

/** Everything that a resource is held to: structure, our profiles of the release in the context, and the French rules. */
export function validateWhole(resource: unknown, context: RuleContext): ValidationIssue[] {
  const frCore = context.frCore ?? '2.2.0'
  const validator = VALIDATORS.get(frCore) ?? profileValidator(frCore)
  VALIDATORS.set(frCore, validator)
  return [...validator.validate(resource), ...frenchRules(resource, context)]
}

/** A validator of structure and profiles: ours, or those of packages in their place. */
export function profileValidator(frCore: FrCoreVersion, packages: readonly string[] = []): Validator {
  const { definitions } = loadRuleset({ frCore, profiles: [join(REPOSITORY, 'profiles')], packages })
  const types = typeModelOf(definitions)
  return newValidator({
    definitions,
    terminology: builtInTerminology({ frCore }),
    invariants: (expression, contextType) => compileInvariant(expression, contextType, types),
    contexts: (expression, resourceType) => compileContext(expression, resourceType, types),
  })
}
