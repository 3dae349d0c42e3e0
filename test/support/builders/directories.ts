import type { Organization, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import { next } from './sequence.ts'
import { FR_CORE } from './urls.ts'

/** A professional with an RPPS of its own. */
export function aPractitioner(): Practitioner {
  const number = next()
  return {
    resourceType: 'Practitioner',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-practitioner`] },
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'RPPS' }] },
        system: 'https://rpps.esante.gouv.fr',
        value: `9900${String(number).padStart(7, '0')}`,
      },
    ],
    active: true,
    name: [{ use: 'official', family: 'MEDECIN-FICTIF', given: [`Camille${number}`] }],
  }
}

/** A hospital with a FINESS of its own. */
export function anOrganization(): Organization {
  const number = next()
  return {
    resourceType: 'Organization',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-organization`] },
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'FINEG' }] },
        system: 'https://finess.esante.gouv.fr',
        value: `99${String(number).padStart(7, '0')}`,
      },
    ],
    active: true,
    name: `Hôpital fictif ${number}`,
  }
}

/** A situation of exercise. */
export function aRole(practitioner: string, organization: string): PractitionerRole {
  return {
    resourceType: 'PractitionerRole',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-practitioner-role`] },
    identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.99', value: `R${next()}` }],
    active: true,
    practitioner: { reference: practitioner },
    organization: { reference: organization },
  }
}
