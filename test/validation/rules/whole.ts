import { join, resolve } from 'node:path'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import { compileInvariant } from '../../../src/validation/fhirpath/invariant.ts'
import { typeModelOf } from '../../../src/validation/fhirpath/type-model.ts'
import type { ValidationIssue } from '../../../src/validation/model.ts'
import { frenchRules, type RuleContext } from '../../../src/validation/rules/index.ts'
import { builtInTerminology } from '../../../src/validation/terminology/built-in.ts'
import { newValidator, type Validator } from '../../../src/validation/validate.ts'

const PROFILES = join(resolve(import.meta.dirname, '../../..'), 'profiles')
const VALIDATORS = new Map<string, Validator>()

/** Everything that a resource is held to: structure, our profiles of the release in the context, and the French rules. */
export function validateWhole(resource: unknown, context: RuleContext): ValidationIssue[] {
  const frCore = context.frCore ?? '2.2.0'
  const validator = VALIDATORS.get(frCore) ?? validatorOf(frCore)
  VALIDATORS.set(frCore, validator)
  return [...validator.validate(resource), ...frenchRules(resource, context)]
}

function validatorOf(frCore: '2.2.0' | '2.1.0'): Validator {
  const { definitions } = loadRuleset({ frCore, profiles: [PROFILES] })
  const types = typeModelOf(definitions)
  return newValidator({
    definitions,
    terminology: builtInTerminology({ frCore }),
    invariants: (expression, contextType) => compileInvariant(expression, contextType, types),
  })
}
