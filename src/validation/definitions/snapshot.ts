import type { ElementNode, ProfileTree, Slicing, TypeRule } from '../model.ts'
import { type Draft, draftOf, finish, newDraft, sizeOf, stepName } from './draft.ts'
import { DefinitionError } from './error.ts'
import { merge, type Types } from './merge.ts'
import { type Narrowing, widening } from './narrowing.ts'
import { remainder, sliceNamed, waysThroughSlices } from './spread.ts'
import type { Statement, Step } from './statement.ts'
import type { Structure } from './structure.ts'

/** What a snapshot takes from other definitions; given by the registry. */
export interface Sources extends Types, Narrowing {
  /** The finished tree of a canonical or type name; undefined when not loaded. */
  tree(canonical: string): ProfileTree | undefined
  link(canonical: string): string
}

/** Elements made and changed through slices: a bound against definitions whose slices of slices grow without end. */
const MOST_ELEMENTS = 50_000

/**
 * Makes the snapshot of a structure (validation.md section 4, P2-P5): the base's tree, changed by each statement in
 * its order. A specialization may add elements, a constraint may not. Throws a DefinitionError.
 */
export function snapshotOf(structure: Structure, base: ProfileTree | undefined, sources: Sources): ProfileTree {
  const { base: stated, statements, ...rest } = structure
  const [first] = statements
  if (base === undefined && first === undefined) throw new DefinitionError('states nothing', structure.url)
  const root = base ? draftOf(base.root) : { ...newDraft({ ...rootStatement(structure), ...first }), children: [] }
  root.name = structure.type
  if (!structure.constraint) root.types = []
  const growing: Growing = { structure, root, sources, size: sizeOf(root), shortened: new Map() }
  for (const statement of statements) {
    const [start, ...steps] = statement.steps
    if (start?.name !== structure.type) throw refused(growing, statement, `is not an element of ${structure.type}`)
    if (steps.length > 0 && structure.kind === 'primitive-type' && steps[0]?.name === 'value') continue
    apply(growing, statement, steps)
  }
  return {
    ...rest,
    ...(stated !== undefined && { base: sources.link(stated) }),
    root: finish(root, structure.type, sources),
  }
}

interface Growing {
  structure: Structure
  root: Draft
  sources: Sources
  size: number
  /** Choices that a shorthand narrows, with the types they had. */
  shortened: Map<Draft, readonly TypeRule[]>
}

function apply(growing: Growing, statement: Statement, steps: readonly Step[]): void {
  const { root, sources, structure } = growing
  const draft = walk(growing, steps, statement)
  const ways = steps.length > 0 ? waysThroughSlices(root, steps) : []
  grow(growing, ways.length, statement)
  for (const way of ways) {
    const other = walk(growing, way, statement)
    const ofSlice = way.slice(0, -1).every((step, i) => step.sliceName === steps[i]?.sliceName)
    merge(other, remainder(statement, draft, other, ofSlice), sources, structure.url)
  }
  const problem = structure.constraint ? widening(draft, statement, sources) : undefined
  if (problem !== undefined) throw refused(growing, statement, problem)
  merge(draft, statement, sources, structure.url, steps.length === 0)
  if (draft.max >= 0 && draft.min > draft.max) throw refused(growing, statement, 'min is more than max')
}

const walk = (growing: Growing, steps: readonly Step[], statement: Statement): Draft =>
  steps.reduce<Draft>((at, step) => locate(growing, at, step, statement), growing.root)

const rootStatement = ({ type }: Structure): Statement => ({
  id: type,
  steps: [{ name: type }],
  rules: {},
  constraints: [],
})

/** The child (and its slice) that a step leads to, made when it does not exist yet. */
function locate(growing: Growing, parent: Draft, step: Step, statement: Statement): Draft {
  const children = unfold(growing, parent, statement)
  const child = children.find((each) => stepName(each) === step.name)
  if (child) return step.sliceName === undefined ? child : sliceOf(growing, child, step.sliceName, statement)
  const choice = children.find((each) => typeNamed(growing, each, step.name) !== undefined)
  if (choice) return shorthand(growing, choice, step, statement)
  if (growing.structure.constraint || step !== statement.steps.at(-1)) {
    throw refused(growing, statement, `${step.name} is not an element of its base`)
  }
  const added = newDraft(statement)
  children.push(added)
  grow(growing, 1, statement)
  return added
}

/** The type that a JSON name of a choice stands for (`valueQuantity`), undefined when it is another element's name. */
function typeNamed(growing: Growing, choice: Draft, typed: string): TypeRule | undefined {
  if (!choice.choice || !typed.startsWith(choice.name)) return undefined
  const types = growing.shortened.get(choice) ?? choice.types
  return types.find(({ code }) => typed === `${choice.name}${code.charAt(0).toUpperCase()}${code.slice(1)}`)
}

