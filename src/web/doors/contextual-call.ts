import { json, type NextFunction, type Request, type Response, Router } from 'express'
import { CallFault } from '../../smart/call/call-request.ts'
import { ReplayedContext } from '../../smart/call/context-token.ts'
import { CALL_PATH, type Doors } from '../../smart/call/doors.ts'
import { dpiOfForm, hintsOfForm } from '../../smart/call/form-fields.ts'
import { SmartError } from '../../smart/errors.ts'
import { limitedByAddress, openRate } from '../../smart/oidc/rate.ts'
import { caught, formBody, type Pages } from '../visit.ts'
import { CALL_ALLOWANCE } from './allowance.ts'
import { traceCall } from './refusals.ts'

/**
 * `POST /contextual-call` (smart-launch.md 4.2 C2): JSON with a token, from the server of a DPI, is answered with the
 * address to open; a form from its browser, with a signed and encrypted context or with unsigned hints, leads there.
 */
export const contextualCall: Pages = ({ doors, now }) => {
  const router = Router({ caseSensitive: true, strict: true })
  if (doors === undefined) return router
  // Who tries handles or contexts without end waits.
  router.post([CALL_PATH, '/c/:handle'], limitedByAddress(openRate(CALL_ALLOWANCE, now)))
  const fromServer = json({ limit: '32kb', type: ['application/json', 'application/*+json'] })
  router.post(CALL_PATH, (request: Request, response: Response, next: NextFunction) => {
    if (request.is(FORM) !== false) return next()
    fromServer(request, response, (error) => {
      if (error !== undefined) answerJson(response, 400, { error: 'invalid_request' })
      else prepare(doors, request, response).catch(next)
    })
  })
  router.post(
    CALL_PATH,
    formBody,
    caught(async (request, response) => {
      const handle = await doors.handles.keep(await called(doors, request, response))
      response.redirect(303, `/c/${handle}`)
    }),
  )
  return router
}

const FORM = 'application/x-www-form-urlencoded'

async function prepare({ prepare, traces }: Doors, request: Request, response: Response): Promise<void> {
  const { status, body, challenge, dpiId, refusal } = await prepare(request.headers.authorization, request.body)
  if (refusal === undefined) await traceCall(traces, response, 'call-received', dpiId, 'server')
  else await traceCall(traces, response, 'call-refused', dpiId, refusal)
  if (challenge !== undefined) response.setHeader('WWW-Authenticate', challenge)
  answerJson(response, status, body)
}

function answerJson(response: Response, status: number, body: object): void {
  response.status(status).setHeader('Cache-Control', 'no-store')
  response.json(body)
}

async function called(doors: Doors, request: Request, response: Response) {
  const { dpis, readContext, traces } = doors
  const form: Readonly<Record<string, unknown>> = request.body ?? {}
  const { context_token: token } = form
  const dpi = token === undefined ? await dpis.first((all) => dpiOfForm(all, form)) : undefined
  try {
    if (token === undefined && dpi === undefined) throw new CallFault('no context and no form of a registered DPI')
    const call = dpi === undefined ? await readContext(String(token)) : hintsOfForm(dpi, form)
    await traceCall(traces, response, 'call-received', call.dpiId, dpi === undefined ? 'context' : 'form')
    return call
  } catch (error) {
    if (error instanceof ReplayedContext) {
      await traceCall(traces, response, 'call-replayed', error.dpiId, 'context')
      throw new SmartError('call.used')
    }
    if (!(error instanceof CallFault)) throw error
    const { reason, saidToBeOf } = error
    const detail = saidToBeOf === undefined ? reason : `${reason} (said to be of ${saidToBeOf})`
    await traceCall(traces, response, 'call-refused', dpi?.id, detail)
    throw new SmartError(reason === 'iss' ? 'call.unknown-dpi' : 'call.invalid')
  }
}
