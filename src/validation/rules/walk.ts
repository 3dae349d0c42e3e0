import type { ValidationIssue } from '../model.ts'
import type { Rule, RuleContext, Visit } from './model.ts'
import { isObject, type Json } from './read.ts'

/** Deeper than any resource of FHIR goes; what is deeper is refused by the structure rules. */
const MAX_DEPTH = 100
/** Findings after which the walk ends: whoever has that many is told so by `limit.issues`. */
export const MOST_FINDINGS = 200
/** Members that hold resources. */
const RESOURCE_MEMBERS: ReadonlySet<string> = new Set(['contained', 'resource', 'outcome'])

/** Rules by the members that they look at. */
export type RuleIndex = ReadonlyMap<string, readonly Rule[]>

/** Arranges rules for `walk`. */
export function indexOf(rules: readonly Rule[]): RuleIndex {
  const members = new Set(rules.flatMap((rule) => rule.members))
  return new Map([...members].map((name) => [name, rules.filter((rule) => rule.members.includes(name))]))
}

/**
 * Applies rules to every object of a resource, in the order of its members; those on a resource before those on its parts.
 * Takes any JSON and throws nothing.
 */
export function walk(resource: Json, rules: RuleIndex, context: RuleContext): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const path: (string | number)[] = [typeof resource.resourceType === 'string' ? resource.resourceType : 'Resource']
  const at = (): string => expressionOf(path)
  const ofResources = rules.get('resourceType') ?? []
  const ask = (member: string, candidates: readonly Rule[], node: Json, around: Surroundings): void => {
    const value = node[member]
    for (const { looksAt, check } of candidates) {
      if (issues.length >= MOST_FINDINGS || !looksAt(value, node)) continue
      const { resource, resourceDepth, bundle } = around
      for (const issue of check({ node, path, at, resource, resourceDepth, bundle }, context, member)) {
        issues.push(issue)
        if (issues.length >= MOST_FINDINGS) return
      }
    }
  }
  const enterResource = (node: Json, outer: Surroundings): void => {
    const around = { resource: node, resourceDepth: path.length, bundle: outer.bundle }
    ask('resourceType', ofResources, node, around)
    enter(node, node.resourceType === 'Bundle' ? { ...around, bundle: node } : around)
  }
  const enter = (node: Json, around: Surroundings): void => {
    if (path.length > MAX_DEPTH || issues.length >= MOST_FINDINGS) return
    for (const name in node) {
      const value = node[name]
      if (typeof value === 'object') {
        if (value !== null) descend(name, value, around)
      } else {
        const candidates = rules.get(name)
        if (candidates !== undefined && candidates !== ofResources) ask(name, candidates, node, around)
      }
    }
  }
  const descend = (name: string, value: object, around: Surroundings): void => {
    const into = RESOURCE_MEMBERS.has(name) ? enterResource : enter
    if (!Array.isArray(value)) {
      if (!isObject(value)) return
      path.push(name)
      into(value, around)
      path.pop()
      return
    }
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      if (!isObject(item)) continue
      path.push(name, index)
      into(item, around)
      path.length -= 2
    }
  }
  enterResource(resource, { resource, resourceDepth: 1, bundle: undefined })
  return issues
}

type Surroundings = Pick<Visit, 'resource' | 'resourceDepth' | 'bundle'>

/** FHIRPath of a place: `Bundle.entry[1].resource.extension[0].value`, a choice being named by its stem. */
function expressionOf(path: readonly (string | number)[]): string {
  let expression = ''
  for (const step of path) {
    if (typeof step === 'number') expression += `[${step}]`
    else expression += `${expression === '' ? '' : '.'}${/^value[A-Z]/.test(step) ? 'value' : step}`
  }
  return expression
}
