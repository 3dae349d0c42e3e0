import { HOSPITALS, type Organization, PRIMARY_CARE } from './hospitals.ts'
import { withLuhnKey } from './luhn-key.ts'
import { familyName, givenName } from './names.ts'
import { at, randomFor } from './random.ts'

/** Specialties of the region: code and display of the value set JDV_J01 (OID 1.2.250.1.213.1.1.4.5). */
export const SPECIALTIES = {
  oncology: { code: 'G15_10/SM36', display: 'Médecin - Oncologie, opt médicale (SM)' },
  radiotherapy: { code: 'G15_10/SM45', display: 'Médecin - Radio-thérapie (SM)' },
  pathology: { code: 'G15_10/SM01', display: 'Médecin - Anatomie et Cytologie pathologiques (SM)' },
  imaging: { code: 'G15_10/SM44', display: 'Médecin - Radio-diagnostic (SM)' },
  digestiveSurgery: { code: 'G15_10/SM14', display: 'Médecin - Chirurgie viscérale et digestive (SM)' },
  gynaecology: { code: 'G15_10/SM20', display: 'Médecin - Gynécologie-obstétrique (SM)' },
  urology: { code: 'G15_10/SM12', display: 'Médecin - Chirurgie urologique (SM)' },
  pneumology: { code: 'G15_10/SM41', display: 'Médecin - Pneumologie (SM)' },
  haematology: { code: 'G15_10/SM21', display: 'Médecin - Hématologie (SM)' },
  dermatology: { code: 'G15_10/SM15', display: 'Médecin - Dermatologie et Vénéréologie (SM)' },
  headAndNeck: { code: 'G15_10/SM34', display: 'Médecin - ORL et Chirurgie cervico-faciale (SM)' },
  neurosurgery: { code: 'G15_10/SM31', display: 'Médecin - Neuro-chirurgie (SM)' },
  endocrinology: { code: 'G15_10/SM16', display: 'Médecin - Endocrinologie et métabolisme (SM)' },
  generalPractice: { code: 'G15_10/SM54', display: 'Médecin - Médecine Générale (SM)' },
} as const

/** Name of a specialty of the region. */
export type Specialty = keyof typeof SPECIALTIES

/** A fictitious health professional. */
export interface Professional {
  /** 11 digits with a right Luhn key, in the range 1009990xxxx. */
  readonly rpps: string
  readonly family: string
  readonly given: string
  /** Civility, "M" or "MME". */
  readonly civility: 'M' | 'MME'
  readonly specialty: Specialty
  readonly organization: Organization
}

/** Present in every hospital, beside one specialist of an organ. */
const POSTS = ['oncology', 'radiotherapy', 'pathology', 'imaging'] as const satisfies readonly Specialty[]
const ORGAN_POSTS = [
  'digestiveSurgery',
  'gynaecology',
  'urology',
  'pneumology',
  'haematology',
  'dermatology',
  'headAndNeck',
  'neurosurgery',
  'endocrinology',
] as const satisfies readonly Specialty[]

const STREAM = 1

/** The professionals of the region: five in each hospital and one in the primary care centre beside, 198 in all. */
export function buildProfessionals(seed: number): Professional[] {
  const professionals: Professional[] = []
  const hire = (specialty: Specialty, organization: Organization): void => {
    professionals.push(professional(professionals.length + 1, specialty, organization, seed))
  }
  HOSPITALS.forEach((hospital, position) => {
    for (const specialty of POSTS) hire(specialty, hospital)
    hire(at(ORGAN_POSTS, position % ORGAN_POSTS.length), hospital)
    hire('generalPractice', at(PRIMARY_CARE, position))
  })
  return professionals
}

function professional(rank: number, specialty: Specialty, organization: Organization, seed: number): Professional {
  const random = randomFor(seed, STREAM, rank)
  const sex = random.chance(0.5) ? 'F' : 'M'
  return {
    rpps: withLuhnKey(`1009990${String(rank).padStart(3, '0')}`),
    family: familyName(random),
    given: givenName(random, sex),
    civility: sex === 'F' ? 'MME' : 'M',
    specialty,
    organization,
  }
}
