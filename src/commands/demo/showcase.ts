import type { Patient } from '@medplum/fhirtypes'
import type { OpenRecord } from '../../app.ts'
import { registerPatient } from '../../dcc/patients.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { newPatientId } from '../../store/ids.ts'
import { BASELINE_INS } from './baseline.ts'

/** The patients that the demo talks about (design.md section 5, demo credentials). */
export interface Showcase {
  known: { id: string; ins: { system: string; value: string } }
  unknown: { ins: { system: string; value: string }; traits: Traits }
  withoutPathway: { id: string }
}

/** The five traits of an identity (RNIV), the given names of the civil register separated by spaces. */
interface Traits {
  birthFamily: string
  givenList: string
  gender: 'male' | 'female'
  birthDate: string
  /** COG code. */
  birthPlace: string
}

const LOCAL_SYSTEM = 'urn:oid:1.2.250.1.71.4.2.2.990000001'
const WITHOUT_PATHWAY = { system: LOCAL_SYSTEM, value: 'IPP-SANS-PARCOURS' } as const

/** Registers, once, a fictitious patient without oncology pathway: known to the record and visible to nobody. */
export async function registerShowcase({ dcc }: OpenRecord): Promise<Showcase> {
  let withoutPathway = await dcc.store.lookup('patient', WITHOUT_PATHWAY)
  if (withoutPathway === undefined) {
    const unit = new UnitOfWork(dcc)
    withoutPathway = newPatientId()
    await registerPatient(unit, unfollowed(), {
      id: withoutPathway,
      pathwayOrigin: undefined,
      takenIdentifier: 'refuse',
    })
    await unit.commit()
  }
  return {
    known: { id: (await dcc.store.lookup('patient', BASELINE_INS)) ?? '', ins: BASELINE_INS },
    unknown: UNKNOWN,
    withoutPathway: { id: withoutPathway },
  }
}

/** A fictitious identity that is in no region: order number 999 is never drawn. */
export const UNKNOWN: Showcase['unknown'] = {
  ins: { system: BASELINE_INS.system, value: '164077511599955' },
  traits: {
    birthFamily: 'INCONNU-FICTIF',
    givenList: 'PAUL MARIE',
    gender: 'male',
    birthDate: '1964-07-02',
    birthPlace: '75115',
  },
}

function unfollowed(): Patient {
  return {
    resourceType: 'Patient',
    meta: { profile: ['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'] },
    identifier: [
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
        ...WITHOUT_PATHWAY,
      },
    ],
    active: true,
    name: [{ use: 'official', family: 'SANSPARCOURS-FICTIF', given: ['ANDREE'] }],
    gender: 'female',
    birthDate: '1950-03-12',
  }
}
