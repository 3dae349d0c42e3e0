import type { ValidationIssue } from '../model.ts'
import type { Rule, RuleContext, Visit } from './model.ts'
import { isObject, type Json } from './read.ts'

/** Deeper than any resource of FHIR goes; what is deeper is refused by the structure rules. */
const MAX_DEPTH = 100

/** Applies rules to every object of a resource, in the order of its members. Takes any JSON and throws nothing. */
export function walk(resource: Json, rules: readonly Rule[], context: RuleContext): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const path: (string | number)[] = [typeof resource.resourceType === 'string' ? resource.resourceType : 'Resource']
  const at = (): string => expressionOf(path)
  const enter = (node: Json, outer: Surroundings): void => {
    const starts = typeof node.resourceType === 'string'
    const around = starts ? { ...outer, resource: node, resourceDepth: path.length } : outer
    const visit: Visit = { node, path, at, ...around }
    for (const rule of rules) issues.push(...rule(visit, context))
    if (path.length > MAX_DEPTH) return
    const within = node.resourceType === 'Bundle' ? { ...around, bundle: node } : around
    for (const name in node) descend(name, node[name], within)
  }
  const descend = (name: string, value: unknown, around: Surroundings): void => {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index]
        if (!isObject(item)) continue
        path.push(name, index)
        enter(item, around)
        path.length -= 2
      }
    } else if (isObject(value)) {
      path.push(name)
      enter(value, around)
      path.pop()
    }
  }
  enter(resource, { resource, resourceDepth: 1, bundle: undefined })
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
