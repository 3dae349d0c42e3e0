import { type Request, type Response, Router } from 'express'
import { survivorOf } from '../dcc/persons.ts'
import { UnitOfWork } from '../dcc/unit-of-work.ts'
import { notEntitled } from './access.ts'
import type { Pages } from './open.ts'
import { renderPage, sendPage } from './pages.ts'
import { type AskedQuery, NOTHING_ASKED, readQuery } from './patient-query.ts'
import { type Findings, findPatients, type PatientQuery } from './patient-search.ts'
import { strictForm } from './strict-identity.ts'
import { field, sheetAddress, signedInAs, type Visit, type WebOptions } from './visit.ts'

const TITLE = 'Rechercher un patient'
const TRAIL = [{ label: 'Accueil', href: '/' }]

/**
 * `/search`: the form, and by POST what it finds (an identity is never in an address); `/search/open` opens a sheet
 * from the list: a context of its own, then its address.
 */
export const search: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  router.get(
    '/search',
    visits.page((visit, _request, response) => sendSearch(response, visit, NOTHING_ASKED)),
  )
  router.post(
    '/search',
    visits.form(async (visit, request, response) => {
      const asked = readQuery((name) => field(request, name))
      if (asked.query === undefined) {
        response.status(400)
        sendSearch(response, visit, asked)
        return
      }
      sendSearch(response, visit, asked, await findPatients(options, visit.session.professional, asked.query))
    }),
  )
  router.post(
    '/search/open',
    visits.form((visit, request, response) => openSheet(options, visit, request, response)),
  )
  return router
}

/** What the template of the search form shows; the first faulty field has the focus. */
export function searchForm(csrf: string, { typed, faults }: AskedQuery): object {
  const faulty = FIELDS.find((name) => faults[name] !== undefined)
  return { csrf, typed, faults, focus: faulty ?? 'family' }
}

const FIELDS = ['family', 'given', 'birthDate', 'number'] as const satisfies readonly (keyof PatientQuery)[]

function sendSearch(response: Response, { session }: Visit, asked: AskedQuery, findings?: Findings): void {
  const { csrf } = session
  const { family: birthFamily, given: firstGiven, birthDate } = asked.typed
  const strict = strictForm(csrf, { typed: { birthFamily, firstGiven, birthDate, gender: '', birthPlace: '' } })
  const page = { findings, form: searchForm(csrf, asked), strict }
  sendPage(response, renderPage('search', { title: TITLE, trail: TRAIL, signedIn: signedInAs(session) }, page))
}

async function openSheet(options: WebOptions, visit: Visit, request: Request, response: Response): Promise<void> {
  const asked = field(request, 'patient')
  const patientId = await survivorOf(new UnitOfWork(options.dcc), asked)
  const decision = await options.entitlements.access(visit.session.professional, patientId)
  if (!decision.allowed) return notEntitled(options, visit, response, { patientId, reason: decision.reason })
  const context = await options.contexts.open({
    sessionUid: visit.session.uid,
    origin: 'search',
    patientId,
    draftId: undefined,
    dpi: undefined,
    intent: undefined,
    unqualified: false,
  })
  response.redirect(303, sheetAddress(patientId, context.id))
}
