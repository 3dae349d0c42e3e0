import type { ElementNode, TypeRule } from '../model.ts'
import { isObject, type JsonObject } from './json.ts'
import { literalType, type ReferenceForm, readReference } from './reference-forms.ts'
import type { Run } from './run.ts'
import { meets } from './targets.ts'
import type { Check, Compiler, Owner } from './types.ts'
import { sourceOf } from './values.ts'

/** The form of a reference, wherever it stands (validation.md R1, R3; ref-1). */
export function referenceForm({ definitions }: Compiler): Check {
  return (value, run, depth) => {
    if (!isObject(value) || typeof value.reference !== 'string') return
    const form = readReference(value.reference)
    if (form === undefined) return run.report(depth, 'error', 'reference.form')
    if (run.bundle !== undefined) checkBundled(form.kind, value.reference, run, depth)
    if (form.kind === 'contained') {
      if (run.target(value.reference) === undefined) run.report(depth, 'error', 'inv.ref-1', REF_1)
    } else if ('type' in form && form.type !== undefined && form.kind !== 'absolute') {
      // Only a transaction resolves searches (`Patient?identifier=…`).
      const isForm = form.kind === 'relative' || run.bundle?.isTransaction === true
      const isType = definitions(form.type)?.kind === 'resource'
      if (!isForm || !isType) run.report(depth, isForm && LATER.has(form.type) ? 'warning' : 'error', 'reference.form')
    }
  }
}

/**
 * Types of R4B that guides over R4 make servers read all the same (IHE DSUBm ITI-114, topic-based subscriptions): R4
 * does not know them, which is worth a warning.
 */
const LATER: ReadonlySet<string> = new Set(['SubscriptionTopic', 'SubscriptionStatus'])

/** In a bundle a `urn:` means an entry, and one entry only (validation.md B4, B5). */
function checkBundled(kind: ReferenceForm['kind'], reference: string, run: Run, depth: number): void {
  const found = run.bundle?.count(reference, run.rootResource) ?? 0
  if (found > 1) run.report(depth, 'error', 'reference.ambiguous')
  if (found === 0 && kind === 'urn' && run.target(reference) === undefined) {
    run.report(depth, run.bundle?.isClosed === true ? 'error' : 'warning', 'reference.unresolved')
  }
}

const REF_1 = { key: 'ref-1', human: 'SHALL have a contained resource if a local reference is provided' }

/**
 * What an element asks of its references: types and profiles of targets, how they are carried (validation.md R2, R4,
 * R5, R6).
 */
export function referenceTargets(
  compiler: Compiler,
  node: ElementNode,
  rule: TypeRule,
  owner: Owner,
): Check | undefined {
  const { targets, aggregation } = rule
  const source = sourceOf(owner, node)
  const types = targets === undefined ? undefined : typesOf(compiler, targets)
  const isProfiled = targets !== undefined && !targets.some((target) => isBase(target))
  return (value, run, depth) => {
    if (!isObject(value)) return
    if (node.min > 0 && isDisplayOnly(value)) run.report(depth, 'warning', 'reference.display-only', {}, source)
    const target = typeof value.reference === 'string' ? run.target(value.reference) : undefined
    if (types !== undefined) checkType(value, target, types, run, depth, source)
    if (aggregation !== undefined) checkAggregation(value, target, aggregation, run, depth, source)
    if (isProfiled) checkProfiles(compiler, value.reference !== undefined, target, targets ?? [], run, depth, source)
  }
}

const BASE = 'http://hl7.org/fhir/StructureDefinition/'

function isBase(canonical: string): boolean {
  return canonical.startsWith(BASE) && /^[A-Z][A-Za-z]*$/.test(canonical.slice(BASE.length))
}

/** Resource types of target profiles; undefined when any will do. */
function typesOf({ definitions }: Compiler, targets: readonly string[]): ReadonlySet<string> | undefined {
  const types = targets.map((target) => {
    const known = definitions(target)?.type
    return known ?? (isBase(target) ? target.slice(BASE.length) : undefined)
  })
  if (types.includes('Resource') || types.includes(undefined)) return undefined
  return new Set(types.filter((type) => type !== undefined))
}

function isDisplayOnly(reference: JsonObject): boolean {
  return reference.display !== undefined && reference.reference === undefined && reference.identifier === undefined
}

/** R2: the literal, the target and `Reference.type` each name an allowed type, and the same one. */
function checkType(
  value: JsonObject,
  target: unknown,
  allowed: ReadonlySet<string>,
  run: Run,
  depth: number,
  source: string,
): void {
  const literal = typeof value.reference === 'string' ? literalType(value.reference) : undefined
  const resolved = isObject(target) && typeof target.resourceType === 'string' ? target.resourceType : undefined
  const stated = typeof value.type === 'string' ? value.type.replace(BASE, '') : undefined
  const first = resolved ?? literal ?? stated
  if (first === undefined) return
  if (!allowed.has(first)) {
    run.report(depth, 'error', 'reference.type', { allowed: [...allowed].join(', ') }, source)
  } else if ((literal !== undefined && literal !== first) || (stated !== undefined && stated !== first)) {
    run.report(depth, 'error', 'reference.type-conflict', {}, source)
  }
}

function checkAggregation(
  value: JsonObject,
  target: unknown,
  aggregation: NonNullable<TypeRule['aggregation']>,
  run: Run,
  depth: number,
  source: string,
): void {
  if (typeof value.reference !== 'string') return
  const isContained = value.reference.startsWith('#')
  const isBundled = !isContained && target !== undefined && run.bundle?.holds(target) === true
  const modes = isContained ? ['contained'] : isBundled ? ['bundled', 'referenced'] : ['referenced']
  if (!aggregation.some((mode) => modes.includes(mode))) {
    run.report(depth, 'error', 'reference.aggregation', { allowed: aggregation.join(', ') }, source)
  }
}

/** R5: a target at hand meets one of the profiles; one that is elsewhere cannot be checked, which is said once. */
function checkProfiles(
  compiler: Compiler,
  isGiven: boolean,
  target: unknown,
  targets: readonly string[],
  run: Run,
  depth: number,
  source: string,
): void {
  if (!isObject(target)) {
    const detail = { profiles: targets.join(', ') }
    if (isGiven) run.reportOnce(detail.profiles, depth, 'information', 'reference.not-checked', detail)
    return
  }
  const fits = targets.some((profile) => {
    const tree = compiler.definitions(profile)
    if (tree === undefined) return true
    return tree.type === target.resourceType && meets(compiler, target, tree, run, depth)
  })
  if (!fits) run.report(depth, 'error', 'reference.target-profile', { profiles: targets.join(', ') }, source)
}

/** R7: the type in a canonical URL of the usual form is one of those declared. */
export function canonicalTargets(compiler: Compiler, rule: TypeRule): Check | undefined {
  const types = rule.targets === undefined ? undefined : typesOf(compiler, rule.targets)
  if (types === undefined) return undefined
  const detail = { allowed: [...types].join(', ') }
  return (value, run, depth) => {
    if (typeof value !== 'string') return
    if (value.startsWith('#')) return
    const named =
      /^https?:\/\/[^|#]*\/(StructureDefinition|ValueSet|CodeSystem|ConceptMap|Questionnaire)\/[^/|#]+/.exec(value)
    if (named?.[1] !== undefined && !types.has(named[1])) run.report(depth, 'error', 'canonical.type', detail)
  }
}
