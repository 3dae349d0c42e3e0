import type { ElementNode, TypeRule } from '../model.ts'
import type { Statement } from './statement.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** An element while its snapshot is made. Ids are written when it is finished: copies move. */
export interface Draft extends Omit<Mutable<ElementNode>, 'id' | 'children' | 'slices'> {
  children?: Draft[]
  slices?: Draft[]
  /** A statement of this structure, or of the copied element, says something here. */
  said?: true
  /** The children were copied from a type, and are of no interest until one of them is said. */
  unfolded?: true
}

/** A copy to change. What is copied from a finished tree counts as unsaid. */
export function draftOf(node: ElementNode | Draft): Draft {
  const { children, slices, ...rest } = node
  const draft: Draft & { id?: string } = { ...rest }
  delete draft.id
  if (children) draft.children = children.map(draftOf)
  if (slices) draft.slices = slices.map(draftOf)
  return draft
}

/** An element that no base has: of a specialization. */
export function newDraft(statement: Statement): Draft {
  const { name } = statement.steps.at(-1) ?? { name: statement.id }
  const types = statement.id === 'Resource.id' ? RESOURCE_ID : (statement.types ?? [])
  const choice = name.endsWith('[x]')
  const max = statement.max ?? -1
  return {
    name: choice ? name.slice(0, -3) : name,
    min: statement.min ?? 0,
    max,
    array: statement.steps.length > 1 && max !== 1,
    ...(choice && { choice }),
    types,
    ...(statement.contentReference !== undefined && { contentReference: statement.contentReference }),
    said: true,
  }
}

/** R4 calls the id of a resource a string; its own text, and validation.md section 2, want an id. */
const RESOURCE_ID: readonly TypeRule[] = [{ code: 'id' }]

/** The element's name as ids and paths have it: `value[x]`. */
export const stepName = ({ name, choice }: Pick<ElementNode, 'name' | 'choice'>): string =>
  choice ? `${name}[x]` : name

/** How many elements a draft holds, itself included. */
export function sizeOf({ children = [], slices = [] }: Draft): number {
  return [...children, ...slices].reduce((size, each) => size + sizeOf(each), 1)
}

export interface Finishing {
  /** How a reference to another definition is written (registry.ts). */
  link(canonical: string): string
}

/** The finished element: with ids, without children that only repeat the type. */
export function finish(draft: Draft, id: string, by: Finishing): ElementNode {
  prune(draft)
  return elementOf(draft, id, by)
}

/** Removes copied children that nobody says anything of; tells whether something here is said. */
function prune(draft: Draft): boolean {
  const below = (draft.children ?? []).map(prune).includes(true)
  const beside = (draft.slices ?? []).map(prune).includes(true)
  if (draft.unfolded && !below) {
    delete draft.children
    if (draft.contentReference !== undefined) draft.types = []
  }
  return below || beside || draft.said === true
}

function elementOf(draft: Draft, id: string, by: Finishing): ElementNode {
  const { children, slices, types, contentReference, said: _said, unfolded, ...rest } = draft
  const sliced = draft.sliceName === undefined ? id : id.slice(0, id.length - draft.sliceName.length - 1)
  return {
    id,
    ...rest,
    types: types.map((type) => typeOf(type, by)),
    ...(contentReference !== undefined && !(unfolded && children) && { contentReference }),
    ...(slices && { slices: slices.map((slice) => elementOf(slice, `${sliced}:${slice.sliceName}`, by)) }),
    ...(children && { children: children.map((child) => elementOf(child, `${id}.${stepName(child)}`, by)) }),
  }
}

function typeOf(type: TypeRule, by: Finishing): TypeRule {
  return {
    ...type,
    ...(type.profiles && { profiles: type.profiles.map(by.link) }),
    ...(type.targets && { targets: type.targets.map(by.link) }),
  }
}
