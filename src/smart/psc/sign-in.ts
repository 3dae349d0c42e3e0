import type { AuthorizationStore } from '../../store/authorization.ts'
import { SmartError, type SmartErrorKey } from '../errors.ts'
import type { Session, Sessions } from '../sessions.ts'
import { describedAssurance } from './assurance.ts'
import { openAttempts } from './attempts.ts'
import { professionalOf } from './claims.ts'
import { professionalOfHospital } from './hospital-claims.ts'
import { openLogoutTokens } from './logout-token.ts'
import type { Arrival, EndedSession, IdentityProvider } from './model.ts'
import { openRelyingParty, type RelyingParty } from './relying-party.ts'
import { type Report, telling } from './report.ts'

/** A sign-in that was refused; `next` is known when the attempt was this browser's. */
export class SignInRefused extends SmartError {
  readonly next: string | undefined
  constructor(key: SmartErrorKey, next: string | undefined, options?: ErrorOptions) {
    super(key, options)
    this.name = 'SignInRefused'
    this.next = next
  }
}

/** Sign-in by the identity providers that are configured. Rejects with SmartError `sign-in.*`. */
export interface SignIn {
  /** Pro Santé Connect first; empty: nobody can sign in. */
  providers: readonly { id: string; name: string; isStandIn: boolean }[]
  /** Begins a sign-in of a browser; where it is sent to. `next` is an address of ours. */
  begin(provider: string, browser: string, next: string): Promise<URL>
  /** Ends it with the parameters that the browser brings back. Rejects with SignInRefused. */
  finish(provider: string, browser: string | undefined, parameters: URLSearchParams): Promise<Arrival>
  /** Keeps who has several places for the page where they choose. */
  keepChoice(browser: string, arrival: Arrival): Promise<void>
  choice(browser: string | undefined): Promise<Arrival | undefined>
  /** Uses the choice, once. */
  takeChoice(browser: string | undefined): Promise<Arrival | undefined>
  /** Told of every session that is opened: its provider may end it. */
  opened(session: Session): Promise<void>
  /** Told of every session that is ended here: what hangs on it ends too. */
  ended(session: EndedSession): Promise<void>
  /** Lets a browser end the session at the provider next. */
  keepDeparture(session: Session, browser: string): Promise<void>
  /** The provider that this browser may sign out of, as its name. */
  departure(browser: string | undefined): Promise<string | undefined>
  /** Where it is sent for that, once; undefined when there is nothing to end. */
  depart(browser: string | undefined, returnTo: string): Promise<URL | undefined>
  /**
   * A provider says that sessions are over (OpenID Connect Back-Channel Logout): whose they were (national ids); undefined
   * when its token is not believed.
   */
  backchannelLogout(provider: string, logoutToken: string): Promise<readonly string[] | undefined>
}

/** What sign-in works with. */
export interface SignInSettings {
  /** `DCC_BASE_URL`. */
  origin: string
  providers: readonly IdentityProvider[]
  store: AuthorizationStore
  sessions: Sessions
  /** Milliseconds since 1970. */
  now(): number
  /** Told of what the operator should know; no identity and no token is in it. */
  report: Report
  /** Ends what hangs on a session elsewhere: tokens of the authorization server. */
  onEnd?: (session: EndedSession) => Promise<void>
}

interface Known {
  provider: IdentityProvider
  party: RelyingParty
}

/** Opens sign-in. Nothing is asked of a provider before somebody signs in. */
export function openSignIn(settings: SignInSettings): SignIn {
  const { providers, store, now, origin } = settings
  const attempts = openAttempts(store, now)
  const logouts = openLogoutTokens(settings)
  const known = new Map<string, Known>(
    providers.map((provider) => [provider.id, { provider, party: openRelyingParty(provider, now) }]),
  )
  const of = (id: string): Known => {
    const found = known.get(id)
    if (found === undefined) throw new SmartError('sign-in.unknown-provider')
    return found
  }
  const redirectUri = (id: string) => `${origin}/login/callback/${id}`
  const told = telling(settings.report)
  return {
    // What stands in for a provider is served by this server itself.
    providers: providers.map(({ id, name, issuer }) => ({ id, name, isStandIn: issuer.startsWith(`${origin}/`) })),
    begin: (id, browser, next) => {
      const { party } = of(id)
      return told('sign-in.begin', id, async () => {
        const secrets = await attempts.begin({ provider: id, browser, next })
        return party.authorizationUrl({ ...secrets, redirectUri: redirectUri(id) })
      })
    },
    async finish(id, browser, parameters) {
      const { provider, party } = of(id)
      const taken = await attempts.take({ provider: id, browser, state: parameters.get('state') ?? '' })
      if (taken === undefined) throw new SignInRefused('sign-in.attempt', undefined)
      const { next } = taken
      try {
        return await told('sign-in.finish', id, async () => {
          const { claims, idClaims, idToken } = await party.redeem(parameters, {
            ...taken,
            redirectUri: redirectUri(id),
          })
          const reading =
            provider.claims === undefined ? professionalOf(claims) : professionalOfHospital(claims, provider.claims)
          if ('fault' in reading) throw new SmartError(reading.fault)
          const assurance = describedAssurance(idClaims)
          return { provider: id, situations: reading.situations, idToken, next, assurance }
        })
      } catch (error) {
        throw error instanceof SmartError ? new SignInRefused(error.key, next, { cause: error }) : error
      }
    },
    keepChoice: (browser, arrival) => attempts.keep('SignInChoice', browser, arrival),
    choice: (browser) => attempts.kept('SignInChoice', browser),
    takeChoice: (browser) => attempts.use('SignInChoice', browser),
    opened: (session) => logouts.remember(session),
    async ended(session) {
      await settings.onEnd?.(session)
    },
    async keepDeparture({ provider, idToken }, browser) {
      if (idToken !== undefined) await attempts.keep('SignOut', browser, { provider, idToken })
    },
    async departure(browser) {
      const left = await attempts.kept('SignOut', browser)
      return left && known.get(left.provider)?.provider.name
    },
    async depart(browser, returnTo) {
      const left = await attempts.use('SignOut', browser)
      const party = left && known.get(left.provider)?.party
      if (left === undefined || party === undefined) return undefined
      return told('sign-out', left.provider, () => party.endSessionUrl(left.idToken, returnTo, 'dcc'))
    },
    backchannelLogout: (id, logoutToken) => {
      const { provider, party } = of(id)
      return told('backchannel-logout', id, () => logouts.accept(provider, party, logoutToken))
    },
  }
}
