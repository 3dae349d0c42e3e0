import type { Patient } from '@medplum/fhirtypes'

const FR = 'https://hl7.fr/ig/fhir/core'

/** Baseline B0 of reference/identity-fr.md 4.2: a fictitious qualified patient that both releases of FR Core accept. */
export function qualifiedPatient(): Patient {
  return {
    resourceType: 'Patient',
    id: 'b0',
    meta: { profile: [`${FR}/StructureDefinition/fr-core-patient-ins`] },
    extension: [
      {
        url: `${FR}/StructureDefinition/fr-core-identity-reliability`,
        extension: [
          { url: 'identityStatus', valueCoding: { system: `${FR}/CodeSystem/fr-core-cs-v2-0445`, code: 'VALI' } },
          {
            url: 'methodCollection',
            valueCoding: { system: `${FR}/CodeSystem/fr-core-cs-method-collection`, code: 'INSI' },
          },
          { url: 'dateCollection', valueDate: '2026-10-01' },
          { url: 'validationDate', valueDate: '2026-10-01' },
          {
            url: 'validationMode',
            valueCoding: { system: `${FR}/CodeSystem/fr-core-cs-mode-validation-identity`, code: 'CN' },
          },
        ],
      },
      birthPlace('63220'),
    ],
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: `${FR}/CodeSystem/fr-core-cs-v2-0203`, code: 'INS-NIR-TEST' }] },
        system: 'urn:oid:1.2.250.1.213.1.4.10',
        value: '284016322000210',
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
        use: 'official',
        family: 'TESTFICTIF',
        given: ['LUCIE'],
        extension: [
          { url: `${FR}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString: 'LUCIE ANNE' },
        ],
      },
      { use: 'usual', family: 'DUPONT-ESSAI', given: ['LULU'], prefix: ['MME'] },
    ],
    telecom: [{ system: 'phone', value: '+33100000000' }],
    gender: 'female',
    birthDate: '1984-01-15',
  }
}

/** The birth place extension with a COG code, of the communes by default. */
export function birthPlace(code: string, terminology = 'TRE_R13-CommuneOM'): NonNullable<Patient['extension']>[number] {
  const system = `https://mos.esante.gouv.fr/NOS/${terminology}/FHIR/${terminology.replace('_', '-')}`
  return {
    url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
    valueAddress: {
      extension: [{ url: `${FR}/StructureDefinition/fr-core-address-insee-code`, valueCoding: { system, code } }],
      city: 'Mazoires',
      country: 'FRA',
    },
  }
}

/** An extra identity reliability extension that holds one code. */
export function identityCode(
  code: string,
  codeSystem = 'fr-core-cs-v2-0445',
): NonNullable<Patient['extension']>[number] {
  return {
    url: `${FR}/StructureDefinition/fr-core-identity-reliability`,
    extension: [{ url: 'identityStatus', valueCoding: { system: `${FR}/CodeSystem/${codeSystem}`, code } }],
  }
}
