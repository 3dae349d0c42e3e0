import { type Draft, stepName } from './draft.ts'
import type { Statement, Step } from './statement.ts'

/**
 * What is said of a sliced element holds for every item, whatever slice it falls in. New slices copy it; these are the
 * other ways to the element, through slices that exist already (mostly of the base), where it must be said again.
 */
export function waysThroughSlices(root: Draft, steps: readonly Step[]): Step[][] {
  return waysFrom(root, steps).filter((way) => way.some((step, i) => step.sliceName !== steps[i]?.sliceName))
}

function waysFrom(parent: Draft, steps: readonly Step[]): Step[][] {
  const [step, ...rest] = steps
  if (step === undefined) return [[]]
  const child = parent.children?.find((each) => stepName(each) === step.name)
  if (child === undefined) return [[...steps]]
  const own = step.sliceName === undefined ? child : sliceNamed(child, step.sliceName)
  const slices = own ? slicesOf(own) : []
  const direct = own ? waysFrom(own, rest) : [[...rest]]
  return [
    ...direct.map((way) => [step, ...way]),
    ...slices.flatMap((slice) =>
      waysFrom(slice, rest).map((way) => [{ name: step.name, sliceName: slice.sliceName ?? '' }, ...way]),
    ),
  ]
}

/** A slice of an element, or a slice of its slices. */
export function sliceNamed({ slices = [] }: Draft, name: string): Draft | undefined {
  const found = slices.find(({ sliceName }) => sliceName === name)
  if (found || !name.includes('/')) return found
  const outer = slices.find(({ sliceName }) => name.startsWith(`${sliceName}/`))
  return outer && sliceNamed(outer, name)
}

const slicesOf = ({ slices = [] }: Draft): Draft[] => slices.flatMap((slice) => [slice, ...slicesOf(slice)])

/**
 * The part of a statement that a slice does not say more narrowly itself. `sliced` is the element that the statement
 * is about, before it is changed; `ofSlice` tells that the draft is one of its slices, whose counts are its own.
 */
export function remainder(statement: Statement, sliced: Draft, draft: Draft, ofSlice: boolean): Statement {
  const { min, max, types, slicing, ...rest } = statement
  const narrower = max !== undefined && max >= 0 && (draft.max < 0 || max < draft.max)
  const replaces = types && JSON.stringify(draft.types) === JSON.stringify(sliced.types)
  const rules = Object.entries(statement.rules).filter(([rule]) => {
    const own = Reflect.get(draft, rule)
    return own === undefined || JSON.stringify(own) === JSON.stringify(Reflect.get(sliced, rule))
  })
  return {
    ...rest,
    ...(!ofSlice && min !== undefined && min > draft.min && { min }),
    ...(!ofSlice && narrower && { max }),
    ...(replaces && { types }),
    ...(!ofSlice && slicing && draft.slicing === undefined && { slicing }),
    rules: Object.fromEntries(rules),
  }
}
