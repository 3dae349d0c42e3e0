import type { Binding, Constraint, ElementNode, Slicing, TypeRule } from '../model.ts'
import {
  choiceOf,
  countOf,
  flagOf,
  type Json,
  recordsOf,
  requiredText,
  ShapeError,
  textOf,
  textsOf,
  wordOf,
} from './json.ts'

/** What an element of a differential (or of a snapshot without base) says. Absent members say nothing. */
export interface Statement {
  id: string
  /** From the type down to the element. */
  steps: readonly Step[]
  min?: number
  /** Infinity is -1. */
  max?: number
  types?: readonly TypeRule[]
  /** Id of an element: `Bundle.link`. */
  contentReference?: string
  /** Rules that replace those of the base when given. */
  rules: Partial<Pick<ElementNode, ReplacedRule>>
  constraints: readonly Constraint[]
  slicing?: Partial<Slicing>
}

/** Members of a node that a differential replaces as a whole (validation.md P3). */
export const REPLACED_RULES = ['fixed', 'pattern', 'minValue', 'maxValue', 'maxLength', 'binding'] as const
export type ReplacedRule = (typeof REPLACED_RULES)[number] | 'isModifier'

/** One step of an element's id: `identifier:INS-NIR`. */
export interface Step {
  /** As in the path, with the `[x]` of a choice. */
  name: string
  sliceName?: string
}

/** Reads an ElementDefinition; `source` is the canonical of the structure. Throws a ShapeError. */
export function parseStatement(element: Json, source: string): Statement {
  const id = requiredText(element, 'id')
  const max = textOf(element, 'max')
  const types = recordsOf(element, 'type').map(typeRule)
  const reference = textOf(element, 'contentReference')
  const min = countOf(element, 'min')
  const slicing = element.slicing === undefined ? undefined : parseSlicing(recordAt(element, 'slicing'))
  return {
    id,
    steps: stepsOf(id, requiredText(element, 'path')),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max: parseMax(max) }),
    ...(types.length > 0 && { types }),
    ...(reference !== undefined && { contentReference: reference.slice(reference.indexOf('#') + 1) }),
    ...(slicing && { slicing }),
    rules: parseRules(element),
    constraints: recordsOf(element, 'constraint').map((constraint) => parseConstraint(constraint, source)),
  }
}

/** Deeper than any real element; a bound against hostile packages. */
const MOST_STEPS = 50

/** Steps of an id. The path tells where a slice name ends, should it hold a dot. */
function stepsOf(id: string, path: string): Step[] {
  const names = path.split('.')
  const parts = id.split('.')
  if (names.length > MOST_STEPS) throw new ShapeError(`'path' has more than ${MOST_STEPS} steps`)
  if (names.length !== parts.length) return alignedSteps(id, names)
  return parts.map(stepOf)
}

function alignedSteps(id: string, names: readonly string[]): Step[] {
  const parts: string[] = []
  let rest = id
  for (const next of names.slice(1)) {
    const end = ['.', ':'].map((mark) => rest.indexOf(`.${next}${mark}`)).filter((at) => at >= 0)
    const cut = rest.endsWith(`.${next}`) ? [...end, rest.length - next.length - 1] : end
    if (cut.length === 0) throw new ShapeError("'id' and 'path' do not agree")
    parts.push(rest.slice(0, Math.min(...cut)))
    rest = rest.slice(Math.min(...cut) + 1)
  }
  return [...parts, rest].map(stepOf)
}

function stepOf(part: string): Step {
  const colon = part.indexOf(':')
  return colon < 0 ? { name: part } : { name: part.slice(0, colon), sliceName: part.slice(colon + 1) }
}

function parseMax(max: string): number {
  if (max === '*') return -1
  if (/^\d{1,9}$/.test(max)) return Number(max)
  throw new ShapeError("'max' must be a number or *")
}

