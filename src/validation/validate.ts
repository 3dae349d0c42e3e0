import { applicableCheck, type EngineParts, newCompiler } from './engine/compile.ts'
import { isObject } from './engine/json.ts'
import { type Limits, type Resolver, Run, Stopped, type Undecided } from './engine/run.ts'
import type { ValidationIssue } from './model.ts'

/** What a validator is made of: definitions, terminology, compiled FHIRPath, and what one validation may cost. */
export interface ValidatorOptions extends EngineParts {
  limits?: Partial<Limits>
  /** Milliseconds of a clock that only goes forward; the date of `now()` in invariants comes from it too. */
  clock?: () => number
}

/** How one resource is validated. */
export interface ValidateOptions {
  /** Canonical URLs of profiles that must hold besides those the resource names. */
  profiles?: readonly string[]
  /** The interaction that the resource is meant for: an update needs an id. */
  mode?: 'create' | 'update' | 'delete'
  /** Where expressions start; the type of the resource otherwise. */
  rootPath?: string
  maxIssues?: number
  /** Milliseconds that it may take, when fewer than usual. */
  time?: number
  /** Whether a code is in a value set, when that cannot be told offline. */
  undecided?: Undecided
  /** Finds the target of a reference that is neither contained nor in a bundle around. */
  resolve?: Resolver
}

/** The validator: a resource in, issues out. */
export interface Validator {
  /**
   * Checks parsed JSON against its type, its profiles and the profiles asked for. Any JSON is answered with issues;
   * the resource is valid when none has severity `error` or `fatal`.
   */
  validate(resource: unknown, options?: ValidateOptions): ValidationIssue[]
}

/** Builds the door of the validator. Definitions are compiled when the first resource needs them. */
export function newValidator(options: ValidatorOptions): Validator {
  const compiler = newCompiler(options)
  const clock = options.clock ?? Date.now
  const plain = applicableCheck(compiler, [])
  const usual = { ...LIMITS, ...options.limits }
  return {
    validate(resource, { profiles = [], mode, rootPath, maxIssues, time, undecided, resolve = nowhere } = {}) {
      const limits =
        maxIssues === undefined && time === undefined
          ? usual
          : { ...usual, issues: maxIssues ?? usual.issues, time: time ?? usual.time }
      const run = new Run(rootPath ?? typeOf(resource), limits, clock, resolve)
      run.undecided = undecided
      try {
        const check = profiles.length === 0 ? plain : applicableCheck(compiler, profiles)
        check(resource, run, 0)
        if (mode === 'update' && isObject(resource) && resource.id === undefined)
          run.report(0, 'error', 'resource.id-missing')
      } catch (error) {
        run.issues.push(endOf(run, limits, error))
      }
      return run.issues
    },
  }
}

const nowhere: Resolver = () => undefined

const LIMITS: Limits = { issues: 200, steps: 2_000_000, depth: 200, time: 2_000 }

/** The type that expressions start with; what is no name of a type is not repeated. */
function typeOf(resource: unknown): string {
  const type = isObject(resource) ? resource.resourceType : undefined
  return typeof type === 'string' && /^[A-Z][A-Za-z]{1,63}$/.test(type) ? type : 'Resource'
}

/** The issue that says why a validation ended early. */
function endOf(run: Run, limits: Limits, error: unknown): ValidationIssue {
  const place = { severity: 'error', expression: run.expression(0) } as const
  if (error instanceof Stopped) return { ...place, key: `limit.${error.limit}`, detail: { max: limits[error.limit] } }
  // The only RangeError of a walk is the end of the stack.
  if (error instanceof RangeError) return { ...place, key: 'limit.depth', detail: { max: limits.depth } }
  return { ...place, severity: 'fatal', key: 'engine.failed', detail: {} }
}
