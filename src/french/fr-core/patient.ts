import type { Extension, HumanName, Identifier, Patient } from '@medplum/fhirtypes'
import { CdaError } from '../cda/errors.ts'
import type { CdaHeader } from '../cda/header.ts'
import type { CdaPatient, CdaPatientName } from '../cda/patient.ts'
import { identifierOf } from '../identifiers.ts'
import { type FrCoreVersion, INS_C_OIDS, insAuthority, NSS_OIDS } from '../ins.ts'
import { type InstanceIdentifier, TRE_R13, TRE_R20 } from '../oids.ts'
import { present } from '../present.ts'
import { birthGivenListOf, missingTraits, traitsOfPatient } from '../traits.ts'
import { addressOf, contactPointOf } from './contact.ts'
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
} from './urls.ts'

/** How a patient is written. */
export type PatientOptions = {
  /** Release of FR Core, which decides the use of an INS-NIA; 2.2.0 by default. */
  readonly frCore?: FrCoreVersion | undefined
}

/**
 * FR Core patient of a document, valid under 2.1.0 and 2.2.0. An INS with its strict traits comes from a qualified identity: it is
 * official, the status is VALI and the profile that of the INS. Without INS the identity is provisional. How and when the identity was
 * checked is not in a CDA document, and is left out. Throws `identity.traits-incomplete` (905) naming the trait.
 * Source: reference/identity-fr.md 1.5 to 1.8, 4.2.
 */
export function patientOfHeader({ patient }: Pick<CdaHeader, 'patient'>, options: PatientOptions = {}): Patient {
  const qualified = patient.ids.some(({ root }) => insAuthority(root) !== undefined)
  const resource: Patient = {
    resourceType: 'Patient',
    meta: { profile: [qualified ? FR_CORE_PATIENT_INS : FR_CORE_PATIENT] },
    ...present({
      extension: [reliability(qualified ? 'VALI' : 'PROV'), ...birthPlace(patient)],
      identifier: patient.ids.flatMap((id) => patientIdentifier(id, options.frCore ?? '2.2.0')),
      name: [...officialName(patient.name, qualified), ...usualName(patient.name)],
      telecom: patient.telecoms.flatMap(contactPointOf),
      address: patient.addresses.map(addressOf),
    }),
    active: true,
    gender: patient.gender,
    birthDate: patient.birthDate,
  }
  const [missing] = qualified ? missingTraits(traitsOfPatient(resource)) : []
  if (missing !== undefined) throw new CdaError('identity.traits-incomplete', { trait: missing })
  return resource
}

/** Identifiers of other authorities than a hospital, by OID. NSS are billing numbers and are never kept. */
const KNOWN_TYPES: Readonly<Record<string, { code: string; display: string }>> = {
  ...Object.fromEntries(
    INS_C_OIDS.map((oid) => [oid, { code: 'INS-C', display: 'Identifiant National de Santé Calculé' }]),
  ),
  '1.2.250.1.176.1.2': { code: 'NDP', display: 'Identifiant du patient au Dossier Pharmaceutique' },
}

function patientIdentifier(id: InstanceIdentifier, frCore: FrCoreVersion): Identifier[] {
  if (NSS_OIDS.includes(id.root)) return []
  const authority = insAuthority(id.root)
  if (authority !== undefined) {
    const use = authority.uses[frCore][0] ?? 'official'
    return [{ use, type: { coding: [{ system: IDENTIFIER_TYPES, code: authority.typeCode }] }, ...identifierOf(id) }]
  }
  const known = KNOWN_TYPES[id.root]
  if (known !== undefined) {
    return [{ use: 'secondary', type: { coding: [{ system: IDENTIFIER_TYPES, ...known }] }, ...identifierOf(id) }]
  }
  // The display is part of the pattern of the slice: without it the identifier would not be controlled as an IPP.
  const ipp = { system: HL7_IDENTIFIER_TYPES, code: 'PI', display: 'Patient internal identifier' }
  return [{ use: 'usual', type: { coding: [ipp] }, ...identifierOf(id) }]
}

/** The birth name. Names without qualifier stand for it only when there is no INS, which requires the strict traits. */
function officialName(name: CdaPatientName, qualified: boolean): HumanName[] {
  const [plainFirst, ...plainOthers] = name.plainGivens
  const family = name.birthFamily ?? (qualified ? undefined : name.plainFamily)
  const first = name.birthGiven ?? (qualified ? undefined : plainFirst)
  if (family === undefined || first === undefined) return []
  const list = birthGivenListOf(first, name.birthGiven === undefined ? plainOthers : name.plainGivens)
  return [{ extension: [{ url: BIRTH_GIVEN_LIST, valueString: list }], use: 'official', family, given: [first] }]
}

/** The name in use, only when the document states one. */
function usualName({ usedFamily, spouseFamily, usedGivens, prefix }: CdaPatientName): HumanName[] {
  const family = usedFamily ?? spouseFamily
  if (family === undefined && usedGivens.length === 0) return []
  const title = prefix === 'M' || prefix === 'MME' ? [prefix] : []
  return [{ use: 'usual', ...present({ family, given: [...usedGivens], prefix: title }) }]
}

function reliability(status: 'VALI' | 'PROV'): Extension {
  return {
    url: IDENTITY_RELIABILITY,
    extension: [{ url: 'identityStatus', valueCoding: { system: STATUS_0445, code: status } }],
  }
}

function birthPlace({ birthPlace: place }: CdaPatient): Extension[] {
  if (place === undefined) return []
  const { cog, city } = place
  const code = cog && { system: cog.startsWith('99') ? TRE_R20 : TRE_R13, code: cog }
  const extension = code ? [{ url: INSEE_CODE, valueCoding: code }] : []
  return [{ url: BIRTH_PLACE, valueAddress: present({ extension, city }) }]
}
