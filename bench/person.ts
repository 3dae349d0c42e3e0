import { addToCareTeam, grantHabilitation } from '../src/dcc/entitlement/administration.ts'
import type { Professional } from '../src/dcc/professional.ts'
import { openLaunchContexts } from '../src/smart/launch-contexts.ts'
import { openPageContexts } from '../src/smart/page-contexts.ts'
import { openSessions } from '../src/smart/sessions.ts'
import { openStore } from '../src/store/open.ts'
import { COOKIES } from '../src/web/cookies.ts'
import type { Place } from './data/dataset.ts'

/** Somebody who has signed in to a server of the measurements, and cares for one patient. */
export interface Person {
  /** The Cookie header of their browser. */
  cookie: string
  /** The `launch` of an app that they open from a page about the patient. */
  launch(clientId: string): Promise<string>
  /** The id of a page that is opened for the patient. */
  page(): Promise<string>
  close(): Promise<void>
}

const PROFESSIONAL: Professional = {
  nationalId: '810000099999',
  rpps: '10000099999',
  family: 'MESURE-FICTIVE',
  given: 'CLAUDE',
  profession: {
    system: 'https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante',
    value: '10',
  },
  speciality: undefined,
  activity: undefined,
}

/** Signs somebody in without an identity provider, in the store of a server that may be running. */
export async function openPerson({ store: url }: Place, patientId: string): Promise<Person> {
  const store = await openStore(url)
  const { nationalId } = PROFESSIONAL
  const administration = { store, now: () => new Date() }
  await grantHabilitation(administration, { nationalId, profile: 'clinician', reach: 'care-team' })
  await addToCareTeam(administration, { patientId, nationalId })
  const { authorization } = store
  const opened = await openSessions(authorization, Date.now).open({
    professional: PROFESSIONAL,
    provider: 'psc',
    idToken: undefined,
  })
  const launches = openLaunchContexts(authorization, Date.now)
  const contexts = openPageContexts(authorization, Date.now)
  return {
    cookie: `${COOKIES.session}=${opened.secret}`,
    launch: (clientId) => launches.create({ clientId, nationalId, patientId }),
    page: async () => {
      const { id } = await contexts.open({
        sessionUid: opened.session.uid,
        origin: 'search',
        patientId,
        draftId: undefined,
        dpi: undefined,
        intent: undefined,
        unqualified: false,
      })
      return id
    },
    close: () => store.close(),
  }
}
