import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRuleset } from '../../../src/validation/definitions/load.ts'
import { compileContext } from '../../../src/validation/fhirpath/extension-context.ts'
import { compileInvariant } from '../../../src/validation/fhirpath/invariant.ts'
import { typeModelOf } from '../../../src/validation/fhirpath/type-model.ts'
import type { Definitions, ElementNode, ProfileTree, ValidationIssue } from '../../../src/validation/model.ts'
import { builtInTerminology } from '../../../src/validation/terminology/built-in.ts'
import {
  newValidator,
  type ValidateOptions,
  type Validator,
  type ValidatorOptions,
} from '../../../src/validation/validate.ts'

/** The real definitions, kept between test files. */
export const ruleset = loadRuleset({ cacheFolder: join(tmpdir(), 'dcc-fhir-test-rulesets') })
/** Their types, as FHIRPath sees them. */
export const types = typeModelOf(ruleset.definitions)
const terminology = builtInTerminology({ frCore: '2.2.0' })

/** A validator over R4, our profiles, and hand-written ones on top. */
export function validatorWith(
  profiles: readonly ProfileTree[] = [],
  options: Partial<ValidatorOptions> = {},
): Validator {
  const own = new Map(
    profiles.flatMap((tree) => [[tree.url, tree] as const, [`${tree.url}|${tree.version}`, tree] as const]),
  )
  const definitions: Definitions = (canonical) => own.get(canonical) ?? ruleset.definitions(canonical)
  const invariants: ValidatorOptions['invariants'] = (expression, type) => compileInvariant(expression, type, types)
  const contexts: ValidatorOptions['contexts'] = (expression, type) => compileContext(expression, type, types)
  return newValidator({ definitions, terminology, invariants, contexts, ...options })
}

/** The validator of R4 and our profiles. */
export const validator = validatorWith()

/** What tests compare: severity, key and place of each issue that is more than information. */
export function found(resource: unknown, options?: ValidateOptions, by: Validator = validator): string[] {
  return by
    .validate(resource, options)
    .filter(({ severity }) => severity !== 'information')
    .map(summary)
}

/** Keys and places of errors alone. */
export function errors(resource: unknown, options?: ValidateOptions, by: Validator = validator): string[] {
  return by
    .validate(resource, options)
    .filter(isError)
    .map(({ key, expression }) => `${key} ${expression}`)
}

const isError = ({ severity }: ValidationIssue): boolean => severity === 'error' || severity === 'fatal'

const summary = ({ severity, key, expression }: ValidationIssue): string => `${severity} ${key} ${expression}`

/** A profile on a type of R4 as a snapshot: the base's children with some of them replaced. */
export function profileOn(
  type: string,
  url: string,
  changes: Readonly<Record<string, Partial<ElementNode>>>,
  more: Partial<ProfileTree> = {},
): ProfileTree {
  const base = ruleset.definitions(type)
  if (base === undefined) throw new Error(`No type ${type}`)
  return {
    ...base,
    url,
    base: base.url,
    constraint: true,
    ...more,
    root: { ...base.root, children: changed(base.root.children ?? [], changes) },
  }
}

/** Elements with some of them changed, by name. */
export function changed(
  children: readonly ElementNode[],
  changes: Readonly<Record<string, Partial<ElementNode>>>,
): ElementNode[] {
  return children.map((child) => ({ ...child, ...changes[child.name] }))
}

/** The children of a data type, for an element that says more of some of them. */
export function childrenOf(type: string, changes: Readonly<Record<string, Partial<ElementNode>>>): ElementNode[] {
  return changed(ruleset.definitions(type)?.root.children ?? [], changes)
}

/** The element of a type by its name. */
export function elementOf(type: string, name: string): ElementNode {
  const element = ruleset.definitions(type)?.root.children?.find((child) => child.name === name)
  if (element === undefined) throw new Error(`No element ${type}.${name}`)
  return element
}
