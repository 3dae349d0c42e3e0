import type { ElementNode, Slicing } from '../../model.ts'
import { isObject } from '../json.ts'
import type { Run } from '../run.ts'
import type { Check, Compiler, Owner } from '../types.ts'
import { sourceOf } from '../values.ts'
import { codeHint, literalOf, markOf, mayHave, sliceTest } from './discriminators.ts'
import { parsePath, type Test } from './path.ts'

/** Takes the items of one array in their order. */
export interface SliceCounter {
  /** Checks an item by the slice it belongs to, or as an unsliced one. */
  check(item: unknown, run: Run, depth: number): void
  /** Reports slices with too few or too many items. */
  end(run: Run, depth: number): void
}

/** Makes a counter for each array of a sliced element. */
export interface Slicer {
  count(): SliceCounter
}

/** How the items of a slice are checked. */
export type SliceCheck = (slice: ElementNode) => Check

/**
 * The slices of an array element (validation.md section 5): each item belongs to the first slice whose discriminators
 * all match, and is checked by its rules; then come the re-slices of that slice. Undefined without slices.
 */
export function compileSlices(
  compiler: Compiler,
  node: ElementNode,
  owner: Owner,
  unsliced: Check,
  checkOf: SliceCheck,
): Slicer | undefined {
  const { slicing, slices = [] } = node
  if (slices.length === 0 && slicing?.rules !== 'closed') return undefined
  const effective = slicing ?? (node.types.some(({ code }) => code === 'Extension') ? BY_URL : undefined)
  const level = effective === undefined ? undefined : compileLevel(compiler, node, effective, owner, checkOf, 'outer')
  if (level === undefined) return uncheckable(node, owner, unsliced)
  return { count: () => newCounter(level, unsliced) }
}

const BY_URL: Slicing = { discriminators: [{ type: 'value', path: 'url' }], rules: 'open', ordered: false }

/** One element's slices, or one slice's re-slices. */
interface Level {
  name: string
  source: string
  slicing: Slicing
  slices: readonly Slice[]
  /** Finds the index of the slice of an item; -1 for none. */
  find(item: unknown, run: Run, depth: number): number
  /** Names of the slices, for messages. */
  names: string
}

interface Slice {
  name: string
  min: number
  max: number
  /** What its items are told by, for messages. */
  mark: string
  source: string
  check: Check
  level: Level | undefined
}

function compileLevel(
  compiler: Compiler,
  node: ElementNode,
  slicing: Slicing,
  owner: Owner,
  checkOf: SliceCheck,
  place: 'outer' | 'inner',
): Level | undefined {
  const nodes = node.slices ?? []
  const find = finder(compiler, nodes, slicing)
  if (find === undefined && (place === 'inner' || nodes.length > 0)) return undefined
  return {
    name: node.name,
    source: sourceOf(owner, node),
    slicing,
    find: find ?? (() => -1),
    names: nodes.map(({ sliceName = '' }) => sliceName).join(', '),
    slices: nodes.map((slice): Slice => {
      const inner = slice.slices === undefined ? undefined : (slice.slicing ?? slicing)
      return {
        name: slice.sliceName ?? '',
        min: slice.min,
        max: slice.max < 0 ? Number.POSITIVE_INFINITY : slice.max,
        mark: markOf(compiler, slice, slicing),
        source: sourceOf(owner, slice),
        check: checkOf(slice),
        level: inner === undefined ? undefined : compileLevel(compiler, slice, inner, owner, checkOf, 'inner'),
      }
    }),
  }
}

