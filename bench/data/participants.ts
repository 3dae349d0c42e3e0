import type { DocumentReference, Organization, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import { buildProfessionals, type Professional, SPECIALTIES } from '../../src/commands/demo/region/professionals.ts'
import { TRE_A02 } from '../../src/french/oids.ts'

/** Who answers for a document, contained in it as PDSm asks. */
export interface Participants extends Required<Pick<DocumentReference, 'author' | 'authenticator' | 'custodian'>> {
  contained: (PractitionerRole | Practitioner | Organization)[]
}

const SEED = 2026

/** A professional of the region at work in his hospital; `number` may be any whole number. */
export function participantsAt(number: number): Participants {
  const participants = PARTICIPANTS[number % PARTICIPANTS.length]
  if (participants === undefined) throw new RangeError('a whole number is expected')
  return participants
}

function participantsOf({ rpps, family, given, specialty, organization }: Professional): Participants {
  const role = { reference: '#practitionerrole-1' }
  return {
    contained: [
      {
        resourceType: 'Practitioner',
        id: 'practitioner-1',
        identifier: [{ system: 'https://rpps.esante.gouv.fr', value: rpps }],
        name: [{ family, given: [given], prefix: ['DR'] }],
      },
      {
        resourceType: 'Organization',
        id: 'organization-1',
        identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.2', value: `1${organization.finess}` }],
        name: organization.name,
      },
      {
        resourceType: 'PractitionerRole',
        id: 'practitionerrole-1',
        practitioner: { reference: '#practitioner-1' },
        organization: { reference: '#organization-1' },
        code: [{ coding: [{ system: TRE_A02, ...SPECIALTIES[specialty] }] }],
      },
    ],
    author: [role],
    authenticator: role,
    custodian: { reference: '#organization-1' },
  }
}

const PARTICIPANTS = buildProfessionals(SEED).map(participantsOf)
