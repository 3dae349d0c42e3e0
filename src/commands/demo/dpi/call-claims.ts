import { randomUUID } from 'node:crypto'
import type { HospitalPatient } from '../cast.ts'
import { HOSPITAL } from '../cast.ts'
import { DPI_ID, type Launch } from './smart-server.ts'
import { nationalIdOf } from './user.ts'

/** What a DPI says in a signed call (docs/connect-a-dpi.md): who clicks, where, and the patient as the hospital knows them. */
export function callClaims({ user, patient }: Launch, returnUrl: string) {
  return {
    iss: DPI_ID,
    jti: randomUUID(),
    sub: nationalIdOf(user),
    act_org: HOSPITAL.finess,
    ctx: { intent: 'open-record', returnUrl, ...(patient === undefined ? {} : { patient: patientClaims(patient) }) },
  }
}

function patientClaims(patient: HospitalPatient) {
  const { ins, ipp, birthFamily, birthGivens, firstGiven, usedFamily, usedGiven, gender, birthDate, birthPlace } =
    patient
  return {
    ...(ins === undefined
      ? {}
      : { ins: { value: ins.value, oid: ins.system.replace('urn:oid:', ''), status: 'QUAL' } }),
    ipp,
    birthFamily,
    birthGiven: firstGiven,
    birthGivenList: birthGivens,
    ...(usedFamily === undefined ? {} : { usedFamily }),
    ...(usedGiven === undefined ? {} : { usedGiven }),
    gender,
    birthDate,
    birthPlaceCode: birthPlace,
  }
}
