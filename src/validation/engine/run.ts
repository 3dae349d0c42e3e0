import type { Budget, Environment } from '../fhirpath/types.ts'
import type { Severity, ValidationIssue } from '../model.ts'
import type { BundleIndex } from './bundle-index.ts'
import { isObject, type JsonObject } from './json.ts'

/** Thrown to end a run whose limit is reached; the door catches it and says so. */
export class Stopped extends Error {
  readonly limit: keyof Limits

  constructor(limit: keyof Limits) {
    super(limit)
    this.limit = limit
  }
}

/** What one validation may cost. */
export interface Limits {
  /** Issues reported, the last of which says that there are more. */
  issues: number
  /** Objects looked at, every time one is; and steps of invariants. */
  steps: number
  /** Elements inside one another. */
  depth: number
  /** Milliseconds. */
  time: number
}

/** Whether a code is in a value set, asked when the terminology cannot tell; undefined when nobody can. */
export type Undecided = (valueSet: string, system: string | undefined, code: string) => boolean | undefined

/** Finds the target of a reference that is neither contained nor bundled; undefined when it is not at hand. */
export type Resolver = (reference: string) => unknown

/**
 * One validation: where the walk is, what it found, what it may still cost. The place is kept as names and indices by
 * depth, which a deeper value overwrites, so that a valid resource costs no strings.
 */
export class Run implements Environment {
  readonly names: string[]
  readonly indices: number[] = [-1]
  readonly limits: Limits
  readonly clock: () => number
  readonly budget: Budget
  readonly resolver: Resolver
  issues: ValidationIssue[] = []
  errors = 0
  resource: JsonObject = {}
  rootResource: JsonObject = {}
  /** Depth of the nearest resource. */
  resourceDepth = 0
  /** Depth of the resource that holds it, or the same. */
  rootDepth = 0
  /** How many values around this one already had a code refused by their binding. */
  codesRefused = 0
  /** Answers for codes of which the terminology cannot tell. */
  undecided: Undecided | undefined
  /** The innermost bundle around. */
  bundle: BundleIndex | undefined
  /** What was found when a resource was held against a profile; true while it is being held: a cycle ends there. */
  verdicts: Map<unknown, Map<string, boolean>> | undefined
  /** What profiles found on contained resources that fulfil them, in their place. */
  private kept: Map<unknown, Findings & { root: string }> | undefined
  /** What was said once, by its identity; each index is that of the issue in `issues`. */
  private told: Map<string, number> | undefined
  /** Identities of the issues, once they are many. */
  private seen: Set<string> | undefined
  private steps = 0
  private attempts = 0
  /** The contained resources that were last looked for among many. */
  private indexed: { contained: unknown; byId: ReadonlyMap<unknown, unknown> } | undefined
  private readonly startedAt: number

  constructor(rootPath: string, limits: Limits, clock: () => number, resolver: Resolver) {
    this.names = [rootPath]
    this.limits = limits
    this.clock = clock
    this.budget = { remaining: limits.steps }
    this.resolver = resolver
    this.startedAt = clock()
  }

  /** `now()` of FHIRPath: when the validation began. */
  get now(): Date {
    return new Date(this.startedAt)
  }

  /** Counts one object; false when it stands too deep to be looked at. @throws Stopped when the budget is spent. */
  enter(depth: number): boolean {
    this.steps += 1
    if (this.steps > this.limits.steps) throw new Stopped('steps')
    if ((this.steps & 1023) === 0 && this.clock() > this.startedAt + this.limits.time) throw new Stopped('time')
    if (depth <= this.limits.depth) return true
    this.report(depth, 'error', 'limit.depth', { max: this.limits.depth })
    return false
  }

  /** Reports an issue at a place; the same key at the same place with the same detail is said once. */
  report(
    depth: number,
    severity: Severity,
    key: string,
    detail: ValidationIssue['detail'] = NOTHING,
    source?: string,
  ): void {
    this.add({ severity, key, expression: this.expression(depth), detail, ...(source === undefined ? {} : { source }) })
  }

  /** Reports what is worth saying once a run, however often it is met: an unknown value set, an unknown extension. */
  reportOnce(
    subject: string,
    depth: number,
    severity: Severity,
    key: string,
    detail?: ValidationIssue['detail'],
    source?: string,
  ): void {
    const identity = `${key}\n${subject}`
    this.told ??= new Map()
    if (this.told.has(identity)) return
    this.told.set(identity, this.issues.length)
    this.report(depth, severity, key, detail, source)
  }

  private add(issue: ValidationIssue): void {
    if (this.isSaid(issue)) return
    if (issue.severity === 'error' || issue.severity === 'fatal') this.errors += 1
    if (this.issues.length < this.limits.issues - 1) this.issues.push(issue)
    else if (this.attempts === 0) throw new Stopped('issues')
  }

