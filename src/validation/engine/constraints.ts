import type { Invariant } from '../fhirpath/types.ts'
import type { Constraint } from '../model.ts'
import { NATIVE_INVARIANTS } from './native-invariants.ts'
import { SURE_INVARIANTS } from './sure-invariants.ts'
import type { Check, Compiler } from './types.ts'
import { inOrder } from './value-rules.ts'

/**
 * The invariants of an element for values of one type (validation.md section 7), except those already checked
 * (`known`, to which these are added). Compiled when the first value comes; what does not compile is said by name.
 */
export function constraintCheck(
  compiler: Compiler,
  constraints: readonly Constraint[] | undefined,
  contextType: string,
  known: Set<string>,
): Check | undefined {
  const checks: Check[] = []
  for (const constraint of constraints ?? []) {
    if (known.has(constraint.key)) continue
    known.add(constraint.key)
    const check = oneConstraint(compiler, constraint, contextType)
    if (check !== undefined) checks.push(check)
  }
  return inOrder(checks)
}

function oneConstraint(compiler: Compiler, constraint: Constraint, contextType: string): Check | undefined {
  const { key, severity, human, expression, source } = constraint
  if (expression === undefined) return undefined
  const native = OF_R4.test(source ?? '') ? NATIVE_INVARIANTS[key] : undefined
  if (native === 'elsewhere' || (key === 'dom-6' && !compiler.advice)) return undefined
  const issue = `inv.${key}`
  const detail = { key, human }
  const holds = SURE_INVARIANTS[`${source?.startsWith(R4) === true ? source.slice(R4.length) : ''}#${key}`]
  let invariant: Invariant | undefined = native
  return (value, run, depth) => {
    if (holds?.(value) === true) return
    invariant ??= compiled(compiler, expression, contextType)
    const outcome = invariant(value, run)
    if (outcome === true) return
    if (outcome === false) run.report(depth, severity, issue, detail, source)
    // A value that is already refused for its form often has nothing to evaluate.
    else if (run.errors === 0) run.report(depth, 'warning', 'inv.not-evaluated', { key }, source)
  }
}

/** An expression that is not covered fails on every value: it is said, not passed. */
function compiled(compiler: Compiler, expression: string, contextType: string): Invariant {
  try {
    return compiler.invariants(expression, contextType)
  } catch {
    return () => 'failed'
  }
}

const R4 = 'http://hl7.org/fhir/StructureDefinition/'

/** The definitions whose invariants the engine answers itself; a profile may use the same keys for others. */
const OF_R4 = /^$|(^|\/)(Element|Extension|DomainResource|Reference|Narrative)$/
