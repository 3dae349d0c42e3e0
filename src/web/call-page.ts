import type { Request, Response } from 'express'
import { requestIdOf } from '../http/request-id.ts'
import type { CallVisit } from '../smart/call/calls.ts'
import { SmartError } from '../smart/errors.ts'
import type { PageContext } from '../smart/page-contexts.ts'
import { isFramed } from './frames.ts'
import { type PageFrame, renderPage, sendPage } from './pages.ts'
import { signedInAs, type Visit } from './visit.ts'

/** The context of a visit to a page of a call: the one that was opened for this draft and no other. */
export function draftContext({ context }: Visit, id: unknown): PageContext {
  if (context === undefined) throw new SmartError('context.unknown')
  if (context.draftId !== id) throw new SmartError('context.other-patient')
  return context
}

/** The context of any page that cannot be without. */
export function contextOf({ context }: Visit): PageContext {
  if (context === undefined) throw new SmartError('context.unknown')
  return context
}

/** Who decides, for the calls. */
export function callVisit({ session }: Visit, response: Response): CallVisit {
  return { session, requestId: requestIdOf(response) }
}

/** The id of an address. */
export function idOf(request: Request): string {
  const { id } = request.params
  return typeof id === 'string' ? id : ''
}

/** Answers a page of somebody who has signed in; the DPI that it was opened from may show it in a frame. */
export function sendVisitPage(
  response: Response,
  { session, context }: Visit,
  template: string,
  frame: PageFrame,
  page: object,
): void {
  const html = renderPage(
    template,
    { signedIn: signedInAs(session), framed: isFramed(response.req), ...frame },
    { csrf: session.csrf, framed: isFramed(response.req), ...page },
  )
  sendPage(response, html, { frameOrigins: context?.dpi?.frameOrigins ?? [] })
}

/** What templates show of the DPI: its name and the way back. */
export function wayBack({ context }: Visit): { dpi: string | undefined; returnUrl: string | undefined } {
  return { dpi: context?.dpi?.name, returnUrl: context?.dpi?.returnUrl }
}
