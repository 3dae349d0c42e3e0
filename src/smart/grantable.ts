import { formatScope, narrowed, parseScopes, type ResourceScope, ScopeError } from './scopes.ts'
import { isTransaction } from './transactions.ts'

/** The scope by which a client or its token may introspect the tokens of others (SMART 1.11: a private scope). */
export const INTROSPECT = '__introspect'

/** The scope by which the server of a DPI prepares a contextual call (smart-launch.md 4.2). */
export const PREPARE_CALL = '__dcc.context.create'

/** Private scopes of back ends. */
const PRIVATE: ReadonlySet<string> = new Set([INTROSPECT, PREPARE_CALL])

/** Scopes of a launch and of who has signed in that this server understands. There is no encounter here. */
const OF_LAUNCHES: ReadonlySet<string> = new Set([
  'launch',
  'launch/patient',
  'openid',
  'fhirUser',
  'profile',
  'offline_access',
  'online_access',
])

/** What a client is, as far as its scopes go. */
export interface ScopeHolder {
  /** It can show who it is by a key: it may act for itself. */
  keys: boolean
  /** People use it: it may act for them. */
  people: boolean
}

/**
 * The scopes of a text that a client cannot have. Those of back ends are for clients with keys; they cannot hold search
 * restrictions, which are not kept for back ends and hence not granted. Those of people are for clients with redirects.
 */
export function refusedScopes(text: string, { keys, people }: ScopeHolder = { keys: true, people: false }): string[] {
  const { scopes, context, unknown } = parsed(text)
  const mayHave = ({ level, criteria }: ResourceScope) => (level === 'system' ? keys && criteria.length === 0 : people)
  return [
    ...scopes.filter((scope) => !mayHave(scope)).map(formatScope),
    ...context.filter((word) => !people || !OF_LAUNCHES.has(word)),
    ...unknown.filter((word) => !keys || !(PRIVATE.has(word) || isTransaction(word))),
  ]
}

/**
 * What is granted of what a back end asks for: all of it, or undefined when it asks for nothing, for what no back end
 * can have, or for more than it is registered with (pitfall 21: the library would leave it out without a word).
 */
export function grantedScope(requested: string, registered: string): string | undefined {
  if (requested.trim() === '' || refusedScopes(requested).length > 0) return undefined
  const [asked, limits] = [parsed(requested), parsed(registered)]
  if (asked.unknown.some((word) => !limits.unknown.includes(word))) return undefined
  if (!asked.scopes.every((scope) => covers(limits.scopes, scope))) return undefined
  return [...asked.scopes.map(formatScope), ...asked.unknown].join(' ')
}

/**
 * What is granted of what an app asks for somebody: as much as it is registered with (smart-launch.md 1.6: granting less
 * is legal, and told by the scope of the answer). '' when nothing is left. `profile` is `fhirUser` of the first version.
 */
export function grantedToPerson(requested: string, registered: string): string {
  const [asked, limits] = [parsed(requested), parsed(registered)]
  const known = new Set(limits.context.flatMap((word) => (word === 'fhirUser' ? [word, 'profile'] : [word])))
  const words = asked.context.filter((word) => known.has(word) && OF_LAUNCHES.has(word))
  const scopes = asked.scopes.filter(({ level }) => level !== 'system')
  return [...words, ...left(scopes, limits.scopes).map(formatScope)].join(' ')
}

/** What is left of the scopes of a token: a registration that was narrowed narrows its tokens at once. */
export function remainingScope(granted: string, registered: string): string {
  const [had, limits] = [parsed(granted), parsed(registered)]
  const words = had.unknown.filter((word) => limits.unknown.includes(word))
  const ofPerson = grantedToPerson(granted, registered).split(' ')
  const context = had.context.filter((word) => ofPerson.includes(word))
  return [...context, ...left(had.scopes, limits.scopes).map(formatScope), ...words].join(' ')
}

/** Each scope whole where it is covered, else what it has in common with the limits. */
function left(scopes: readonly ResourceScope[], limits: readonly ResourceScope[]): ResourceScope[] {
  return scopes.flatMap((scope) => (covers(limits, scope) ? [scope] : narrowed([scope], limits)))
}

/** Whether scopes together give all the letters of one, on every type that it names. */
function covers(limits: readonly ResourceScope[], { level, type, letters }: ResourceScope): boolean {
  const fitting = limits.filter(
    (limit) => limit.level === level && limit.criteria.length === 0 && (limit.type === '*' || limit.type === type),
  )
  return letters.every((letter) => fitting.some((limit) => limit.letters.includes(letter)))
}

function parsed(text: string) {
  try {
    return parseScopes(text)
  } catch (error) {
    if (error instanceof ScopeError) return { scopes: [], context: [], unknown: ['too long'] }
    throw error
  }
}
