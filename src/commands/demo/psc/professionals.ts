import { createHmac } from 'node:crypto'
import type { Habilitation } from '../../../dcc/entitlement/model.ts'
import { HOSPITALS, type Organization } from '../region/hospitals.ts'
import { withLuhnKey } from '../region/luhn-key.ts'
import { at } from '../region/random.ts'

/** A fictitious professional whom the stand-in of Pro Santé Connect knows. */
export interface DemoIdentity {
  login: string
  /** 11 digits, in the range 1009991xxxx that no region draws from. */
  rpps: string
  /** IDNPS: type digit 8 and the RPPS. */
  nationalId: string
  family: string
  given: string
  civility: 'M' | 'MME'
  /** TRE_G15, or 99 (TRE_R291) for who is known by a role only. */
  profession: string
  /** TRE_R38, '' for none. */
  speciality: string
  /** What they do and may do, in French, for whoever tries the demonstration. */
  role: string
  places: readonly Organization[]
  /** What the region grants them; undefined: they may not use the DCC. */
  habilitation: Pick<Habilitation, 'profile' | 'reach'> | undefined
}

const [CHU, CANCER_CENTRE, HOSPITAL] = [at(HOSPITALS, 0), at(HOSPITALS, 1), at(HOSPITALS, 2)]

/** The professionals of the demonstration: one for every case of sign-in and of rights. */
export const DEMO_PROFESSIONALS: readonly DemoIdentity[] = [
  {
    ...named('oncologue', 1, 'OCEANE', 'ONCOLOGUE-FICTIVE', 'MME'),
    profession: '10',
    speciality: 'SM36',
    role: 'Oncologue, suit une partie des patients de la région',
    places: [CHU],
    habilitation: { profile: 'clinician', reach: 'care-team' },
  },
  {
    ...named('coordinateur', 2, 'COME', 'COORDINATEUR-FICTIF', 'M'),
    profession: '10',
    speciality: 'SM45',
    role: 'Coordinateur de RCP, accède aux dossiers de toute la région',
    places: [CANCER_CENTRE],
    habilitation: { profile: 'coordinator', reach: 'region' },
  },
  {
    ...named('chirurgien', 3, 'CHARLIE', 'CHIRURGIEN-FICTIF', 'M'),
    profession: '10',
    speciality: 'SM14',
    role: 'Chirurgien de deux établissements : choisit où il exerce',
    places: [CHU, HOSPITAL],
    habilitation: { profile: 'clinician', reach: 'care-team' },
  },
  {
    ...named('secretaire', 4, 'SACHA', 'SECRETAIRE-FICTIVE', 'MME'),
    profession: '99',
    speciality: '',
    role: 'Secrétaire de RCP, accède aux dossiers de toute la région',
    places: [CANCER_CENTRE],
    habilitation: { profile: 'rcp-secretary', reach: 'region' },
  },
  {
    ...named('generaliste', 5, 'GAEL', 'GENERALISTE-FICTIF', 'M'),
    profession: '10',
    speciality: 'SM54',
    role: 'Médecin généraliste sans habilitation : le dossier lui est fermé',
    places: [HOSPITAL],
    habilitation: undefined,
  },
]

/** The password of a login in an installation: follows from a secret that is its own, so that none is known elsewhere. */
export function passwordOf(secret: string, login: string): string {
  const digest = createHmac('sha256', secret).update(`psc:${login}`).digest()
  const letters = [...digest.subarray(0, 12)].map((byte) => LETTERS[byte % LETTERS.length] ?? '')
  return [0, 4, 8].map((from) => letters.slice(from, from + 4).join('')).join('-')
}

/** Without those that are taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

function named(login: string, rank: number, given: string, family: string, civility: 'M' | 'MME') {
  const rpps = withLuhnKey(`1009991${String(rank).padStart(3, '0')}`)
  return { login, rpps, nationalId: `8${rpps}`, given, family, civility }
}
