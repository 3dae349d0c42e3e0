import type { LoadMeasurement } from './measurements.ts'
import { documentsByPatientAndType, readPatient } from './requests.ts'

/** A request that is sent with a token and without, to two servers over one record. */
export type AuthorizedMeasurement = Pick<LoadMeasurement, 'name' | 'title' | 'request'>

/** What tokens cost: the CPU of the same request without one, as a share of that with one. */
export const AUTHORIZED_MEASUREMENTS: readonly AuthorizedMeasurement[] = [
  { name: 'auth-read/patient', title: 'read Patient with a token, against without', request: readPatient },
  {
    name: 'auth-read/page',
    title: 'DocumentReference by patient and type, 20 entries, with a token, against without',
    request: documentsByPatientAndType,
  },
]

/** What of its throughput a read may lose by its token (issue of SMART, section 6). */
export const LEAST_AUTHORIZED = 0.8
