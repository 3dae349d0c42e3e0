import type { Condition, SearchableType } from '../../store/store.ts'
import { anyOf, conditionsOf, refersTo } from './conditions.ts'
import { SearchError } from './errors.ts'
import type { Chain, ChainStep, SearchParameter } from './model.ts'
import { parameterOf, SEARCH_PARAMETERS } from './parameters.ts'
import type { ValueContext } from './values.ts'

/** A condition on other resources: they are looked up first, then take part as references. See `resolveChain`. */
export interface ChainedLookup {
  kind: 'chain'
  /** The searched type. */
  type: SearchableType
  /** `patient.identifier`, `author.family`…: for messages. */
  parameter: string
  /** What the resource itself says: contained resources, logical references. */
  direct: Condition | undefined
  lookups: readonly Lookup[]
}

/** Resources to look up, and the parameters through which the searched type may refer to them. */
export interface Lookup {
  type: SearchableType
  conditions: readonly Condition[]
  /** Parameters that may name what is found. */
  matches: readonly string[]
  /** What stands between: these are looked up by their reference to what is found, and may be named in turn. */
  through: { type: SearchableType; parameter: string; matches: readonly string[] } | undefined
}

/** A chained parameter name in its parts. */
export interface ChainName {
  parameter: SearchParameter
  chain: Chain
  /** Type that the client named: `source:PractitionerRole.…`. */
  named: string | undefined
  modifier: string | undefined
}

/**
 * Reads `via[:Type].rest[:modifier]`, where the rest may itself be a chain that the table knows as an alias. undefined
 * when the table has no such chain; SearchError when the type is none of the reference's.
 */
export function chainOf(type: SearchableType, name: string): ChainName | undefined {
  const segments = name.split('.').map((segment) => splitOnce(segment, ':'))
  const [[via, named] = ['', undefined], ...rest] = segments
  const tail = rest.map(([segment]) => segment).join('.')
  const parameter = SEARCH_PARAMETERS[type].find(
    ({ name, chain }) => chain?.via === via && (name === `${via}.${tail}` || chain.aliases?.includes(tail) === true),
  )
  if (parameter?.chain === undefined) return undefined
  if (named !== undefined && parameterOf(type, via)?.targets?.includes(named) !== true) {
    throw new SearchError('search.modifier-unknown', { type, parameter: via })
  }
  return { parameter, chain: parameter.chain, named, modifier: rest.at(-1)?.[1] }
}

/** The lookup that a chained parameter of a query asks for. Throws SearchError as `conditionsOf` does. */
export function chainedLookup(
  type: SearchableType,
  { parameter, chain, named, modifier }: ChainName,
  values: readonly string[],
  context: ValueContext,
): ChainedLookup {
  const own = chain.direct ?? (parameter.from === undefined ? undefined : parameter.name)
  const [direct] = own === undefined ? [] : conditionsOf(type, { ...parameter, name: own }, modifier, values, context)
  const lookups = chain.steps.flatMap((step): Lookup[] => {
    const target = parameterOf(step.type, step.parameter)
    const route = routeOf(type, chain.via, step, named)
    if (target === undefined || route === undefined) return []
    return [{ type: step.type, conditions: conditionsOf(step.type, target, modifier, values, context), ...route }]
  })
  return { kind: 'chain', type, parameter: parameter.name, direct, lookups }
}

/**
 * Follows a chain: `find` gives the ids of the resources of a type that meet conditions. Answers the condition that
 * takes the chain's place in the search.
 */
export async function resolveChain(
  chain: ChainedLookup,
  find: (type: SearchableType, conditions: readonly Condition[]) => Promise<readonly string[]>,
): Promise<Condition> {
  const alternatives: Condition[] = chain.direct === undefined ? [] : [chain.direct]
  const add = (type: SearchableType, ids: readonly string[], matches: readonly string[]) => {
    if (ids.length === 0) return
    const addresses = ids.map((id) => `${type}/${id}`)
    for (const parameter of matches) alternatives.push(refersTo(chain.type, parameter, addresses))
  }
  for (const { type, conditions, matches, through } of chain.lookups) {
    const found = await find(type, conditions)
    add(type, found, matches)
    if (through === undefined || found.length === 0) continue
    const addresses = found.map((id) => `${type}/${id}`)
    const between = await find(through.type, [refersTo(through.type, through.parameter, addresses)])
    add(through.type, between, through.matches)
  }
  return anyOf(alternatives)
}

/** How what a step finds may be referred to, given the type that the client named; undefined when it cannot. */
function routeOf(
  type: SearchableType,
  via: string,
  { type: target, through, onlyNamed }: ChainStep,
  named: string | undefined,
): Pick<Lookup, 'matches' | 'through'> | undefined {
  const between = through !== undefined && (named === undefined || named === through.type)
  const itself = named === undefined ? onlyNamed !== true : named === target
  const behind = through === undefined ? [] : behindRoles(type, via, through.parameter)
  if (!itself && !between) return undefined
  return {
    matches: [...(itself ? [via] : []), ...(between ? behind : [])],
    through: between ? { ...through, matches: [via] } : undefined,
  }
}

/** The index of what contained roles point at (see actors.ts), when the type has one. */
function behindRoles(type: SearchableType, via: string, parameter: string): readonly string[] {
  const name = `${via}.${parameter}`
  return SEARCH_PARAMETERS[type].some((known) => known.name === name && known.internal === true) ? [name] : []
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)]
}
