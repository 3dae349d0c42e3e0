import { isSearchable, isStoredType } from '../fhir/resource-types.ts'
import { SearchError } from '../fhir/search/errors.ts'
import { SEARCH_PARAMETERS } from '../fhir/search/parameters.ts'
import { parseSearch } from '../fhir/search/query.ts'
import { resourceFacts } from '../fhir/xml/table.ts'
import type { SearchableType } from '../store/store.ts'
import type { Letter } from './interactions.ts'

/** Whose rights a scope delegates: those in one patient's record, those of a user, those of the client itself. */
export type Level = 'patient' | 'user' | 'system'

/** A resource scope (smart-launch.md 1.6). */
export interface ResourceScope {
  level: Level
  /** A FHIR type, or `*`. */
  type: string
  /** In the order c, r, u, d, s. */
  letters: readonly Letter[]
  /** Search restrictions, all to be met; name and value percent-decoded. */
  criteria: readonly (readonly [string, string])[]
  /** Written as `.read`, `.write` or `.*`: answered so when it is granted whole. */
  version: 1 | 2
}

/** A scope string taken apart; unknown are all that are none of ours, as they were written. */
export interface ParsedScopes {
  scopes: readonly ResourceScope[]
  /** `launch…`, `openid`, `fhirUser`, `profile`, `offline_access`, `online_access`, without a URI before them. */
  context: readonly string[]
  unknown: readonly string[]
}

/** A scope string that is refused: `scope.too-long`, or `scope.unknown` when read strictly. */
export class ScopeError extends Error {
  readonly key: 'scope.too-long' | 'scope.unknown'
  constructor(key: ScopeError['key']) {
    super(key)
    this.name = 'ScopeError'
    this.key = key
  }
}

/** Most characters of a scope string, scopes in it and restrictions of one of them. */
export const MOST_CHARACTERS = 8192
export const MOST_SCOPES = 200
export const MOST_CRITERIA = 16

/**
 * Takes a scope string apart (smart-launch.md 1.6), each scope once. A scope that is not understood, with letters out of
 * order or a restriction that cannot be kept, is dropped whole into `unknown`; `strict` refuses it. Throws ScopeError.
 */
export function parseScopes(text: string, handling: 'strict' | 'lenient' = 'lenient'): ParsedScopes {
  const words = [...new Set(text.slice(0, MOST_CHARACTERS + 1).split(' '))].filter((word) => word !== '')
  if (text.length > MOST_CHARACTERS || words.length > MOST_SCOPES) throw new ScopeError('scope.too-long')
  const scopes = new Map<string, ResourceScope>()
  const context = new Set<string>()
  const unknown: string[] = []
  for (const word of words) {
    const plain = withoutPrefix(word)
    const own = CONTEXT.test(plain) ? plain : undefined
    const scope = own === undefined ? resourceScope(plain) : undefined
    if (own !== undefined) context.add(own)
    else if (scope !== undefined) scopes.set(formatScope(scope), scope)
    else unknown.push(word)
  }
  if (handling === 'strict' && unknown.length > 0) throw new ScopeError('scope.unknown')
  return { scopes: [...scopes.values()], context: [...context], unknown }
}

/** The scope as it is answered; parsing it gives the same scope. */
export function formatScope({ level, type, letters, criteria, version }: ResourceScope): string {
  const first = version === 1 ? firstVersion(letters) : undefined
  const query = criteria.map(([name, value]) => `${name}=${encoded(value)}`).join('&')
  return `${level}/${type}.${first ?? letters.join('')}${query === '' ? '' : `?${query}`}`
}

/** How the first version writes letters: `read`, `write` or `*`; undefined when it cannot. */
export function firstVersion(letters: readonly Letter[]): string | undefined {
  return Object.entries(FIRST_VERSION).find(([, meant]) => meant === letters.join(''))?.[0]
}

/** What the permissions of the first version mean. */
const FIRST_VERSION: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

const LETTERS: readonly Letter[] = ['c', 'r', 'u', 'd', 's']
const PREFIXES = ['http://smarthealthit.org/fhir/scopes/', 'http://openid.net/specs/openid-connect-core-1_0#']
const CONTEXT =
  /^(openid|fhirUser|profile|offline_access|online_access|launch(\/[a-z]{1,40}(\?role=[\x21\x23-\x5b\x5d-\x7e]{1,200})?)?)$/

function withoutPrefix(word: string): string {
  const prefix = PREFIXES.find((known) => word.startsWith(known))
  return prefix === undefined ? word : word.slice(prefix.length)
}

function resourceScope(word: string): ResourceScope | undefined {
  const [, level, type = '', permission = '', query] =
    /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{1,60})\.([a-z]{1,5}|\*)(?:\?([\x21\x23-\x5b\x5d-\x7e]+))?$/.exec(word) ??
    []
  if (level !== 'patient' && level !== 'user' && level !== 'system') return undefined
  if (type !== '*' && resourceFacts(type) === undefined) return undefined
  const version = Object.hasOwn(FIRST_VERSION, permission) ? 1 : 2
  const meant = FIRST_VERSION[permission] ?? permission
  const letters = LETTERS.filter((letter) => meant.includes(letter))
  if (letters.join('') !== meant) return undefined
  const criteria = query === undefined ? [] : criteriaOf(type, query)
  return criteria === undefined ? undefined : { level, type, letters, criteria, version }
}

/** undefined for what the server cannot hold a query and a resource to alike, or would not know the meaning of. */
function criteriaOf(type: string, query: string): ResourceScope['criteria'] | undefined {
  const pairs = query.split('&').map((pair) => pair.split('='))
  const criteria = new Map<string, readonly [string, string]>()
  for (const [name = '', ...rest] of pairs) {
    const value = decoded(rest.join('='))
    if (value === undefined || !isRestriction(type, name, value)) return undefined
    criteria.set(`${name}=${value}`, [name, value])
  }
  return criteria.size > MOST_CRITERIA ? undefined : [...criteria.values()]
}

/** Tokens only: they say the same of a resource at any time. Modifiers and chains are experimental in SMART. */
function isRestriction(type: string, name: string, value: string): boolean {
  if (!isStoredType(type) || !isSearchable(type) || value.trim() === '') return false
  const parameter = SEARCH_PARAMETERS[type].find((known) => known.name === name)
  if (parameter?.type !== 'token' || !/^[A-Za-z][A-Za-z-]*$/.test(name) || parameter.internal === true) return false
  return isReadable(type, name, value)
}

/** Whether a search with it would be understood. */
function isReadable(type: SearchableType, name: string, value: string): boolean {
  const options = { handling: 'strict', maxValues: MOST_CHARACTERS, defaultCount: 1, maxCount: 1 } as const
  try {
    const { conditions } = parseSearch(type, [[name, value]], { ...options, baseUrl: '', now: new Date(0) })
    return conditions.length > 0
  } catch (error) {
    if (error instanceof SearchError) return false
    throw error
  }
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** What a scope cannot hold, or would read as something else, is percent-encoded. */
function encoded(value: string): string {
  return [...value]
    .map((one) => (/^[\x21\x23\x24\x27-\x3c\x3e-\x5b\x5d-\x7e]$/.test(one) ? one : encodeURIComponent(one)))
    .join('')
}
