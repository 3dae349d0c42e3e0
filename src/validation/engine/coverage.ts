import type { Binding, ElementNode, TypeRule } from '../model.ts'
import { isEqual } from './values.ts'

/** An element with bindings that it has to keep besides its own, each with the definition that states it. */
export interface BoundNode extends ElementNode {
  also?: readonly { binding: Binding; source: string }[]
}

/**
 * Elements that say everything that others say, and perhaps more: the children of an element, made from those of its
 * profile, which need not be walked again. A required binding of the profile that the element narrows is added to it.
 * In doubt it gives undefined. `definition` is the canonical URL of the profile.
 */
export function covering(
  own: readonly ElementNode[],
  others: readonly ElementNode[],
  definition: string,
): readonly BoundNode[] | undefined {
  const found = new Map<ElementNode, BoundNode>()
  for (const other of others) {
    const same = own.find(({ name, sliceName }) => name === other.name && sliceName === other.sliceName)
    const covered = same === undefined ? undefined : coveringOne(same, other, definition)
    if (same === undefined || covered === undefined) return undefined
    found.set(same, covered)
  }
  return own.map((node) => found.get(node) ?? node)
}

function coveringOne(own: ElementNode, other: ElementNode, definition: string): BoundNode | undefined {
  if (own.min < other.min || most(own) > most(other)) return undefined
  // What an element that is forbidden says besides does not matter: there is no value of it.
  if (own.max === 0) return own
  if (!COMPARED.every((key) => other[key] === undefined || isEqual(own[key], other[key]))) return undefined
  if (!coversTypes(own.types, other.types)) return undefined
  const slices = covering(own.slices ?? [], other.slices ?? [], definition)
  const children =
    other.children === undefined ? own.children : covering(own.children ?? [], other.children, definition)
  if (slices === undefined || (children === undefined && other.children !== undefined)) return undefined
  const also = isCovered(own.binding, other.binding) ? undefined : other.binding
  return {
    ...own,
    ...(own.slices === undefined ? {} : { slices }),
    ...(children === undefined ? {} : { children }),
    ...(also === undefined ? {} : { also: [{ binding: also, source: `${definition}#${other.id}` }] }),
  }
}

function most({ max }: ElementNode): number {
  return max < 0 ? Number.POSITIVE_INFINITY : max
}

/** Whether types are among others: fewer of them, or the same with profiles and targets that the others leave open. */
function coversTypes(own: readonly TypeRule[], others: readonly TypeRule[]): boolean {
  return own.every((type) =>
    others.some(
      (other) =>
        type.code === other.code &&
        KEPT_OF_TYPES.every((key) => other[key] === undefined || isEqual(type[key], other[key])),
    ),
  )
}

const KEPT_OF_TYPES = ['profiles', 'targets', 'aggregation'] as const satisfies readonly (keyof TypeRule)[]

/** Whether a binding is kept by keeping another: the set of the element counts, except where its profile requires one. */
function isCovered(own: Binding | undefined, other: Binding | undefined): boolean {
  if (other === undefined || isEqual(own, other)) return true
  if (other.strength === 'required' || other.maxValueSet !== undefined) return false
  return other.strength !== 'extensible' || own?.strength === 'required' || own?.strength === 'extensible'
}

/** Everything that an element may say, but its place, its cardinality, its types, its binding and what is below it. */
const COMPARED = [
  'array',
  'choice',
  'contentReference',
  'fixed',
  'pattern',
  'minValue',
  'maxValue',
  'maxLength',
  'constraints',
  'slicing',
  'isModifier',
] as const satisfies readonly (keyof ElementNode)[]
