import { type NextFunction, type Request, type Response, Router } from 'express'
import { requestIdOf } from '../http/request-id.ts'
import { SmartError, type SmartErrorKey, smartErrorText } from '../smart/errors.ts'
import { type Allowance, limitedByAddress, openRate } from '../smart/oidc/rate.ts'
import { SignInRefused } from '../smart/psc/sign-in.ts'
import { COOKIES, cookieOf } from './cookies.ts'
import { framesOf } from './frame-origins.ts'
import { isFramed } from './frames.ts'
import { activity } from './login-activity.ts'
import { backchannelLogout } from './login-backchannel.ts'
import { logout } from './login-out.ts'
import { openSession } from './login-session.ts'
import { type PageFrame, renderPage, sendPage } from './pages.ts'
import { browserOf, caught, ownAddress, type Pages, type WebOptions } from './visit.ts'

/** Below it each provider has a callback of its own: the answer of one is never taken for that of another. */
const CALLBACK = '/login/callback'

/** What writes or asks a provider before anybody is known. */
const COSTLY = ['/login/start', CALLBACK, '/login/backchannel-logout']
/** Of one address, which may be the proxy of a region: everybody who begins work at once, and not more. */
const ALLOWANCE: Allowance = { atOnce: 600, perSecond: 50 }

/**
 * Sign-in of professionals: `/login` with a button for each identity provider, `/login/start/{provider}` to it,
 * `/login/callback/{provider}` back, `/login/activity` for who practises at several places, `/logout`.
 */
export const login: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const { signIn } = options
  router.use(COSTLY, limitedByAddress(openRate(ALLOWANCE, options.now)))
  router.get(
    '/login',
    caught(async (request, response) => {
      const next = ownAddress(request.query.next) ?? '/'
      const isSignedIn = (await visits.sessionOf(request)) !== undefined
      if (isSignedIn) return response.redirect(303, next)
      const framed = isFramed(request)
      const [only, ...others] = signIn.providers
      const isOneWay = only !== undefined && others.length === 0 && !framed
      if (isOneWay && AT_ONCE.test(next)) return response.redirect(303, startAddress(only.id, next))
      sendLogin(options, response, { next, framed })
    }),
  )
  router.get(
    '/login/start/:provider',
    offering(options, async (request: Request<{ provider: string }>, response) => {
      const next = ownAddress(request.query.next) ?? '/'
      const browser = browserOf(request, response)
      const address = await within(next, () => signIn.begin(request.params.provider, browser, next))
      response.redirect(303, address.href)
    }),
  )
  router.get(
    `${CALLBACK}/:provider`,
    offering(options, async (request: Request<{ provider: string }>, response) => {
      const browser = cookieOf(request, COOKIES.browser)
      const { searchParams } = new URL(request.originalUrl, options.origin)
      const arrival = await signIn.finish(request.params.provider, browser, searchParams)
      const [only, ...others] = arrival.situations
      if (only !== undefined && others.length === 0) {
        await openSession(options, visits, request, response, arrival, only)
        return response.redirect(303, arrival.next)
      }
      await signIn.keepChoice(browserOf(request, response), arrival)
      response.redirect(303, '/login/activity')
    }),
  )
  router.use(activity(options, visits), logout(options, visits), backchannelLogout(options, visits))
  return router
}

/**
 * Where a click elsewhere has asked for something of ours, a call or an app: with one provider there is nothing to choose
 * here, and who has signed in there already needs no second click. A refusal stops at the page.
 */
const AT_ONCE = /^\/(calls|interaction)\//

function startAddress(provider: string, next: string): string {
  return `/login/start/${encodeURIComponent(provider)}?${new URLSearchParams({ next })}`
}

/** What the page of sign-in shows besides its buttons. */
interface LoginPage {
  next: string
  /** Why the attempt before it was refused. */
  refusal?: SmartErrorKey
  /** Shown in a frame of a DPI: a provider is shown in a window of its own, where its address can be seen. */
  framed?: boolean
}

function sendLogin({ signIn }: WebOptions, response: Response, { next, refusal, framed = false }: LoginPage): void {
  const key = refusal ?? (signIn.providers.length === 0 ? 'sign-in.none' : undefined)
  const providers = signIn.providers.map(({ id, name }) => ({
    name,
    href: startAddress(id, next),
  }))
  const text = key && smartErrorText(key)
  if (text !== undefined) response.status(text.status)
  const frame: PageFrame = { title: text?.title ?? 'Connexion' }
  const fault = text && { key, fr: text.fr, en: text.en, requestId: requestIdOf(response) }
  const page = renderPage('login', frame, {
    providers,
    fault,
    framed,
    isStandIn: signIn.providers.some(({ isStandIn }) => isStandIn),
  })
  sendPage(response, page, { frameOrigins: framesOf(response).origins })
}

/** Runs a step of sign-in; when it is refused, the page offers to begin again, and the refusal is traced. */
function offering<P>(
  options: WebOptions,
  step: (request: Request<P>, response: Response) => Promise<void>,
): (request: Request<P>, response: Response, next: NextFunction) => void {
  const refused = async (error: unknown, response: Response): Promise<void> => {
    if (!(error instanceof SmartError) || !error.key.startsWith('sign-in.')) throw error
    const next = error instanceof SignInRefused ? error.next : undefined
    if (error.key !== 'sign-in.unknown-provider') {
      await options.traces.record({
        kind: 'login-refused',
        actor: undefined,
        client: undefined,
        patientId: undefined,
        detail: error.key,
        requestId: requestIdOf(response),
      })
    }
    sendLogin(options, response, { next: next ?? '/', refusal: error.key })
  }
  return (request, response, next) => {
    step(request, response)
      .catch((error: unknown) => refused(error, response))
      .catch(next)
  }
}

/** Where the person wanted to go is not forgotten when a step fails. */
async function within<T>(next: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw error instanceof SmartError ? new SignInRefused(error.key, next, { cause: error }) : error
  }
}
