import type { Hospital } from './hospitals.ts'
import { HOSPITALS } from './hospitals.ts'
import type { Professional, Specialty } from './professionals.ts'
import { at, type Random } from './random.ts'
import type { Tumour } from './tumours/tumour.ts'

/** The professionals around one patient. */
export interface CareTeam {
  readonly hospital: Hospital
  /** Where the surgical specimen and what follows are dealt with, when it is not the first hospital. */
  readonly secondHospital: Hospital
  /** Leads the multidisciplinary meeting and signs its sheets. */
  readonly coordinator: Professional
  /** Specialist of the organ: asks for the meeting and presents the case. */
  readonly requester: Professional
  readonly radiotherapist: Professional
  readonly pathologist: Professional
  readonly radiologist: Professional
  readonly treatingPhysician: Professional
}

/** Everyone of a team, once each. */
export function membersOf(team: CareTeam): Professional[] {
  const { coordinator, requester, radiotherapist, pathologist, radiologist, treatingPhysician } = team
  return [...new Set([coordinator, requester, radiotherapist, pathologist, radiologist, treatingPhysician])]
}

/** Draws the team of a patient with a tumour; `position` is that of the first hospital, drawn when it is not given. */
export type DrawTeam = (random: Random, tumour: Tumour, position?: number) => CareTeam

/** Draws teams among the professionals of a region. */
export function careTeams(professionals: readonly Professional[]): DrawTeam {
  const bySpecialty = Map.groupBy(professionals, (professional) => professional.specialty)
  const byPost = new Map(professionals.map((one) => [`${one.specialty} ${one.organization.finess}`, one]))

  const anywhere = (specialty: Specialty): readonly Professional[] => bySpecialty.get(specialty) ?? []
  const inHospital = (random: Random, specialty: Specialty, hospital: Hospital): Professional =>
    byPost.get(`${specialty} ${hospital.finess}`) ?? random.pick(anywhere(specialty))

  return (random, tumour, position = random.between(0, HOSPITALS.length - 1)) => {
    const hospital = at(HOSPITALS, position)
    const secondHospital = random.chance(0.2) ? random.pick(HOSPITALS) : hospital
    return {
      hospital,
      secondHospital,
      coordinator: inHospital(random, 'oncology', hospital),
      requester: inHospital(random, tumour.specialist, hospital),
      radiotherapist: inHospital(random, 'radiotherapy', hospital),
      pathologist: inHospital(random, 'pathology', hospital),
      radiologist: inHospital(random, 'imaging', hospital),
      // The general practitioners are hired in the order of the hospitals: this one works in the same town.
      treatingPhysician: at(anywhere('generalPractice'), position),
    }
  }
}
