import { type Request, type Response, Router } from 'express'
import type { CallRequest } from '../../smart/call/call-request.ts'
import type { Doors } from '../../smart/call/doors.ts'
import type { DpiRegistration } from '../../smart/call/dpi-registration.ts'
import { CALLBACK, LaunchFault } from '../../smart/call/smart-app.ts'
import { SmartError } from '../../smart/errors.ts'
import { limitedByAddress, openRate } from '../../smart/oidc/rate.ts'
import { COOKIES, cookieOf } from '../cookies.ts'
import { isFramed, sendOwnWindow } from '../frames.ts'
import { browserOf, caught, type Pages } from '../visit.ts'
import { CALL_ALLOWANCE } from './allowance.ts'
import { isNavigation, traceCall } from './refusals.ts'

/**
 * `GET /launch?iss&launch`, the DCC as a SMART app of a DPI (smart-launch.md 4.2 C1), and `/launch/cb/{dpi}`, where each
 * DPI sends the browser back to. An `iss` that is not registered is refused before anything is asked of it. Without
 * `launch` the DCC opens on search; without `iss` on its home page.
 */
export const launch: Pages = ({ doors, now }) => {
  const router = Router({ caseSensitive: true, strict: true })
  if (doors === undefined) return router
  // Each one writes, and asks the DPI: whoever launches without end waits.
  router.use('/launch', limitedByAddress(openRate(CALL_ALLOWANCE, now)))
  router.get(
    '/launch',
    caught((request, response) => begin(doors, request, response)),
  )
  router.get(
    `${CALLBACK}/:dpi`,
    caught((request, response) => finish(doors, request, response)),
  )
  return router
}

async function begin(doors: Doors, request: Request, response: Response): Promise<void> {
  const { iss, launch: handle } = parametersOf(request)
  if (iss === null && handle === null) return response.redirect(303, '/')
  const dpi = iss === null ? undefined : await doors.dpis.byIss(iss)
  if (dpi === undefined) {
    await traceCall(doors.traces, response, 'call-refused', undefined, 'iss')
    throw new SmartError('call.unknown-dpi')
  }
  if (isFramed(request) && cookieOf(request, COOKIES.browser) === undefined) return tryCookies(request, response)
  const browser = browserOf(request, response)
  if (handle === null) {
    const facts = { subject: undefined, identity: undefined, intent: undefined, returnUrl: undefined }
    return bind(doors, response, { dpiId: dpi.id, door: 'smart', ...facts }, browser)
  }
  if (handle === '' || handle.length > LONGEST_LAUNCH) throw new SmartError('call.invalid')
  await guarded(doors, response, dpi, async () => {
    const address = await doors.app.begin(dpi, handle, browser)
    await traceCall(doors.traces, response, 'call-received', dpi.id, 'smart')
    response.redirect(303, address.href)
  })
}

async function finish(doors: Doors, request: Request, response: Response): Promise<void> {
  const dpi = await doors.dpis.find(String(request.params.dpi))
  if (dpi?.smart === undefined) throw new SmartError('call.unknown-dpi')
  const browser = cookieOf(request, COOKIES.browser)
  const { query } = parametersOf(request)
  await guarded(doors, response, dpi, async () => {
    const call = await doors.app.finish(dpi, query, browser)
    await bind(doors, response, call, browser ?? '')
  })
}

/** In a frame: the second time, a cookie that was set is there, or the browser keeps it from frames. */
function tryCookies(request: Request, response: Response): void {
  const url = new URL(request.originalUrl, 'http://own.invalid')
  const again = url.searchParams.has(TRIED)
  if (again) url.searchParams.delete(TRIED)
  else url.searchParams.set(TRIED, 'oui')
  const address = `${url.pathname}${url.search}`
  if (again) return void sendOwnWindow(response, address)
  browserOf(request, response)
  response.redirect(303, address)
}

const TRIED = 'cadre'

const LONGEST_LAUNCH = 4096

/** The parameters of a navigation: what another site embeds is none. */
function parametersOf(request: Request) {
  if (!isNavigation(request.headers['sec-fetch-dest'])) throw new SmartError('launch.state')
  const { searchParams: query } = new URL(request.originalUrl, 'http://own.invalid')
  return { query, iss: query.get('iss'), launch: query.get('launch') }
}

async function bind({ handles }: Doors, response: Response, call: CallRequest, browser: string): Promise<void> {
  response.redirect(303, `/calls/${await handles.bind(call, browser)}`)
}

/** What ends a launch is traced by a word, and told by its page. */
async function guarded(doors: Doors, response: Response, dpi: DpiRegistration, work: () => Promise<void>) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof LaunchFault)) throw error
    await traceCall(doors.traces, response, 'call-refused', dpi.id, `${error.key} ${error.message}`)
    throw new SmartError(error.key, { cause: error })
  }
}
