import { formatScope, narrowed, parseScopes, type ResourceScope, ScopeError } from './scopes.ts'

/** The scope by which a client or its token may introspect the tokens of others (SMART 1.11: a private scope). */
export const INTROSPECT = '__introspect'

/**
 * The scopes of a text that no back end can have: those of patients and users, of launches, unknown ones, and search
 * restrictions, which are not kept for back ends and hence not granted.
 */
export function refusedScopes(text: string): string[] {
  const { scopes, context, unknown } = parsed(text)
  const resource = scopes.filter(({ level, criteria }) => level !== 'system' || criteria.length > 0).map(formatScope)
  return [...resource, ...context, ...unknown.filter((word) => word !== INTROSPECT)]
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

/** What is left of the scopes of a token: a registration that was narrowed narrows its tokens at once. */
export function remainingScope(granted: string, registered: string): string {
  if (grantedScope(granted, registered) !== undefined) return granted
  const [had, limits] = [parsed(granted), parsed(registered)]
  const words = had.unknown.filter((word) => limits.unknown.includes(word))
  return [...narrowed(had.scopes, limits.scopes).map(formatScope), ...words].join(' ')
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
