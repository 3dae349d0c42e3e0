import { isObject } from '../json.ts'
import type { Run } from '../run.ts'
import { capitalised } from '../values.ts'

/** One step of a discriminator's path (profiling.html#discriminator; validation.md section 5.2). */
export type PathStep =
  | { kind: 'child'; name: string; type?: string }
  | { kind: 'extension'; url: string }
  | { kind: 'resolve' }

/** Reads the path of a discriminator; undefined when it is not of the restricted form. */
export function parsePath(path: string): PathStep[] | undefined {
  const steps: PathStep[] = []
  for (const text of path.match(/[^.(]+(\([^)]*\))?/g) ?? []) {
    const [, call, argument = ''] = /^(\w+)\(([^)]*)\)$/.exec(text) ?? []
    const before = steps.at(-1)
    if (text === '$this') continue
    if (call === undefined && /^\w+$/.test(text)) steps.push({ kind: 'child', name: text })
    else if (call === 'resolve') steps.push({ kind: 'resolve' })
    else if (call === 'extension') steps.push({ kind: 'extension', url: argument.replace(/^['"]|['"]$/g, '') })
    else if (call === 'ofType' && before?.kind === 'child')
      steps[steps.length - 1] = { ...before, type: argument.trim() }
    else return undefined
  }
  return steps
}

/** What is asked of a value at the end of a path. */
export type Test = (value: unknown, run: Run, depth: number) => boolean

/** Whether any value that a step leads to passes. */
export function someAt(value: unknown, step: PathStep, test: Test, run: Run, depth: number): boolean {
  if (!isObject(value)) return false
  if (step.kind === 'resolve') {
    const target = typeof value.reference === 'string' ? run.target(value.reference) : undefined
    return target !== undefined && test(target, run, depth)
  }
  if (step.kind === 'extension') {
    const { extension } = value
    return (
      Array.isArray(extension) &&
      extension.some((one) => isObject(one) && one.url === step.url && test(one, run, depth))
    )
  }
  const child = childOf(value, step.name, step.type)
  if (Array.isArray(child)) return child.some((one) => test(one, run, depth))
  return child !== undefined && test(child, run, depth)
}

/** A child by its name; of a choice the variant that is there. */
function childOf(value: Record<string, unknown>, name: string, type: string | undefined): unknown {
  if (type !== undefined) return value[name + capitalised(type)]
  if (Object.hasOwn(value, name)) return value[name]
  for (const key in value) {
    if (key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length))) return value[key]
  }
  return undefined
}

/** Whether any value that a path leads to passes. */
export function someOn(
  value: unknown,
  steps: readonly PathStep[],
  at: number,
  test: Test,
  run: Run,
  depth: number,
): boolean {
  const step = steps[at]
  if (step === undefined) return test(value, run, depth)
  return someAt(value, step, (next) => someOn(next, steps, at + 1, test, run, depth), run, depth)
}
