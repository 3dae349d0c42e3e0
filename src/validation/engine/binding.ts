import type { Binding, ElementNode, Terminology } from '../model.ts'
import { isObject } from './json.ts'
import { isPrimitive } from './primitives.ts'
import type { Run } from './run.ts'
import type { Compiler, Owner } from './types.ts'
import { sourceOf } from './values.ts'

/** Checks a value against the bindings of its element; false when a required one refuses it. */
export type BindingCheck = (value: unknown, run: Run, depth: number) => boolean

/** Whether a value is in a set; undefined when that cannot be told, `none` when it has no code at all. */
type Membership = (terminology: Terminology, valueSet: string, value: unknown) => boolean | undefined | 'none'

/** The bindings of an element that are rules: required, extensible, maximal (validation.md section 6). */
export function bindingCheck(
  compiler: Compiler,
  node: ElementNode,
  type: string,
  owner: Owner,
): BindingCheck | undefined {
  const { binding } = node
  const membership = isPrimitive(type) ? ofCode : MEMBERSHIPS[type]
  if (binding === undefined || membership === undefined) return undefined
  const rules = rulesOf(binding).map(({ valueSet, key }) =>
    oneBinding(compiler, valueSet, key, membership, sourceOf(owner, node)),
  )
  const [first, second] = rules
  if (first === undefined || second === undefined) return first
  return (value, run, depth) => {
    const holds = first(value, run, depth)
    return second(value, run, depth) && holds
  }
}

/** Whether a value is in a value set, for discriminators (validation.md section 5.3). */
export function isMember(terminology: Terminology, valueSet: string, value: unknown): boolean {
  const membership = typeof value === 'string' ? ofCode : isObject(value) && 'coding' in value ? ofConcept : ofCoding
  return membership(terminology, valueSet, value) === true
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
  membership: Membership,
  source: string,
): BindingCheck {
  const { terminology } = compiler
  const severity = key === 'binding.extensible' ? 'warning' : 'error'
  return (value, run, depth) => {
    const found = membership(terminology, valueSet, value)
    if (found === true) return true
    if (found === undefined) {
      run.reportOnce(valueSet, depth, 'information', 'binding.not-checked', { valueSet })
      return true
    }
    const codes = compiler.codesOf(valueSet)
    const expected = codes.length === 0 ? valueSet : `${codes.join(', ')} (${valueSet})`
    run.report(depth, severity, found === 'none' ? `${key}-text` : key, { expected }, source)
    return severity === 'warning'
  }
}

const ofCode: Membership = (terminology, valueSet, value) =>
  typeof value === 'string' ? terminology.contains(valueSet, undefined, value) : true

const ofCoding: Membership = (terminology, valueSet, value) => {
  if (!isObject(value)) return true
  if (typeof value.code !== 'string') return value.system === undefined && value.display === undefined ? true : 'none'
  return terminology.contains(valueSet, typeof value.system === 'string' ? value.system : '', value.code)
}

const ofConcept: Membership = (terminology, valueSet, value) => {
  if (!isObject(value)) return true
  const { coding, text } = value
  // Neither codes nor text: an extension says why (data-absent-reason), or ele-1 is broken.
  if (!Array.isArray(coding)) return text === undefined ? true : 'none'
  let result: boolean | undefined | 'none' = 'none'
  for (const one of coding) {
    const found = ofCoding(terminology, valueSet, one)
    if (found === true && isObject(one) && one.code !== undefined) return true
    if (found === undefined || result === undefined) result = undefined
    else if (found === false) result = false
  }
  return result
}

/** A quantity without a code has only a text for its unit, which no set can hold. */
const ofQuantity: Membership = (terminology, valueSet, value) =>
  isObject(value) && value.code === undefined ? true : ofCoding(terminology, valueSet, value)

const MEMBERSHIPS: Readonly<Record<string, Membership>> = {
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
