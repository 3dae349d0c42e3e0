import type { Practitioner } from '@medplum/fhirtypes'
import { DccError } from '../dcc/errors.ts'
import type { Professional } from '../dcc/professional.ts'
import { writeReference } from '../dcc/references.ts'
import { type DccContext, UnitOfWork } from '../dcc/unit-of-work.ts'
import { PROFESSIONALS_OID } from '../french/oids.ts'
import { isStoreError } from '../store/errors.ts'
import { newReferenceId } from '../store/ids.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core'

/**
 * The id of a professional's entry in the directory (`Practitioner/id`), by RPPS or else by national id; made when there
 * is none: an app that asks who is signed in must be able to read it.
 */
export async function practitionerOf(dcc: DccContext, professional: Professional): Promise<string> {
  const key = keyOf(professional)
  const known = await dcc.store.lookup('Practitioner', key)
  if (known !== undefined) return known
  const unit = new UnitOfWork(dcc)
  try {
    const { id } = await writeReference(unit, entryOf(professional), newReferenceId(), undefined, 'POST')
    await unit.commit()
    return id
  } catch (error) {
    // Somebody was faster, in another tab of the same person.
    const taken = isStoreError(error) || error instanceof DccError
    const other = taken ? await dcc.store.lookup('Practitioner', key) : undefined
    if (other === undefined) throw error
    return other
  }
}

function keyOf({ rpps, nationalId }: Professional): { system: string; value: string } {
  if (rpps !== undefined) return { system: 'https://rpps.esante.gouv.fr', value: rpps }
  return { system: `urn:oid:${PROFESSIONALS_OID}`, value: nationalId }
}

function entryOf(professional: Professional): Practitioner {
  const { rpps, family, given } = professional
  const code = rpps === undefined ? 'IDNPS' : 'RPPS'
  const type = { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code }] }
  return {
    resourceType: 'Practitioner',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-practitioner`] },
    identifier: [{ use: 'official', type, ...keyOf(professional) }],
    active: true,
    name: [{ use: 'official', family, given: [given] }],
  }
}