function finder(compiler: Compiler, slices: readonly ElementNode[], slicing: Slicing): Level['find'] | undefined {
  const { discriminators } = slicing
  const literals = slices.map((slice) => literalOf(compiler, slice, discriminators))
  const step = parsePath(discriminators[0]?.path ?? '')?.[0]
  if (step?.kind === 'child' && !literals.includes(undefined)) {
    const key = step.name
    const table = new Map<unknown, number>()
    literals.forEach((literal, at) => {
      if (!table.has(literal)) table.set(literal, at)
    })
    return (item) => (isObject(item) ? (table.get(item[key]) ?? -1) : -1)
  }
  const tests: Test[] = []
  for (const slice of slices) {
    const test = sliceTest(compiler, slice, discriminators)
    if (test === undefined) return undefined
    const hint = codeHint(compiler, slice, discriminators)
    tests.push(hint === undefined ? test : (item, run, depth) => mayHave(item, hint) && test(item, run, depth))
  }
  return (item, run, depth) => {
    for (let at = 0; at < tests.length; at += 1) if (tests[at]?.(item, run, depth) === true) return at
    return -1
  }
}

function newCounter(level: Level, unsliced: Check): SliceCounter {
  const tally = newTally(level)
  return {
    check(item, run, depth) {
      const check = place(tally, item, run, depth)
      ;(check ?? unsliced)(item, run, depth)
    },
    end(run, depth) {
      endOf(tally, run, depth)
    },
  }
}

/** What was counted of one level. */
interface Tally {
  level: Level
  counts: number[]
  inner: (Tally | undefined)[]
  last: number
  stray: boolean
}

function newTally(level: Level): Tally {
  const counts: number[] = []
  const inner: (Tally | undefined)[] = []
  for (const slice of level.slices) {
    counts.push(0)
    inner.push(slice.level === undefined ? undefined : newTally(slice.level))
  }
  return { level, counts, inner, last: -1, stray: false }
}

/** Counts an item and gives the check of its innermost slice; undefined for an unsliced item. */
function place(tally: Tally, item: unknown, run: Run, depth: number): Check | undefined {
  const { level, counts } = tally
  const { slicing, name } = level
  const at = level.find(item, run, depth)
  const slice = level.slices[at]
  if (slice === undefined) {
    tally.stray = true
    if (slicing.rules === 'closed')
      run.report(depth, 'error', 'slice.closed', { name, slices: level.names }, level.source)
    return undefined
  }
  counts[at] = (counts[at] ?? 0) + 1
  if (slicing.ordered && at < tally.last) {
    run.report(depth, 'error', 'slice.order', { name, slices: level.names }, level.source)
  }
  if (slicing.rules === 'openAtEnd' && tally.stray) {
    run.report(depth, 'error', 'slice.end', { name, slices: level.names }, level.source)
  }
  tally.last = Math.max(at, tally.last)
  const inner = tally.inner[at]
  return (inner === undefined ? undefined : place(inner, item, run, depth)) ?? slice.check
}

function endOf({ level, counts, inner }: Tally, run: Run, depth: number): void {
  for (let at = 0; at < counts.length; at += 1) {
    const slice = level.slices[at]
    const count = counts[at] ?? 0
    if (slice === undefined) continue
    const { name, min, max, source } = slice
    const detail = { name: level.name, slice: name, mark: slice.mark, count }
    if (count > max) run.report(depth, 'error', 'slice.max', { ...detail, max }, source)
    if (count < min) run.report(depth, 'error', 'slice.min', { ...detail, min }, source)
    const within = inner[at]
    if (within !== undefined && count > 0) endOf(within, run, depth)
  }
}

/** Slices that cannot be told apart: said once, the items are checked as unsliced ones (validation.md section 5.9). */
function uncheckable(node: ElementNode, owner: Owner, unsliced: Check): Slicer {
  const detail = { name: node.name, slices: (node.slices ?? []).map(({ sliceName = '' }) => sliceName).join(', ') }
  const source = sourceOf(owner, node)
  const counter: SliceCounter = {
    check: unsliced,
    end: (run, depth) => run.reportOnce(source, depth, 'warning', 'slice.not-checked', detail),
  }
  return { count: () => counter }
}
