import type { Entitlements } from '../dcc/entitlement/model.ts'
import { openView } from '../dcc/entitlement/view.ts'
import type { Professional } from '../dcc/professional.ts'
import type { DccContext } from '../dcc/unit-of-work.ts'
import type { Caller } from '../fhir/caller.ts'
import { FhirError } from '../fhir/errors.ts'
import { type CallerFacts, narrowed, parseScopes, type ResourceScope, verdictsOf } from './scopes.ts'
import { bearerOf, type LiveToken, type Tokens } from './tokens.ts'
import { withTransactions } from './transactions.ts'

/** Who the people behind tokens are, and what they see. */
export interface People {
  entitlements: Pick<Entitlements, 'habilitation'>
  record: Pick<DccContext, 'store' | 'now'>
}

/**
 * Who sends a FHIR request, by its Authorization header. Rejects with FhirError `http.unauthorized` (nothing sent) or
 * `http.token-invalid` (RFC 6750 section 3). The token is looked up here, at every request, and so is the habilitation
 * of the professional behind it: what was revoked is out, at the latest when the token is read again, after a second.
 */
export function authenticator(tokens: Tokens, people: People): (authorization: string | undefined) => Promise<Caller> {
  const callers = new WeakMap<LiveToken, Caller>()
  const persons = new WeakMap<LiveToken, Known>()
  return async (authorization) => {
    if (authorization === undefined) throw refusal('http.unauthorized', 'Bearer')
    const value = bearerOf(authorization)
    const token = value === undefined ? undefined : await tokens.find(value)
    if (token === undefined) throw refusal('http.token-invalid', 'Bearer error="invalid_token"')
    if (token.professional !== undefined) {
      const known = persons.get(token)
      if (known !== undefined && isStill(known, people.record)) return known.caller
      const [commits, at] = [people.record.store.commits, people.record.now().getTime()]
      const caller = await personOf(people, token, token.professional)
      persons.set(token, { caller, commits, at })
      return caller
    }
    const before = callers.get(token)
    if (before !== undefined) return before
    const caller = callerOf(token)
    callers.set(token, caller)
    return caller
  }
}

function refusal(key: string, challenge: string): FhirError {
  return new FhirError(key, { headers: { 'WWW-Authenticate': challenge } })
}

/** What the token gives, and its client still has: a registration that was narrowed narrows its tokens at once. */
function callerOf({ client, scope, expiresAt }: LiveToken): Caller {
  return {
    clientId: client.id,
    hospital: client.hospital,
    validation: client.validation,
    expiresAt,
    allows: verdictsOf(scopesOf(scope, client.scope), { kind: 'system' }),
  }
}

/** A person with what they see, as it was at an instant. */
interface Known {
  caller: Caller
  /** Of this process, up to then. */
  commits: number
  /** Milliseconds since 1970. */
  at: number
}

/** How long it is believed what a person may see, in milliseconds: what another process has changed shows after that. */
const BELIEVED = 1000

/** What a person may see is asked anew as soon as this process has written anything. */
function isStill({ commits, at }: Known, { store, now }: People['record']): boolean {
  return commits === store.commits && Math.abs(now().getTime() - at) < BELIEVED
}

/** What a person is entitled to now. */
async function personOf(
  { entitlements, record }: People,
  { client, scope, expiresAt, launch, fhirUser }: LiveToken,
  professional: Professional,
): Promise<Caller> {
  const right = await entitlements.habilitation(professional)
  if (right === undefined) throw refusal('http.token-invalid', 'Bearer error="invalid_token"')
  const { reach } = right
  const facts: CallerFacts = {
    kind: 'user',
    reach,
    ...(launch?.patientId === undefined ? {} : { patient: launch.patientId }),
    ...(fhirUser === undefined ? {} : { fhirUser }),
  }
  return {
    clientId: client.id,
    hospital: client.hospital,
    validation: client.validation,
    expiresAt,
    allows: verdictsOf(scopesOf(scope, client.scope), facts),
    person: openView(record, { nationalId: professional.nationalId, rpps: professional.rpps, reach }),
  }
}

/** Scope texts come from registrations: there are few, and every request asks for them. */
const known = new Map<string, readonly ResourceScope[]>()
const MOST_KNOWN = 1000

function scopesOf(granted: string, registered: string): readonly ResourceScope[] {
  const key = `${granted}\n${registered}`
  let scopes = known.get(key)
  if (scopes === undefined) {
    const [had, limits] = [granted, registered].map((text) => parseScopes(withTransactions(text)).scopes)
    scopes = narrowed(had ?? [], limits ?? [])
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(key, scopes)
  }
  return scopes
}
