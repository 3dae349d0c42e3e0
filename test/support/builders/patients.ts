import type { Identifier, Patient } from '@medplum/fhirtypes'
import { matriculeKey } from '../../../src/french/ins.ts'
import { next } from './sequence.ts'
import { FR_CORE, NOS } from './urls.ts'

const V2_0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203'
/** Official test identifiers (identity-fr.md 1.5). */
export const INS_TEST = 'urn:oid:1.2.250.1.213.1.4.10'
/** The hospital that numbers its own patients. */
export const IPP = 'urn:oid:1.2.250.1.71.4.2.2.990000001'

/** A person; without `qualified` a local identity with an IPP and no INS. */
export function aPatient(): PatientBuilder {
  return new PatientBuilder(next())
}

/** Makes a Patient step by step; every step gives a new builder. */
export class PatientBuilder {
  readonly ins: string
  readonly ipp: string
  private readonly number: number
  private readonly patient: Patient

  constructor(number: number, patient?: Patient) {
    this.number = number
    this.ins = fictitiousMatricule(number)
    this.ipp = `IPP-${String(number).padStart(6, '0')}`
    this.patient = patient ?? localPatient(number, this.ipp)
  }

  /** Baseline B0 of identity-fr.md 4.2 with an INS of its own: an identity that may be sent with its INS. */
  qualified(): PatientBuilder {
    const [name, ...names] = this.patient.name ?? []
    return this.with({
      meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-patient-ins`] },
      extension: [reliability(), birthPlace()],
      identifier: [officialIns(this.ins), ...(this.patient.identifier ?? [])],
      name: [{ ...name, extension: [givenList('LUCIE ANNE')] }, ...names],
    })
  }

  named(family: string, given?: string): PatientBuilder {
    const [official, ...others] = this.patient.name ?? []
    return this.with({ name: [{ ...official, family, ...(given === undefined ? {} : { given: [given] }) }, ...others] })
  }

  born(birthDate: string): PatientBuilder {
    return this.with({ birthDate })
  }

  with(elements: Partial<Patient>): PatientBuilder {
    return new PatientBuilder(this.number, { ...this.patient, ...elements })
  }

  build(): Patient {
    return structuredClone(this.patient)
  }
}

/** A matricule of the test domain with the right key: women born in January of 1930 and later, in Mazoires. */
export function fictitiousMatricule(number: number): string {
  const year = String(30 + Math.floor(number / 999)).padStart(2, '0')
  const order = String(1 + (number % 999)).padStart(3, '0')
  const body = `2${year}0163220${order}`
  return `${body}${matriculeKey(body)}`
}

function localPatient(number: number, ipp: string): Patient {
  return {
    resourceType: 'Patient',
    meta: { profile: [`${FR_CORE}/StructureDefinition/fr-core-patient`] },
    identifier: [
      {
        use: 'usual',
        type: { coding: [{ system: V2_0203, code: 'PI', display: 'Patient internal identifier' }] },
        system: IPP,
        value: ipp,
      },
    ],
    active: true,
    name: [
      { use: 'official', family: 'TESTFICTIF', given: ['LUCIE'] },
      { use: 'usual', family: 'DUPONT-ESSAI', given: ['LULU'], prefix: ['MME'] },
    ],
    telecom: [{ system: 'phone', value: '+33100000000' }],
    gender: 'female',
    birthDate: `19${String(30 + Math.floor(number / 999)).padStart(2, '0')}-01-15`,
  }
}

function officialIns(value: string): Identifier {
  return {
    use: 'official',
    type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code: 'INS-NIR-TEST' }] },
    system: INS_TEST,
    value,
  }
}

function reliability() {
  const coding = (name: string, code: string) => ({ system: `${FR_CORE}/CodeSystem/fr-core-cs-${name}`, code })
  return {
    url: `${FR_CORE}/StructureDefinition/fr-core-identity-reliability`,
    extension: [
      { url: 'identityStatus', valueCoding: coding('v2-0445', 'VALI') },
      { url: 'methodCollection', valueCoding: coding('method-collection', 'INSI') },
      { url: 'dateCollection', valueDate: '2026-10-01' },
      { url: 'validationDate', valueDate: '2026-10-01' },
      { url: 'validationMode', valueCoding: coding('mode-validation-identity', 'CN') },
    ],
  }
}

function birthPlace() {
  const system = `${NOS}/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM`
  return {
    url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
    valueAddress: {
      extension: [
        { url: `${FR_CORE}/StructureDefinition/fr-core-address-insee-code`, valueCoding: { system, code: '63220' } },
      ],
      city: 'Mazoires',
      country: 'FRA',
    },
  }
}

function givenList(valueString: string) {
  return { url: `${FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString }
}
