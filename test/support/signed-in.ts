import type { Professional } from '../../src/dcc/professional.ts'
import { openSessions, type Session } from '../../src/smart/sessions.ts'
import { COOKIES } from '../../src/web/cookies.ts'
import type { TestServer } from './server.ts'

/** Somebody who has signed in to a test server. */
export interface SignedIn {
  session: Session
  /** What the browser holds. */
  secret: string
  /** The value of a Cookie header. */
  cookie: string
  /** For the form member `jeton`. */
  csrf: string
}

/** An oncologist of a hospital: the professional of stories that are not about who it is. */
export const ONCOLOGIST: Professional = {
  nationalId: '810000000001',
  rpps: '10000000001',
  family: 'ONCOLOGUE-FICTIF',
  given: 'CAMILLE',
  profession: {
    system: 'https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante',
    value: '10',
  },
  speciality: undefined,
  activity: {
    structure: { system: 'https://finess.esante.gouv.fr', value: '990000001' },
    structureName: 'CHU FICTIF',
    role: undefined,
  },
}

/** Another professional: what is not given is the oncologist's. */
export function aProfessional(nationalId: string, facts: Partial<Professional> = {}): Professional {
  return { ...ONCOLOGIST, nationalId, rpps: nationalId.replace(/^8(?=\d{11}$)/, ''), ...facts }
}

/**
 * Opens a session without the identity provider, as its callback would. The professional may use the DCC only once a
 * habilitation is granted (`grantHabilitation` of src/dcc/entitlement).
 */
export async function signedIn(
  { record }: Pick<TestServer, 'record'>,
  professional: Professional = ONCOLOGIST,
  now: () => number = () => record.dcc.now().getTime(),
): Promise<SignedIn> {
  const sessions = openSessions(record.dcc.store.authorization, now)
  const { secret, session } = await sessions.open({ professional, provider: 'psc', idToken: undefined })
  return { session, secret, cookie: `${COOKIES.session}=${secret}`, csrf: session.csrf }
}
