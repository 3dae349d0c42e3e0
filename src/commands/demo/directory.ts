import type { Organization, Practitioner } from '@medplum/fhirtypes'
import type { OpenRecord } from '../../app.ts'
import { writeReference } from '../../dcc/references.ts'
import { UnitOfWork } from '../../dcc/unit-of-work.ts'
import { newReferenceId } from '../../store/ids.ts'
import type { Hospital, Professional } from './region/region.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const IDENTIFIER_TYPES = `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`

/** Registers the hospitals and professionals of the region that the directories do not know yet. */
export async function registerDirectory(
  record: OpenRecord,
  region: { hospitals: readonly Hospital[]; professionals: readonly Professional[] },
): Promise<void> {
  for (const resource of [...region.hospitals.map(organizationOf), ...region.professionals.map(practitionerOf)]) {
    const { system, value } = resource.identifier?.[0] ?? {}
    if (system === undefined || value === undefined) continue
    const known = await record.dcc.store.lookup(resource.resourceType, { system, value })
    if (known !== undefined) continue
    const unit = new UnitOfWork(record.dcc)
    await writeReference(unit, resource, newReferenceId(), undefined, 'POST')
    await unit.commit()
  }
}

function organizationOf({ finess, name }: Hospital): Organization {
  const type = { coding: [{ system: IDENTIFIER_TYPES, code: 'FINEG' }] }
  return {
    resourceType: 'Organization',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-organization`] },
    identifier: [{ use: 'official', type, system: 'https://finess.esante.gouv.fr', value: finess }],
    active: true,
    name,
  }
}

function practitionerOf({ rpps, family, given }: Professional): Practitioner {
  const type = { coding: [{ system: IDENTIFIER_TYPES, code: 'RPPS' }] }
  return {
    resourceType: 'Practitioner',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-practitioner`] },
    identifier: [{ use: 'official', type, system: 'https://rpps.esante.gouv.fr', value: rpps }],
    active: true,
    name: [{ use: 'official', family, given: [given] }],
  }
}
