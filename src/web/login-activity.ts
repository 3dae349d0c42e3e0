import { Router } from 'express'
import type { Professional } from '../dcc/professional.ts'
import { SmartError } from '../smart/errors.ts'
import { professionName } from '../smart/psc/professions.ts'
import { COOKIES, cookieOf } from './cookies.ts'
import { openSession } from './login-session.ts'
import { renderPage, sendPage } from './pages.ts'
import { browserToken, CSRF, caught, field, formBody, isOfBrowser, type Pages, sameOrigin } from './visit.ts'

/** The form member that says which place. */
const PLACE = 'situation'

/**
 * `/login/activity`: who practises at several places says for which one they act now (*situation d'exercice*). It stays
 * in the session, the traces and the documents; nobody is signed in before.
 */
export const activity: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const { signIn } = options
  router.get(
    '/login/activity',
    caught(async (request, response) => {
      const browser = cookieOf(request, COOKIES.browser)
      const arrival = await signIn.choice(browser)
      if (browser === undefined || arrival === undefined) throw new SmartError('sign-in.attempt')
      const [{ given, family } = { given: '', family: '' }] = arrival.situations
      const page = {
        name: `${given} ${family}`.trim(),
        places: arrival.situations.map(placeOf),
        member: PLACE,
        csrf: { name: CSRF, value: browserToken(browser) },
      }
      // Browsers hold the redirects after a form to its page: they may lead on to an app, or to a DPI that launches.
      sendPage(response, renderPage('activity', { title: 'Où exercez-vous en ce moment ?' }, page), {
        opens: ['https:'],
      })
    }),
  )
  router.post(
    '/login/activity',
    sameOrigin,
    formBody,
    caught(async (request, response) => {
      if (!isOfBrowser(request)) throw new SmartError('form.forged')
      const browser = cookieOf(request, COOKIES.browser)
      const rank = field(request, PLACE)
      const offered = (await signIn.choice(browser))?.situations
      if (offered === undefined) throw new SmartError('sign-in.attempt')
      if (!/^\d{1,2}$/.test(rank) || offered[Number(rank)] === undefined) throw new SmartError('form.invalid')
      const arrival = await signIn.takeChoice(browser)
      const chosen = arrival?.situations[Number(rank)]
      if (arrival === undefined || chosen === undefined) throw new SmartError('sign-in.attempt')
      await openSession(options, visits, request, response, arrival, chosen)
      response.redirect(303, arrival.next)
    }),
  )
  return router
}

/** A place as its button says it. */
function placeOf({ activity: place, profession }: Professional, rank: number) {
  const { structure, structureName } = place ?? { structure: undefined, structureName: '' }
  return {
    rank,
    name: structureName === '' ? 'Sans structure' : structureName,
    id: structure === undefined ? '' : `${REGISTERS[structure.system] ?? 'n°'} ${structure.value}`,
    profession: professionName(profession),
  }
}

const REGISTERS: Readonly<Record<string, string>> = {
  'https://finess.esante.gouv.fr': 'FINESS',
  'https://sirene.fr': 'SIRET',
}
