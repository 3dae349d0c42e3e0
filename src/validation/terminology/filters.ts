import { UnsupportedExpression } from '../fhirpath/errors.ts'
import { linearMatcher } from '../fhirpath/regex/matcher.ts'
import { ancestorsOf, childrenKeys, descendantsOf, parentKeys } from './hierarchy.ts'
import { type CodeSystem, type Concept, type Filter, keyIn } from './resources.ts'

/** The keys of a system that pass a filter (validation.md section 6); undefined when the filter cannot be evaluated. */
export function passing(system: CodeSystem, filter: Filter): ReadonlySet<string> | undefined {
  return OPERATORS.get(filter.op)?.(system, filter)
}

type Operator = (system: CodeSystem, filter: Filter) => ReadonlySet<string> | undefined

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    '=': equals,
    'is-a': onConcepts((system, value) => descendantsOf(system, value)),
    'descendent-of': onConcepts((system, value) => without(descendantsOf(system, value), [keyIn(system, value)])),
    'is-not-a': onConcepts((system, value) => without(system.concepts.keys(), descendantsOf(system, value))),
    generalizes: onConcepts((system, value) => ancestorsOf(system, value)),
    in: (system, filter) => among(system, filter, true),
    'not-in': (system, filter) => among(system, filter, false),
    exists,
    regex,
  }),
)

/** The hierarchy is that of concepts; some sets name the property `code`. */
function onConcepts(keys: (system: CodeSystem, value: string) => ReadonlySet<string>): Operator {
  return (system, { property, value }) => (isCode(property) ? keys(system, value) : undefined)
}

function isCode(property: string): boolean {
  return property === 'concept' || property === 'code'
}

function equals(system: CodeSystem, { property, value }: Filter): ReadonlySet<string> | undefined {
  if (isCode(property)) return only(system, [keyIn(system, value)])
  if (property === 'parent') return only(system, childrenKeys(system, value))
  if (property === 'child') return only(system, parentKeys(system, value))
  return where(system, property, (values) => values.includes(value))
}

function among(system: CodeSystem, { property, value }: Filter, wanted: boolean): ReadonlySet<string> | undefined {
  const listed = value.split(',').map((item) => item.trim())
  if (isCode(property)) {
    const keys = listed.map((code) => keyIn(system, code))
    return wanted ? only(system, keys) : without(system.concepts.keys(), keys)
  }
  return where(system, property, (values) => values.some((found) => listed.includes(found)) === wanted)
}

function exists(system: CodeSystem, { property, value }: Filter): ReadonlySet<string> | undefined {
  if (value !== 'true' && value !== 'false') return undefined
  return where(system, property, (values) => values.length > 0 === (value === 'true'))
}

function regex(system: CodeSystem, { property, value }: Filter): ReadonlySet<string> | undefined {
  const matches = wholeMatcher(value)
  if (matches === undefined) return undefined
  if (!isCode(property)) return where(system, property, (values) => values.some(matches))
  return new Set([...system.concepts].filter(([, { code }]) => matches(code)).map(([key]) => key))
}

/** Longer expressions are not evaluated: they are no filter that anybody wrote. */
const LONGEST_PATTERN = 1000

/** Whether an expression matches the whole of a text; undefined for one that cannot be matched in linear time. */
function wholeMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined
  try {
    return linearMatcher(`^(${pattern})$`)
  } catch (error) {
    if (error instanceof UnsupportedExpression) return undefined
    throw error
  }
}

/** The keys whose values of a property fulfil a condition; undefined when no concept has that property. */
function where(
  system: CodeSystem,
  property: string,
  condition: (values: readonly string[]) => boolean,
): ReadonlySet<string> | undefined {
  const found = new Set<string>()
  let known = property === 'display'
  for (const [key, concept] of system.concepts) {
    const values = valuesOf(concept, property)
    known ||= values.length > 0
    if (condition(values)) found.add(key)
  }
  return known ? found : undefined
}

function valuesOf({ display, properties = [], parents }: Concept, property: string): readonly string[] {
  if (property === 'display') return display === undefined ? [] : [display]
  if (property === 'parent') return parents
  return properties.filter(({ code }) => code === property).map(({ value }) => String(value))
}

function only({ concepts }: CodeSystem, keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.filter((key) => concepts.has(key)))
}

function without(keys: Iterable<string>, unwanted: Iterable<string>): ReadonlySet<string> {
  const left = new Set(keys)
  for (const key of unwanted) left.delete(key)
  return left
}