function parseRules(element: Json): Statement['rules'] {
  const values = Object.fromEntries(
    ['fixed', 'pattern', 'minValue', 'maxValue'].flatMap((stem) => {
      const value = choiceOf(element, stem)
      return value === undefined ? [] : [[stem, value]]
    }),
  )
  const maxLength = countOf(element, 'maxLength')
  const modifier = flagOf(element, 'isModifier')
  return {
    ...values,
    ...(maxLength !== undefined && { maxLength }),
    ...(element.binding !== undefined && { binding: parseBinding(recordAt(element, 'binding')) }),
    ...(modifier === true && { isModifier: true }),
  }
}

const SYSTEM_TYPE = 'http://hl7.org/fhirpath/System.'
const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'

function typeRule(type: Json): TypeRule {
  const code = requiredText(type, 'code')
  const profiles = textsOf(type, 'profile')
  const targets = textsOf(type, 'targetProfile')
  const aggregation = textsOf(type, 'aggregation').map((mode) => {
    const known = AGGREGATION.find((each) => each === mode)
    if (known === undefined) throw new ShapeError("'aggregation' must be contained, referenced or bundled")
    return known
  })
  return {
    code: code.startsWith(SYSTEM_TYPE) ? systemType(code, type) : code,
    ...(profiles.length > 0 && { profiles }),
    ...(targets.length > 0 && { targets }),
    ...(aggregation.length > 0 && { aggregation }),
  }
}

const AGGREGATION = ['contained', 'referenced', 'bundled'] as const

/** FHIR's own name of a type that R4 states by FHIRPath's (`Element.id`, `Extension.url`). */
function systemType(code: string, type: Json): string {
  const named = recordsOf(type, 'extension').find(({ url }) => url === FHIR_TYPE)
  const stated = named && (textOf(named, 'valueUrl') ?? textOf(named, 'valueUri'))
  return stated ?? code.slice(SYSTEM_TYPE.length).replace(/^./, (first) => first.toLowerCase())
}

const MAX_VALUE_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet'

function parseBinding(binding: Json): Binding {
  const strength = wordOf(binding, 'strength', ['required', 'extensible', 'preferred', 'example'])
  if (strength === undefined) throw new ShapeError("'binding.strength' is missing")
  const valueSet = textOf(binding, 'valueSet')
  const limit = recordsOf(binding, 'extension').find(({ url }) => url === MAX_VALUE_SET)
  const maxValueSet = limit && (textOf(limit, 'valueCanonical') ?? textOf(limit, 'valueUri'))
  return { strength, ...(valueSet !== undefined && { valueSet }), ...(maxValueSet !== undefined && { maxValueSet }) }
}

function parseConstraint(constraint: Json, source: string): Constraint {
  const expression = textOf(constraint, 'expression')
  return {
    key: requiredText(constraint, 'key'),
    severity: wordOf(constraint, 'severity', ['error', 'warning']) ?? 'error',
    human: textOf(constraint, 'human') ?? '',
    ...(expression !== undefined && { expression }),
    source: (textOf(constraint, 'source') ?? source).split('|')[0] ?? source,
  }
}

function parseSlicing(slicing: Json): Partial<Slicing> {
  const rules = wordOf(slicing, 'rules', ['open', 'closed', 'openAtEnd'])
  const ordered = flagOf(slicing, 'ordered')
  const discriminators = recordsOf(slicing, 'discriminator').map((discriminator) => {
    const type = wordOf(discriminator, 'type', ['value', 'pattern', 'exists', 'type', 'profile'])
    if (type === undefined) throw new ShapeError("'discriminator.type' is missing")
    return { type, path: requiredText(discriminator, 'path') }
  })
  return { discriminators, ...(rules && { rules }), ...(ordered !== undefined && { ordered }) }
}

function recordAt(element: Json, key: string): Json {
  const [record] = recordsOf({ [key]: [element[key]] }, key)
  if (record === undefined) throw new ShapeError(`'${key}' must be an object`)
  return record
}
