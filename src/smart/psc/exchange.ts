import type { Professional } from '../../dcc/professional.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { SmartError } from '../errors.ts'
import { hashOf } from '../secrets.ts'
import { professionalOf } from './claims.ts'
import { type IdentityProvider, PSC } from './model.ts'
import { openRelyingParty, type RelyingParty } from './relying-party.ts'
import { type Report, telling } from './report.ts'

/** What a token that is exchanged must be. */
export interface ExchangeRules {
  /** The clients of Pro Santé Connect (`azp`) whose tokens the caller may bring: of its own DPI, not of any other. */
  azp: readonly string[]
  /** The place that the caller acts for, when the professional has several (FINESS or SIRET): one of theirs. */
  structure?: string
}

/** What the exchange works with. */
export interface ExchangeSettings {
  providers: readonly IdentityProvider[]
  store: AuthorizationStore
  /** Milliseconds since 1970. */
  now(): number
  report: Report
}

/**
 * Whom an access token of Pro Santé Connect is of, for a token exchange. Rejects with SmartError: `sign-in.untrusted` for
 * a token that is not right, `sign-in.unavailable` when nobody can say.
 */
export type SubjectOf = (accessToken: string, rules: ExchangeRules) => Promise<Professional>

/** Asks Pro Santé Connect whom tokens are of; undefined where it is not configured. */
export function openSubjects({ providers, store, now, report }: ExchangeSettings): SubjectOf | undefined {
  const provider = providers.find(({ id }) => id === PSC)
  if (provider === undefined) return undefined
  const [party, told] = [openRelyingParty(provider, now), telling(report)]
  return (accessToken, rules) =>
    told('token-exchange', PSC, () => exchangedSubject(accessToken, rules, { party, store, now }))
}

/** Longest access token that is looked at, in characters. */
const LONGEST = 8192
/** How long a token is remembered as used when it does not say when it ends, in seconds: longer than any lives. */
const REMEMBERED = 3600

/**
 * Whom an access token of Pro Santé Connect is of: active, issued to a client that is allowed, used once here
 * (smart-launch.md 3.5 and 5, "Confused deputy by exchange"). The token is not kept.
 */
async function exchangedSubject(
  accessToken: string,
  rules: ExchangeRules,
  { party, store, now }: { party: RelyingParty; store: AuthorizationStore; now(): number },
): Promise<Professional> {
  if (accessToken === '' || accessToken.length > LONGEST) throw new SmartError('sign-in.untrusted')
  const { said, claims } = await party.introspect(accessToken)
  const { active, azp, typ, sub, exp } = said
  const isAccessToken = typ === undefined || typ === 'Bearer'
  if (active !== true || !isAccessToken || typeof sub !== 'string' || sub === '')
    throw new SmartError('sign-in.untrusted')
  if (typeof azp !== 'string' || !rules.azp.includes(azp)) throw new SmartError('sign-in.untrusted')
  const at = Math.floor(now() / 1000)
  const expiresAt = typeof exp === 'number' && exp > at ? exp + REMEMBERED : at + REMEMBERED
  const isFirst = await store.insert({ model: 'ExchangedToken', id: hashOf(accessToken), payload: '{}', expiresAt })
  if (!isFirst) throw new SmartError('sign-in.untrusted')
  const reading = professionalOf(await claims())
  if ('fault' in reading) throw new SmartError(reading.fault)
  const { situations } = reading
  if (rules.structure === undefined && situations.length === 1) return situations[0]
  const [chosen] = situations.filter(({ activity }) => activity?.structure?.value === rules.structure)
  if (rules.structure !== undefined && chosen === undefined) throw new SmartError('sign-in.not-professional')
  // Of several places none is guessed: the professional acts for none in particular.
  return chosen ?? { ...situations[0], activity: undefined }
}