  /** Whether the same is said already; a few issues are compared, many are looked up. */
  private isSaid(issue: ValidationIssue): boolean {
    const { issues } = this
    if (issues.length < FEW) return issues.some((other) => isSame(other, issue))
    this.seen ??= new Set(issues.map(identityOf))
    const identity = identityOf(issue)
    if (this.seen.has(identity)) return true
    this.seen.add(identity)
    return false
  }

  /** Whether a check finds no error; what it finds is forgotten. */
  holds(check: () => void): boolean {
    return this.attempt(check).errors === 0
  }

  /** Runs a check apart: what it finds is given back, not reported. */
  attempt(check: () => void): Findings {
    const { issues, errors, seen, told } = this
    this.issues = []
    this.errors = 0
    this.seen = undefined
    this.told = undefined
    this.attempts += 1
    try {
      check()
      return { errors: this.errors, issues: this.issues, told: this.told }
    } finally {
      this.attempts -= 1
      this.issues = issues
      this.errors = errors
      this.seen = seen
      this.told = told
    }
  }

  /** Keeps what a profile found on a contained resource that fulfils it, for when the resource itself is walked. */
  keep(resource: JsonObject, findings: Findings): void {
    this.kept ??= new Map()
    if (!this.kept.has(resource)) this.kept.set(resource, { ...findings, root: this.expression(this.rootDepth) })
  }

  /** Reports what was kept of a resource; false when nothing was. */
  tellKept(resource: JsonObject): boolean {
    const findings = this.kept?.get(resource)
    if (findings === undefined) return false
    // The container may have been looked at from elsewhere: its findings are told where it stands.
    const [from, to] = [findings.root, this.expression(this.rootDepth)]
    const once = new Map([...(findings.told ?? [])].map(([identity, at]) => [at, identity]))
    findings.issues.forEach((issue, at) => {
      const identity = once.get(at)?.replace(`\n${from}`, () => `\n${to}`)
      if (identity !== undefined) {
        this.told ??= new Map()
        if (this.told.has(identity)) return
        this.told.set(identity, this.issues.length)
      }
      this.add(from === to ? issue : { ...issue, expression: to + issue.expression.slice(from.length) })
    })
    return true
  }

  /** `resolve()` of FHIRPath. */
  resolve(reference: string): { resource: unknown; type: string } | undefined {
    const target = this.target(reference)
    if (!isObject(target) || typeof target.resourceType !== 'string') return undefined
    return { resource: target, type: target.resourceType }
  }

  /** The target of a reference: contained, in a bundle around, or found by the caller (validation.md R3, B4). */
  target(reference: string): unknown {
    if (reference.startsWith('#')) return this.contained(reference.slice(1))
    for (let bundle = this.bundle; bundle !== undefined; bundle = bundle.outer) {
      const found = bundle.find(reference, this.rootResource)
      if (found !== undefined) return found
    }
    return this.resolver(reference)
  }

  private contained(id: string): unknown {
    if (id === '') return this.rootResource
    const { contained } = this.rootResource
    if (!Array.isArray(contained)) return undefined
    if (contained.length < MANY) return contained.find((one: unknown) => isObject(one) && one.id === id)
    if (this.indexed?.contained !== contained) this.indexed = { contained, byId: byIdOf(contained) }
    return this.indexed.byId.get(id)
  }

  /** FHIRPath with indices of the place of this depth. */
  expression(depth: number): string {
    let text = this.names[0] ?? ''
    for (let at = 1; at <= depth; at += 1) {
      text += `.${this.names[at]}`
      const index = this.indices[at] ?? -1
      if (index >= 0) text += `[${index}]`
    }
    return text
  }

  /** Path of the definition from the nearest resource on, without indices: `Patient.name.given`. */
  definitionPath(depth: number): string {
    const type = this.resource.resourceType
    let text = typeof type === 'string' ? type : ''
    for (let at = this.resourceDepth + 1; at <= depth; at += 1) text += `.${this.names[at]}`
    return text
  }
}

/** From how many contained resources on an index is cheaper than a look at each. */
const MANY = 16

function byIdOf(contained: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const byId = new Map<unknown, unknown>()
  for (const one of contained) if (isObject(one) && !byId.has(one.id)) byId.set(one.id, one)
  return byId
}

const NOTHING: ValidationIssue['detail'] = Object.freeze({})

/** What a check found that was run apart. */
export interface Findings {
  errors: number
  issues: readonly ValidationIssue[]
  /** Identities of what is said once, each with the index of its issue. */
  told: ReadonlyMap<string, number> | undefined
}

/** Issues that are compared one by one. */
const FEW = 12

function isSame(a: ValidationIssue, b: ValidationIssue): boolean {
  return (
    a.key === b.key &&
    a.expression === b.expression &&
    (a.detail === b.detail || JSON.stringify(a.detail) === JSON.stringify(b.detail))
  )
}

function identityOf({ key, expression, detail }: ValidationIssue): string {
  return `${key}\n${expression}\n${JSON.stringify(detail)}`
}
