import type { Extension, Patient } from '@medplum/fhirtypes'
import { INS_TEST_OID, identityAt, type PatientIdentity } from '../../src/commands/demo/region/identity.ts'
import { TRE_R13, TRE_R20 } from '../../src/french/oids.ts'
import { drawn } from './ids.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const STRUCTURES = `${FR_CORE}/StructureDefinition`
const SEED = 2026

/** The fictitious person at an index: the region's generator makes the INS, with its right key, and the traits. */
export function personAt(index: number): PatientIdentity {
  const [sex = 0, age = 0] = drawn(`person ${index}`)
  return identityAt(SEED, index, sex % 2 === 0 ? 'F' : 'M', 1930 + (age % 70))
}

/** The INS of the person at an index. */
export function insAt(index: number): { system: string; value: string } {
  return { system: `urn:oid:${INS_TEST_OID}`, value: personAt(index).ins }
}

/** The person at an index as a hospital sends a qualified identity (FR Core 2.2.0, identity-fr.md 4.2). */
export function patientAt(index: number): Patient {
  const person = personAt(index)
  const used = person.usedFamily === undefined ? [] : [{ use: 'usual' as const, family: person.usedFamily }]
  return {
    resourceType: 'Patient',
    meta: { profile: [`${STRUCTURES}/fr-core-patient-ins`] },
    extension: [reliability(), birthPlace(person)],
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'INS-NIR-TEST' }] },
        ...insAt(index),
      },
      {
        use: 'usual',
        type: { coding: [IPP] },
        system: `urn:oid:1.2.250.1.71.4.2.2.99000000${1 + (index % 8)}`,
        value: `IPP-${index}`,
      },
    ],
    active: true,
    name: [
      {
        extension: [{ url: `${STRUCTURES}/fr-core-patient-birth-list-given-name`, valueString: person.birthGivens }],
        use: 'official',
        family: person.birthFamily,
        given: [person.firstGiven],
      },
      ...used,
    ],
    telecom: [{ system: 'phone', value: person.phone, use: 'mobile' }],
    gender: person.sex === 'F' ? 'female' : 'male',
    birthDate: person.birthDate,
    address: [
      {
        use: 'home',
        line: [`${person.address.houseNumber} ${person.address.streetName}`],
        city: person.address.city,
        postalCode: person.address.postalCode,
        country: 'FRA',
      },
    ],
  }
}

/** The display is part of the pattern that makes an identifier an IPP. */
const IPP = {
  system: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  code: 'PI',
  display: 'Patient internal identifier',
}

function reliability(): Extension {
  const coding = (system: string, code: string) => ({
    valueCoding: { system: `${FR_CORE}/CodeSystem/${system}`, code },
  })
  return {
    url: `${STRUCTURES}/fr-core-identity-reliability`,
    extension: [
      { url: 'identityStatus', ...coding('fr-core-cs-v2-0445', 'VALI') },
      { url: 'methodCollection', ...coding('fr-core-cs-method-collection', 'INSI') },
      { url: 'dateCollection', valueDate: '2026-10-01' },
      { url: 'validationDate', valueDate: '2026-10-01' },
      { url: 'validationMode', ...coding('fr-core-cs-mode-validation-identity', 'CN') },
    ],
  }
}

function birthPlace({ birthplace: { cog, city } }: PatientIdentity): Extension {
  const system = cog.startsWith('99') ? TRE_R20 : TRE_R13
  return {
    url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
    valueAddress: {
      extension: [{ url: `${STRUCTURES}/fr-core-address-insee-code`, valueCoding: { system, code: cog } }],
      city,
    },
  }
}
