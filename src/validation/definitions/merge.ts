import type { Slicing, TypeRule } from '../model.ts'
import type { Draft } from './draft.ts'
import { DefinitionError } from './error.ts'
import { REPLACED_RULES, type Statement } from './statement.ts'

/** What merging must know of other definitions. */
export interface Types {
  /** Whether a type is another or derives from it. */
  isA(type: string, ancestor: string): boolean
  /** Keys of the invariants that the definition of a type or profile already states. */
  invariantsOf(canonical: string): readonly string[]
}

/**
 * Applies what a statement says of an element (validation.md P3), and refuses what would widen it (P4).
 * `root` keeps all invariants; other elements only those that their type does not state.
 */
export function merge(draft: Draft, statement: Statement, types: Types, profile: string, root = false): void {
  const refuse = (problem: string) => {
    throw new DefinitionError(problem, profile, statement.id)
  }
  const { min, max } = statement
  if (min !== undefined && min !== draft.min) {
    if (min < draft.min) refuse(`min ${min} is less than the ${draft.min} of its base`)
    change(draft, { min })
  }
  if (max !== undefined && max !== draft.max) {
    if (draft.max >= 0 && (max < 0 || max > draft.max)) refuse(`max is more than the ${draft.max} of its base`)
    change(draft, { max })
  }
  if (statement.types && draft.contentReference === undefined && !repeats(statement, draft)) {
    const added = statement.types.find(({ code }) => !draft.types.some((type) => allows(type, code, types)))
    if (added && !root) refuse(`type ${added.code} is not among those of its base`)
    if (!root) change(draft, { types: statement.types })
  }
  for (const rule of [...REPLACED_RULES, 'isModifier'] as const) {
    const value = statement.rules[rule]
    if (value !== undefined && !same(value, draft[rule])) change(draft, { [rule]: value })
  }
  addConstraints(draft, statement, types, root)
  if (statement.slicing) {
    const slicing = mergeSlicing(draft.slicing, statement.slicing)
    if (!same(slicing, draft.slicing)) change(draft, { slicing })
  }
}

function change(draft: Draft, rules: Partial<Draft>): void {
  Object.assign(draft, rules)
  draft.said = true
}

const allows = (type: TypeRule, code: string, types: Types): boolean => type.code === code || types.isA(code, type.code)

function addConstraints(draft: Draft, statement: Statement, types: Types, root: boolean): void {
  const known = new Set((draft.constraints ?? []).map(({ key }) => key))
  const stated = root
    ? []
    : draft.types.flatMap(({ code, profiles = [] }) => [code, ...profiles].flatMap((each) => types.invariantsOf(each)))
  const added = statement.constraints.filter(({ key }) => !known.has(key) && !stated.includes(key))
  if (added.length > 0) change(draft, { constraints: [...(draft.constraints ?? []), ...added] })
}

/** A derived slicing may leave out what the base says, and add discriminators. */
function mergeSlicing(base: Slicing | undefined, stated: Partial<Slicing>): Slicing {
  const known = base?.discriminators ?? []
  const added = (stated.discriminators ?? []).filter(
    ({ type, path }) => !known.some((each) => each.type === type && each.path === path),
  )
  return {
    discriminators: [...known, ...added],
    rules: stated.rules ?? base?.rules ?? 'open',
    ordered: stated.ordered ?? base?.ordered ?? false,
  }
}

/** Snapshots repeat the type of an element; that of the id of a resource as R4 has it. */
function repeats({ types, steps }: Statement, draft: Draft): boolean {
  const isResourceId = steps.length === 2 && draft.name === 'id' && draft.types[0]?.code === 'id'
  return same(types, draft.types) || (isResourceId && types?.[0]?.code === 'string')
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)
