import { createHmac, timingSafeEqual } from 'node:crypto'
import { type NextFunction, type Request, type RequestHandler, type Response, type Router, urlencoded } from 'express'
import type { Entitlements, Habilitation } from '../dcc/entitlement/model.ts'
import type { Traces } from '../dcc/traces.ts'
import type { DccContext } from '../dcc/unit-of-work.ts'
import type { Apps } from '../smart/apps.ts'
import type { Calls } from '../smart/call/calls.ts'
import type { Doors } from '../smart/call/doors.ts'
import { SmartError } from '../smart/errors.ts'
import type { Authorizations } from '../smart/oidc/pending.ts'
import type { PageContext, PageContexts } from '../smart/page-contexts.ts'
import type { SignIn } from '../smart/psc/sign-in.ts'
import { newSecret, SECRET, type Session, type Sessions } from '../smart/sessions.ts'
import { COOKIES, cookieOf, setCookie } from './cookies.ts'
import type { PageFrame } from './pages.ts'

/** What pages work with. */
export interface WebOptions {
  /** `DCC_BASE_URL`. */
  origin: string
  dcc: DccContext
  sessions: Sessions
  contexts: PageContexts
  entitlements: Entitlements
  /** Authorizations of apps that wait for who is in front of the browser. */
  authorization: Authorizations
  traces: Traces
  /** Apps that the sheet opens, where there are any. */
  apps?: Apps
  signIn: SignIn
  /** Contextual calls, where the server takes them. */
  calls?: Calls
  /** The ways in for calls of DPIs. */
  doors?: Doors
  /** Whether this is the demonstration, which has pages of its own (`/demo/dpi`). */
  demo?: boolean
  /** Milliseconds since 1970. */
  now(): number
}

/** One request of a professional who has signed in and may use the DCC. */
export interface Visit {
  session: Session
  habilitation: Habilitation
  /** What the page was opened for, when its address or form says so. */
  context: PageContext | undefined
}

/** The parameter and form member that carry the context of a page. */
export const CONTEXT = 'contexte'
/** The form member that carries the token of the session. */
export const CSRF = 'jeton'

/** A page or form of somebody who has signed in. */
type Handler = (visit: Visit, request: Request, response: Response) => Promise<void> | void

/** How pages and forms are guarded. */
export interface Visits {
  /** A page (GET): sends who has not signed in to the sign-in and back. */
  page(handler: Handler): RequestHandler[]
  /** A form (POST, urlencoded): holds it to the session by its token, besides. */
  form(handler: Handler): RequestHandler[]
  /** The session of a request, if any. */
  sessionOf(request: Request): Promise<Session | undefined>
}

/** A group of pages: what it serves, from what pages work with. */
export type Pages = (options: WebOptions, visits: Visits) => Router

/** Guards pages by session, habilitation, context and form token. Errors go to the error page. */
export function openVisits({ sessions, contexts, entitlements }: WebOptions): Visits {
  const sessionOf = (request: Request) => sessions.find(cookieOf(request, COOKIES.session))
  const visitOf = async (session: Session, contextId: unknown): Promise<Visit> => {
    const habilitation = await entitlements.habilitation(session.professional)
    if (habilitation === undefined) throw new SmartError('professional.not-habilitated')
    if (contextId === undefined) return { session, habilitation, context: undefined }
    const context = await contexts.find(String(contextId), session.uid)
    if (context === undefined) throw new SmartError('context.unknown')
    return { session, habilitation, context }
  }
  return {
    sessionOf,
    page: (handler) => [
      caught(async (request, response) => {
        const session = await sessionOf(request)
        if (session === undefined) return response.redirect(303, signInAddress(request.originalUrl))
        await handler(await visitOf(session, request.query[CONTEXT]), request, response)
      }),
    ],
    form: (handler) => [
      sameOrigin,
      formBody,
      caught(async (request, response) => {
        const session = await sessionOf(request)
        if (session === undefined || !isOfSession(request, session)) throw new SmartError('form.forged')
        await handler(await visitOf(session, request.body?.[CONTEXT]), request, response)
      }),
    ],
  }
}

/** Whether a form comes from a page of the session. */
export function isOfSession(request: Request, { csrf }: Pick<Session, 'csrf'>): boolean {
  return sameText(field(request, CSRF), csrf)
}

/** Who has signed in, as the top of every page says it. */
export function signedInAs({ professional, csrf }: Session): NonNullable<PageFrame['signedIn']> {
  const { given, family, activity } = professional
  return { name: `${given} ${family}`.trim(), structure: activity?.structureName ?? '', csrf }
}

/** Where somebody signs in who wants to see a page of ours. */
export function signInAddress(next: string): string {
  return `/login?${new URLSearchParams({ next })}`
}

/** The address of a patient's sheet within a context. */
export function sheetAddress(patientId: string, contextId: string): string {
  return `/patients/${encodeURIComponent(patientId)}?${CONTEXT}=${contextId}`
}

/** The address within this server that a parameter names; undefined for any other (no open redirect). */
export function ownAddress(next: unknown): string | undefined {
  if (typeof next !== 'string' || next.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next)) return undefined
  const url = URL.parse(next, 'http://own.invalid')
  return url?.origin === 'http://own.invalid' && !next.includes('\\') ? next : undefined
}

/** A form field, '' when it is not there or there twice. */
export function field(request: Request, name: string): string {
  const value: unknown = request.body?.[name]
  return typeof value === 'string' ? value : ''
}

/** The secret of this browser before sign-in; made and set when it has none. */
export function browserOf(request: Request, response: Response): string {
  const known = cookieOf(request, COOKIES.browser)
  if (known !== undefined && SECRET.test(known)) return known
  const secret = newSecret()
  setCookie(response, COOKIES.browser, secret)
  return secret
}

/** The token of a form that is shown before sign-in: bound to the browser, worth nothing without its cookie. */
export function browserToken(browser: string): string {
  return createHmac('sha256', browser).update('dcc-form').digest('base64url')
}

/** Whether a form that was shown before sign-in comes from the browser that it was shown to. */
export function isOfBrowser(request: Request): boolean {
  const known = cookieOf(request, COOKIES.browser)
  return known !== undefined && SECRET.test(known) && sameText(field(request, CSRF), browserToken(known))
}

/** Reads a form body of ordinary size. */
export const formBody = urlencoded({ extended: false, limit: '64kb', parameterLimit: 200 })

/** Runs an asynchronous handler; what it throws goes to the error page. */
export function caught(handler: (request: Request, response: Response) => Promise<void> | void): RequestHandler {
  return (request, response, next) => {
    Promise.resolve(handler(request, response)).catch(next)
  }
}

/** Refuses a form that another site sends: browsers say so. */
export function sameOrigin(request: Request, _response: Response, next: NextFunction): void {
  const site = request.headers['sec-fetch-site']
  next(site === undefined || site === 'same-origin' ? undefined : new SmartError('form.forged'))
}

function sameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
