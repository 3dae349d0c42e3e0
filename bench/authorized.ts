import { patientIdAt } from './data/ids.ts'
import type { LoadMeasurement } from './measurements.ts'
import { documentsByPatientAndType, readPatient } from './requests.ts'

/** A request that is sent with a token and without, to two servers over one record. */
export interface AuthorizedMeasurement extends Pick<LoadMeasurement, 'name' | 'title' | 'request'> {
  /** Whose token. */
  by: 'back-end' | 'person'
}

/** The patient whom the person of the measurements cares for. */
export const THEIR_PATIENT = patientIdAt(0)

/** What tokens cost: the CPU of the same request without one, as a share of that with one. */
export const AUTHORIZED_MEASUREMENTS: readonly AuthorizedMeasurement[] = [
  {
    name: 'auth-read/patient',
    title: 'read Patient with a token, against without',
    request: readPatient,
    by: 'back-end',
  },
  {
    name: 'auth-read/page',
    title: 'DocumentReference by patient and type, 20 entries, with a token, against without',
    request: documentsByPatientAndType,
    by: 'back-end',
  },
  {
    name: 'auth-read/person',
    title: 'read Patient by an app for somebody signed in, against without a token',
    request: () => ({ method: 'GET', path: `/fhir/Patient/${THEIR_PATIENT}` }),
    by: 'person',
  },
]

/** What of its throughput a read may lose by its token (issue of SMART, section 6). */
export const LEAST_AUTHORIZED = 0.8
