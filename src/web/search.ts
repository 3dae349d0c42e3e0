import { type Request, type Response, Router } from 'express'
import { survivorOf } from '../dcc/persons.ts'
import { UnitOfWork } from '../dcc/unit-of-work.ts'
import type { CallOutcome } from '../smart/call/calls.ts'
import { leadToRefusal } from './access.ts'
import { callVisit, sendVisitPage } from './call-page.ts'
import { calledView } from './called-view.ts'
import { frenchDate } from './identity-view.ts'
import { openKeptSearches } from './kept-searches.ts'
import { type AskedQuery, NOTHING_ASKED, readQuery } from './patient-query.ts'
import { type Findings, findPatients, type PatientQuery } from './patient-search.ts'
import { strictForm } from './strict-identity.ts'
import { CONTEXT, field, type Pages, sheetAddress, type Visit, type WebOptions } from './visit.ts'

const TITLE = 'Rechercher un patient'
const TRAIL = [{ label: 'Accueil', href: '/' }]

/** The parameter that names a search of the session. */
const SEARCH = 'recherche'

/**
 * `/search`: the form. What it is sent is kept under a name that says nothing, and the page of that name shows what is
 * found, as often as one comes back to it: an identity is never in an address. `/search/open` opens a sheet from the
 * list: a context of its own, then its address. A call that proves nobody fills the form in.
 */
export const search: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const kept = openKeptSearches(options.dcc.store.authorization, options.now)
  router.get(
    '/search',
    visits.page(async (visit, request, response) => {
      const { session } = visit
      const call = await callOf(options, visit)
      const typed = await kept.find(request.query[SEARCH], session.uid)
      if (typed === undefined) {
        sendSearch(response, visit, { call, asked: call === undefined ? NOTHING_ASKED : askedBy(call) })
        return
      }
      const asked = readQuery((name) => (isQueryField(name) ? typed[name] : ''))
      const findings = asked.query && (await findPatients(options, session.professional, asked.query))
      sendSearch(response, visit, { call, asked, findings })
    }),
  )
  router.post(
    '/search',
    visits.form(async (visit, request, response) => {
      const asked = readQuery((name) => field(request, name))
      if (asked.query === undefined) {
        response.status(400)
        sendSearch(response, visit, { call: await callOf(options, visit), asked })
        return
      }
      const name = await kept.keep(visit.session.uid, asked.typed)
      const context = visit.context === undefined ? {} : { [CONTEXT]: visit.context.id }
      response.redirect(303, `/search?${new URLSearchParams({ [SEARCH]: name, ...context })}`)
    }),
  )
  router.post(
    '/search/open',
    visits.form((visit, request, response) => openSheet(options, visit, request, response)),
  )
  return router
}

/** What the template of the search form shows; the first faulty field has the focus. */
export function searchForm(csrf: string, { typed, faults }: AskedQuery, context?: string): object {
  const faulty = FIELDS.find((name) => faults[name] !== undefined)
  return { csrf, context, typed, faults, focus: faulty ?? 'family' }
}

const FIELDS = ['family', 'given', 'birthDate', 'number'] as const satisfies readonly (keyof PatientQuery)[]

function isQueryField(name: string): name is keyof PatientQuery {
  return FIELDS.some((one) => one === name)
}

/** The call behind a search, when it said too little, or was not signed. */
async function callOf({ calls }: WebOptions, { session, context }: Visit): Promise<CallOutcome | undefined> {
  if (calls === undefined || context?.draftId === undefined) return undefined
  const outcome = await calls.outcome(context.draftId, session.uid)
  return outcome.resolution.kind === 'hints' || outcome.resolution.kind === 'search' ? outcome : undefined
}

/** The form as a call fills it in. */
function askedBy({ identity: { traits, ipp } }: CallOutcome): AskedQuery {
  const { birthFamily: family = '', firstGiven: given = '', birthDate = '' } = traits
  const known = [family, given, birthDate].filter((text) => text !== '').length
  const number = known < 2 ? (ipp?.value ?? '') : ''
  return { ...NOTHING_ASKED, typed: { family, given, birthDate: frenchDate(birthDate), number } }
}

interface Shown {
  call: CallOutcome | undefined
  asked: AskedQuery
  findings?: Findings | undefined
}

function sendSearch(response: Response, visit: Visit, { call, asked, findings }: Shown): void {
  const { csrf } = visit.session
  const { family: birthFamily, given: firstGiven, birthDate } = asked.typed
  const strict = strictForm(csrf, { typed: { birthFamily, firstGiven, birthDate, gender: '', birthPlace: '' } })
  const page = {
    findings,
    form: { ...searchForm(csrf, asked, visit.context?.id), ...(findings?.found.length ? { focus: '' } : {}) },
    context: visit.context?.id,
    call: call && { ...calledView(call), unsigned: call.resolution.kind === 'hints' },
    strict,
  }
  sendVisitPage(response, visit, 'search', { title: TITLE, trail: TRAIL }, page)
}

async function openSheet(options: WebOptions, visit: Visit, request: Request, response: Response): Promise<void> {
  const asked = field(request, 'patient')
  const call = await callOf(options, visit)
  if (options.calls !== undefined && call !== undefined) {
    const { address } = await options.calls.choose(
      callVisit(visit, response),
      call.id,
      asked,
      field(request, 'verified') === 'oui',
    )
    response.redirect(303, address)
    return
  }
  const patientId = await survivorOf(new UnitOfWork(options.dcc), asked)
  const decision = await options.entitlements.access(visit.session.professional, patientId)
  if (!decision.allowed) return leadToRefusal(options, visit, response, { patientId, reason: decision.reason })
  const context = await options.contexts.open({
    sessionUid: visit.session.uid,
    origin: 'search',
    patientId,
    draftId: undefined,
    dpi: visit.context?.dpi,
    intent: visit.context?.intent,
    unqualified: false,
  })
  response.redirect(303, sheetAddress(patientId, context.id))
}
