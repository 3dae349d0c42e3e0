import type { Binding, Terminology } from '../model.ts'
import type { BoundNode } from './coverage.ts'
import { isObject } from './json.ts'
import { type Membership, membershipOf } from './memberships.ts'
import { isPrimitive } from './primitives.ts'
import type { Run } from './run.ts'
import type { Compiler, Owner } from './types.ts'
import { sourceOf } from './values.ts'

/** Checks a value against the bindings of its element; false when a required one refuses it. */
export type BindingCheck = (value: unknown, run: Run, depth: number) => boolean

/** Whether a value is in a set; undefined when that cannot be told, `none` when it has no code at all. */
type Question = (isMember: Membership, value: unknown) => boolean | undefined | 'none'

/** The bindings of an element that are rules: required, extensible, maximal (validation.md section 6). */
export function bindingCheck(
  compiler: Compiler,
  node: BoundNode,
  type: string,
  owner: Owner,
): BindingCheck | undefined {
  const { binding, pattern } = node
  const question = isPrimitive(type) ? ofCode : QUESTIONS[type]
  if (question === undefined) return undefined
  const bindings = binding === undefined ? [] : [{ binding, source: sourceOf(owner, node) }]
  const rules = [...bindings, ...(node.also ?? [])].flatMap(({ binding, source }) =>
    rulesOf(binding)
      // An extensible set leaves other codes to those who need them: the definition itself, when its pattern gives one.
      .filter(({ key }) => key !== 'binding.extensible' || !givesCode(pattern))
      .map(({ valueSet, key }) => oneBinding(compiler, valueSet, key, question, source)),
  )
  const [first] = rules
  if (first === undefined || rules.length === 1) return first
  return (value, run, depth) => {
    let holds = true
    for (const rule of rules) holds = rule(value, run, depth) && holds
    return holds
  }
}

/** The membership that a binding requires, when it asks for nothing else. */
export function requiredMembership(compiler: Compiler, binding: Binding | undefined): Membership | undefined {
  const { strength, valueSet, maxValueSet } = binding ?? {}
  if (strength !== 'required' || valueSet === undefined || maxValueSet !== undefined) return undefined
  return membershipOf(compiler.terminology, valueSet)
}

/** Whether a value is in a value set, for discriminators (validation.md section 5.3). */
export function memberTest(terminology: Terminology, valueSet: string): (value: unknown) => boolean {
  const isMember = membershipOf(terminology, valueSet)
  return (value) => {
    const question = typeof value === 'string' ? ofCode : isObject(value) && 'coding' in value ? ofConcept : ofCoding
    return question(isMember, value) === true
  }
}

/** Whether a pattern says system and code of what it stands on. */
function givesCode(pattern: unknown): boolean {
  if (!isObject(pattern)) return false
  if (Array.isArray(pattern.coding)) return pattern.coding.length > 0 && pattern.coding.every(givesCode)
  return typeof pattern.system === 'string' && typeof pattern.code === 'string'
}

type BindingKey = 'binding.required' | 'binding.extensible' | 'binding.maximum'

function rulesOf({ strength, valueSet, maxValueSet }: Binding): { valueSet: string; key: BindingKey }[] {
  const rules: { valueSet: string; key: BindingKey }[] = []
  if (valueSet !== undefined && strength === 'required') rules.push({ valueSet, key: 'binding.required' })
  if (valueSet !== undefined && strength === 'extensible') rules.push({ valueSet, key: 'binding.extensible' })
  if (maxValueSet !== undefined) rules.push({ valueSet: maxValueSet, key: 'binding.maximum' })
  return rules
}

function oneBinding(
  compiler: Compiler,
  valueSet: string,
  key: BindingKey,
  question: Question,
  source: string,
): BindingCheck {
  const isMember = membershipOf(compiler.terminology, valueSet)
  let detail: { expected: string } | undefined
  return (value, run, depth) => {
    const found = question(isMember, value) ?? elsewhere(run, valueSet, isMember, question, value)
    if (found === true) return true
    if (found === undefined) {
      run.reportOnce(valueSet, depth, 'information', 'binding.not-checked', { valueSet })
      return true
    }
    detail ??= { expected: namesOf(valueSet, compiler.codesOf(valueSet)) }
    const rule = found === 'none' ? `${key}-text` : key
    if (key !== 'binding.extensible') {
      run.report(depth, 'error', rule, detail, source)
      return false
    }
    // Advice: once for a resource and all that it contains, however many of its codes are others.
    const subject = `${valueSet}\n${run.expression(run.rootDepth)}`
    run.reportOnce(subject, depth, 'warning', rule, detail, source)
    return true
  }
}

/** The same question, with the answers that the caller has for codes that are undecided. */
function elsewhere(run: Run, valueSet: string, isMember: Membership, question: Question, value: unknown) {
  const { undecided } = run
  if (undecided === undefined) return undefined
  return question((system, code) => isMember(system, code) ?? undecided(valueSet, system, code), value)
}

function namesOf(valueSet: string, codes: readonly string[]): string {
  return codes.length === 0 ? valueSet : `${codes.join(', ')} (${valueSet})`
}

const ofCode: Question = (isMember, value) => (typeof value === 'string' ? isMember(undefined, value) : true)

const ofCoding: Question = (isMember, value) => {
  if (!isObject(value)) return true
  if (typeof value.code !== 'string') return value.system === undefined && value.display === undefined ? true : 'none'
  return isMember(typeof value.system === 'string' ? value.system : '', value.code)
}

const ofConcept: Question = (isMember, value) => {
  if (!isObject(value)) return true
  const { coding, text } = value
  // Neither codes nor text: an extension says why (data-absent-reason), or ele-1 is broken.
  if (!Array.isArray(coding)) return text === undefined ? true : 'none'
  let result: boolean | undefined | 'none' = 'none'
  for (const one of coding) {
    const found = ofCoding(isMember, one)
    if (found === true && isObject(one) && one.code !== undefined) return true
    if (found === undefined || result === undefined) result = undefined
    else if (found === false) result = false
  }
  return result
}

/** A quantity without a code has only a text for its unit, which no set can hold. */
const ofQuantity: Question = (isMember, value) =>
  isObject(value) && value.code === undefined ? true : ofCoding(isMember, value)

const QUESTIONS: Readonly<Record<string, Question>> = {
  Coding: ofCoding,
  CodeableConcept: ofConcept,
  Quantity: ofQuantity,
  Age: ofQuantity,
  Count: ofQuantity,
  Distance: ofQuantity,
  Duration: ofQuantity,
  SimpleQuantity: ofQuantity,
  MoneyQuantity: ofQuantity,
}
