import type { Request, Response } from 'express'
import { framesOf } from './frame-origins.ts'

/**
 * The cookies of this server. `__Host-`: only over TLS (or on this machine), of this host alone, for every path: nobody
 * beside the server can set them.
 */
export const COOKIES = {
  /** The session of a professional. */
  session: '__Host-dcc',
  /** Who the browser is before anybody has signed in: a call or sign-in that it began is its own. */
  browser: '__Host-dcc-b',
} as const

/** The name of one of them. */
export type CookieName = (typeof COOKIES)[keyof typeof COOKIES]

/** The value of a cookie of a request; the first one when there are several. */
export function cookieOf(request: Pick<Request, 'headers'>, name: CookieName): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/**
 * Sets a cookie until the browser is closed. `None` only where a registered DPI of another site shows pages in a frame;
 * what a form changes is held by its token, not by the cookie.
 */
export function setCookie(response: Response, name: CookieName, value: string): void {
  response.append('Set-Cookie', `${name}=${value}; ${rightsOf(response)}`)
}

/** Removes a cookie. */
export function clearCookie(response: Response, name: CookieName): void {
  response.append('Set-Cookie', `${name}=; ${rightsOf(response)}; Max-Age=0`)
}

function rightsOf(response: Response): string {
  return `Path=/; Secure; HttpOnly; SameSite=${framesOf(response).elsewhere ? 'None' : 'Lax'}`
}
