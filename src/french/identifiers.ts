import type { Identifier } from '@medplum/fhirtypes'
import { IDENTIFIER_TYPES } from './fr-core/urls.ts'
import { type InstanceIdentifier, isUuid, PROFESSIONALS_OID, STRUCTURES_OID, uniqueIdOf } from './oids.ts'

/** FHIR identifier of a CDA id: the root is the system and the extension the value; a root alone is itself the value, as a URI. */
export function identifierOf({ root, extension }: InstanceIdentifier): Identifier & { system: string; value: string } {
  if (extension === null) return uniqueIdOf({ root })
  return { system: isUuid(root) ? `urn:uuid:${root.toLowerCase()}` : `urn:oid:${root}`, value: extension }
}

/**
 * Identifier of a professional or structure: those of the national registers carry their French type (IDNPS, IDNST).
 * Source: reference/documents-fr.md 1.11. The value is kept as the document writes it.
 */
export function registeredIdentifierOf(id: InstanceIdentifier): Identifier {
  const code = REGISTER_TYPES[id.root]
  const identifier = identifierOf(id)
  return code === undefined
    ? identifier
    : { use: 'official', type: { coding: [{ system: IDENTIFIER_TYPES, code }] }, ...identifier }
}

const REGISTER_TYPES: Readonly<Record<string, string>> = { [PROFESSIONALS_OID]: 'IDNPS', [STRUCTURES_OID]: 'IDNST' }
