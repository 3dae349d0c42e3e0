import type { Patient, Practitioner } from '@medplum/fhirtypes'
import {
  BIRTH_GIVEN_LIST,
  BIRTH_PLACE,
  FR_CORE_PATIENT,
  FR_CORE_PATIENT_INS,
  HL7_IDENTIFIER_TYPES,
  IDENTIFIER_TYPES,
  IDENTITY_RELIABILITY,
  INSEE_CODE,
  STATUS_0445,
} from '../../../french/fr-core/urls.ts'
import { TRE_R13, TRE_R20 } from '../../../french/oids.ts'
import type { HospitalPatient } from '../cast.ts'
import type { DpiUser } from './user.ts'

/** A patient of the hospital as its FHIR server gives them (FR Core): the INS only with a qualified identity. */
export function patientResource(patient: HospitalPatient): Patient {
  const { key, ins, ipp, birthFamily, birthGivens, firstGiven, usedFamily, usedGiven, gender, birthDate } = patient
  return {
    resourceType: 'Patient',
    id: key,
    meta: { profile: [ins === undefined ? FR_CORE_PATIENT : FR_CORE_PATIENT_INS] },
    extension: [
      {
        url: IDENTITY_RELIABILITY,
        extension: [
          {
            url: 'identityStatus',
            valueCoding: { system: STATUS_0445, code: ins === undefined ? 'PROV' : 'VALI' },
          },
        ],
      },
      { url: BIRTH_PLACE, valueAddress: { extension: [{ url: INSEE_CODE, valueCoding: placeOf(patient) }] } },
    ],
    identifier: [
      ...(ins === undefined
        ? []
        : [
            {
              use: 'official' as const,
              type: { coding: [{ system: IDENTIFIER_TYPES, code: 'INS-NIR-TEST' }] },
              ...ins,
            },
          ]),
      {
        use: 'usual',
        type: { coding: [{ system: HL7_IDENTIFIER_TYPES, code: 'PI', display: 'Patient internal identifier' }] },
        ...ipp,
      },
    ],
    active: true,
    name: [
      {
        extension: [{ url: BIRTH_GIVEN_LIST, valueString: birthGivens }],
        use: 'official',
        family: birthFamily,
        given: [firstGiven],
      },
      ...(usedFamily === undefined && usedGiven === undefined
        ? []
        : [{ use: 'usual' as const, family: usedFamily ?? birthFamily, given: [usedGiven ?? firstGiven] }]),
    ],
    gender,
    birthDate,
  }
}

/** A user of the hospital's software. */
export function practitionerResource({ rpps, family, given }: DpiUser): Practitioner {
  return {
    resourceType: 'Practitioner',
    id: rpps,
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: IDENTIFIER_TYPES, code: 'RPPS' }] },
        system: 'https://rpps.esante.gouv.fr',
        value: rpps,
      },
    ],
    active: true,
    name: [{ use: 'official', family, given: [given] }],
  }
}

function placeOf({ birthPlace }: HospitalPatient) {
  return { system: birthPlace.startsWith('99') ? TRE_R20 : TRE_R13, code: birthPlace }
}