/**
 * The slice that older differentials mean by `valueQuantity` (P5). Where the choice is not sliced already, they mean
 * that it takes no other types than those so named, as the snapshots of R4's own profiles show.
 */
function shorthand(growing: Growing, choice: Draft, step: Step, statement: Statement): Draft {
  const type = typeNamed(growing, choice, step.name)
  if (choice.slicing === undefined) {
    growing.shortened.set(choice, choice.types)
    Object.assign(choice, { types: [], slicing: { ...BY_TYPE, rules: 'closed' }, said: true })
  }
  if (type && growing.shortened.has(choice) && !choice.types.includes(type)) choice.types = [...choice.types, type]
  return sliceOf(growing, choice, step.sliceName ?? step.name, statement)
}

/** The children of an element, taken from its type when it has none, or only those that a choice of several types has. */
function unfold(growing: Growing, parent: Draft, statement: Statement): Draft[] {
  const known = parent.children ?? []
  if (parent.children && (known.length !== OF_EVERY_ELEMENT || parent.types.length === 0)) return known
  const source = sourceOf(growing, parent, statement)
  const added = (source.children ?? []).slice(known.length).map(draftOf)
  if (parent.children === undefined) parent.unfolded = true
  parent.children = [...known, ...added]
  for (const child of added) grow(growing, sizeOf(child), statement)
  return parent.children
}

/** `id` and `extension`, the first children of every type. */
const OF_EVERY_ELEMENT = 2

/** The element whose children an element without own ones has: of its type, of its type's profile, of its reference. */
function sourceOf(growing: Growing, parent: Draft, statement: Statement): ElementNode {
  const { sources, structure } = growing
  if (parent.contentReference !== undefined) {
    const target = sources.tree(structure.type) && find(sources.tree(structure.type)?.root, parent.contentReference)
    if (!target) throw refused(growing, statement, `refers to ${parent.contentReference}, which is no element`)
    parent.types = target.types
    if (target.constraints) parent.constraints = [...(parent.constraints ?? []), ...target.constraints]
    return target
  }
  const codes = [...new Set(parent.types.map(({ code }) => code))]
  const profiles = parent.types.flatMap((type) => type.profiles ?? [])
  const [code] = codes
  if (code === undefined) throw refused(growing, statement, 'stands below an element without type')
  const canonical = codes.length > 1 ? 'Element' : profiles.length === 1 ? (profiles[0] ?? code) : code
  const tree = sources.tree(canonical)
  if (tree === undefined) throw refused(growing, statement, `needs ${canonical}, which is not loaded`)
  return tree.root
}

function find(node: ElementNode | undefined, id: string): ElementNode | undefined {
  if (node === undefined || node.id === id) return node
  for (const child of node.children ?? []) {
    if (id === child.id || id.startsWith(`${child.id}.`)) return find(child, id)
  }
  return undefined
}

/** A slice by name; a new one is a copy of what it slices, its children included, required of nobody. */
function sliceOf(growing: Growing, sliced: Draft, sliceName: string, statement: Statement): Draft {
  const known = sliceNamed(sliced, sliceName)
  if (known) return known
  const outer = (sliced.slices ?? []).find((slice) => sliceName.startsWith(`${slice.sliceName}/`))
  if (outer) return sliceOf(growing, outer, sliceName, statement)
  const { slices: _slices, slicing: _slicing, ...copied } = sliced
  const slice: Draft = { ...draftOf(copied), sliceName, min: 0, said: true }
  const typed = typeNamed(growing, sliced, sliceName)
  if (typed) slice.types = [typed]
  grow(growing, sizeOf(slice), statement)
  sliced.slicing ??= implicitSlicing(growing, sliced, statement)
  sliced.slices = [...(sliced.slices ?? []), slice]
  return slice
}

function implicitSlicing(growing: Growing, sliced: Draft, statement: Statement): Slicing {
  if (sliced.types.some(({ code }) => code === 'Extension')) return BY_URL
  if (sliced.choice) return BY_TYPE
  throw refused(growing, statement, 'is a slice of an element without slicing')
}

const BY_URL: Slicing = { discriminators: [{ type: 'value', path: 'url' }], rules: 'open', ordered: false }
const BY_TYPE: Slicing = { discriminators: [{ type: 'type', path: '$this' }], rules: 'open', ordered: false }

function grow(growing: Growing, by: number, statement: Statement): void {
  growing.size += by
  if (growing.size > MOST_ELEMENTS) throw refused(growing, statement, `makes more than ${MOST_ELEMENTS} elements`)
}

const refused = ({ structure }: Growing, { id }: Statement, problem: string): DefinitionError =>
  new DefinitionError(problem, structure.url, id)
