import type { ExtensionContext, ProfileTree } from '../model.ts'
import { pathContext } from './extension-paths.ts'
import { isObject } from './json.ts'
import type { Run } from './run.ts'
import type { Check, Compiler, Owner } from './types.ts'

/**
 * Whether an extension may stand where it does (validation.md X3): decided when compiled as far as the definition of
 * the place tells, by the path from the resource otherwise, and by what FHIRPath contexts lead to.
 */
export function contextRule(compiler: Compiler, extension: ProfileTree, owner: Owner): Check | undefined {
  const contexts = extension.contexts ?? []
  if (contexts.length === 0) return undefined
  const names = namesOf(owner, (type) => compiler.definitions(type)?.base)
  if (contexts.some((context) => accepts(context, names, owner))) return undefined
  const wanted = contexts.map(({ expression }) => expression).join(', ')
  const elements = new Set(contexts.filter(({ type }) => type === 'element').map(({ expression }) => bare(expression)))
  const paths = contexts
    .filter(({ type }) => type === 'fhirpath')
    .map(({ expression }) => pathContext(compiler, expression))
  return (value, run, depth) => {
    if (elements.has(ownerPath(run, depth)) || !isObject(value)) return
    const verdicts = paths.map((leadsTo) => leadsTo(value, run))
    if (verdicts.includes(true)) return
    if (verdicts.includes(undefined))
      return run.report(depth, 'warning', 'extension.context-not-evaluated', { allowed: wanted }, extension.url)
    run.report(depth, 'error', 'extension.context', { allowed: wanted }, extension.url)
  }
}

/** Path of the element that is extended, from the nearest resource on. */
function ownerPath(run: Run, depth: number): string {
  return run.definitionPath(depth - 1)
}

/** All names that a context may have for the place: its path, its type and what that type stands on. */
function namesOf(owner: Owner, baseOf: (type: string) => string | undefined): ReadonlySet<string> {
  const names = new Set([owner.path, owner.type])
  let type: string | undefined = owner.type.includes('.') ? 'BackboneElement' : owner.type
  for (let steps = 0; type !== undefined && steps < 8; steps += 1) {
    names.add(type)
    type = baseOf(type)?.replace(FHIR, '').split('|')[0]
  }
  if (owner.tree.kind !== 'resource' || owner.path.includes('.')) names.add('Element')
  else names.add('Resource').add('DomainResource')
  return names
}

const FHIR = 'http://hl7.org/fhir/StructureDefinition/'

function accepts({ type, expression }: ExtensionContext, names: ReadonlySet<string>, owner: Owner): boolean {
  if (type === 'fhirpath') return false
  if (type === 'extension') return owner.tree.type === 'Extension' && expression.split('#')[0] === owner.tree.url
  const path = bare(expression)
  return names.has(path) || path === 'Element' || path === '*'
}

/** `Observation.value[x]` and `http://hl7.org/fhir/StructureDefinition/Patient#Patient.name` as bare paths. */
function bare(expression: string): string {
  return expression
    .slice(expression.indexOf('#') + 1)
    .replace(FHIR, '')
    .replace(/\[x\]$/, '')
}
