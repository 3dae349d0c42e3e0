import type { Patient } from '@medplum/fhirtypes'
import type { OpenRecord } from '../../app.ts'
import { registerPatient } from '../../dcc/patients.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { newPatientId } from '../../store/ids.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const BIRTH_PLACE = 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace'

/** INS (test OID) of the baseline patient: the fictitious LUCIE TESTFICTIF (identity-fr.md 4.2). */
export const BASELINE_INS = { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '284016322000210' } as const

/** Registers the baseline patient as a hospital would send her, before her documents come in: nothing is lost of B0. */
export async function registerBaseline({ dcc }: OpenRecord): Promise<void> {
  if ((await dcc.store.lookup('patient', BASELINE_INS)) !== undefined) return
  const unit = new UnitOfWork(dcc)
  await registerPatient(unit, BASELINE, { id: newPatientId(), pathwayOrigin: undefined, takenIdentifier: 'refuse' })
  await unit.commit()
}

const reliability = (url: string, value: Record<string, unknown>) => ({ url, ...value })

/** Patient B0: valid under fr-core-patient-ins 2.1.0 and 2.2.0. */
const BASELINE: Patient = {
  resourceType: 'Patient',
  meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-patient-ins`] },
  extension: [
    {
      url: `${FR_CORE}/StructureDefinition/fr-core-identity-reliability`,
      extension: [
        reliability('identityStatus', {
          valueCoding: { system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0445`, code: 'VALI' },
        }),
        reliability('methodCollection', {
          valueCoding: { system: `${FR_CORE}/CodeSystem/fr-core-cs-method-collection`, code: 'INSI' },
        }),
        reliability('dateCollection', { valueDate: '2026-10-01' }),
        reliability('validationDate', { valueDate: '2026-10-01' }),
        reliability('validationMode', {
          valueCoding: { system: `${FR_CORE}/CodeSystem/fr-core-cs-mode-validation-identity`, code: 'CN' },
        }),
      ],
    },
    {
      url: BIRTH_PLACE,
      valueAddress: {
        extension: [
          {
            url: `${FR_CORE}/StructureDefinition/fr-core-address-insee-code`,
            valueCoding: {
              system: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM',
              code: '63220',
            },
          },
        ],
        city: 'Mazoires',
        country: 'FRA',
      },
    },
  ],
  identifier: [
    {
      use: 'official',
      type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'INS-NIR-TEST' }] },
      ...BASELINE_INS,
    },
    {
      use: 'usual',
      type: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v2-0203',
            code: 'PI',
            display: 'Patient internal identifier',
          },
        ],
      },
      system: 'urn:oid:1.2.250.1.71.4.2.2.990000001',
      value: 'IPP-0001',
    },
  ],
  active: true,
  name: [
    {
      extension: [
        { url: `${FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString: 'LUCIE ANNE' },
      ],
      use: 'official',
      family: 'TESTFICTIF',
      given: ['LUCIE'],
    },
    { use: 'usual', family: 'DUPONT-ESSAI', given: ['LULU'], prefix: ['MME'] },
  ],
  telecom: [{ system: 'phone', value: '+33100000000' }],
  gender: 'female',
  birthDate: '1984-01-15',
}
