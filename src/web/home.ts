import type { Patient } from '@medplum/fhirtypes'
import { Router } from 'express'
import type { Session } from '../smart/sessions.ts'
import { identityView } from './identity-view.ts'
import { renderPage, sendPage } from './pages.ts'
import { NOTHING_ASKED } from './patient-query.ts'
import type { FoundPatient } from './patient-search.ts'
import { searchForm } from './search.ts'
import { caught, type Pages, signedInAs, signInAddress, type WebOptions } from './visit.ts'

const TITLE = 'Dossier communicant de cancérologie'
const REACHES = { region: 'tous ceux de la région', 'care-team': 'ceux que vous prenez en charge' } as const

/** `/`: the way in for who has not signed in, the search for who has. */
export const home: Pages = (options, visits) => {
  const router = Router({ caseSensitive: true, strict: true })
  const demo = options.demo === true
  const [only, ...others] = options.signIn.providers
  const provider = others.length === 0 ? only?.name : undefined
  const welcome = renderPage('home', { title: TITLE }, { kind: 'welcome', signIn: signInAddress('/'), provider, demo })
  router.get(
    '/',
    caught(async (request, response) => {
      const session = await visits.sessionOf(request)
      sendPage(response, session === undefined ? welcome : await signedInHome(options, session))
    }),
  )
  return router
}

/** `/` of a server that nobody can sign in to (`DCC_AUTH=off`): there are no pages of patients. */
export function homeWithoutSignIn(): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const page = renderPage('home', { title: TITLE }, { kind: 'closed', demo: false })
  router.get('/', (_request, response) => sendPage(response, page))
  return router
}

async function signedInHome(options: WebOptions, session: Session): Promise<string> {
  const { professional, csrf } = session
  const habilitation = await options.entitlements.habilitation(professional)
  const { name, structure } = signedInAs(session)
  return renderPage(
    'home',
    { title: habilitation === undefined ? TITLE : 'Rechercher un patient', signedIn: signedInAs(session) },
    {
      kind: 'signed-in',
      notHabilitated: habilitation === undefined,
      search: searchForm(csrf, NOTHING_ASKED),
      recent: habilitation === undefined ? [] : await recentPatients(options, session),
      who: {
        name,
        structure,
        nationalId: professional.nationalId,
        reach: habilitation === undefined ? '' : REACHES[habilitation.reach],
      },
      demo: options.demo === true,
    },
  )
}

/** Patients whose sheet this session has opened and may still open, as the record names them today. */
async function recentPatients(options: WebOptions, session: Session): Promise<FoundPatient[]> {
  const { contexts, entitlements, dcc } = options
  const ids = await contexts.recent(session.uid)
  const found = await Promise.all(
    ids.map(async (id): Promise<FoundPatient[]> => {
      const { allowed } = await entitlements.access(session.professional, id)
      const state = allowed ? await dcc.store.patient(id) : undefined
      if (state?.state !== 'current') return []
      const patient: Patient = JSON.parse(state.text)
      return [{ id, identity: identityView(patient) }]
    }),
  )
  return found.flat()
}
