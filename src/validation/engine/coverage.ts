import type { ElementNode } from '../model.ts'
import { isEqual } from './values.ts'

/**
 * Whether elements say everything that others say, and perhaps more: the children of an element, made from those of its
 * profile, cover the profile, which need not be walked again. In doubt it answers no.
 */
export function covers(own: readonly ElementNode[], others: readonly ElementNode[]): boolean {
  return others.every((other) => {
    const same = own.find(({ name, sliceName }) => name === other.name && sliceName === other.sliceName)
    return same !== undefined && coversOne(same, other)
  })
}

function coversOne(own: ElementNode, other: ElementNode): boolean {
  if (own.min < other.min || most(own) > most(other)) return false
  // What an element that is forbidden says besides does not matter: there is no value of it.
  if (own.max === 0) return true
  if (!covers(own.slices ?? [], other.slices ?? [])) return false
  if (other.children !== undefined && !covers(own.children ?? [], other.children)) return false
  return COMPARED.every((key) => other[key] === undefined || isEqual(own[key], other[key]))
}

function most({ max }: ElementNode): number {
  return max < 0 ? Number.POSITIVE_INFINITY : max
}

/** Everything that an element may say, but its place, its cardinality and what is below it. */
const COMPARED = [
  'array',
  'choice',
  'types',
  'contentReference',
  'fixed',
  'pattern',
  'minValue',
  'maxValue',
  'maxLength',
  'binding',
  'constraints',
  'slicing',
  'isModifier',
] as const satisfies readonly (keyof ElementNode)[]
