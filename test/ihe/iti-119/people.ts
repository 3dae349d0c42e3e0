import type { HumanName, Patient } from '@medplum/fhirtypes'
import { BIRTH_GIVEN_LIST, BIRTH_PLACE, INSEE_CODE } from '../../../src/french/fr-core/urls.ts'
import { TRE_R13 } from '../../../src/french/oids.ts'
import { fictitiousMatricule, INS_TEST, IPP } from '../../support/builders.ts'

/** What a test says of a fictitious person; the rest is as in `LUCIE`. */
export interface Facts {
  birth?: string | undefined
  given?: readonly string[] | undefined
  list?: string | undefined
  used?: string
  usedGiven?: string
  unlabelled?: { family: string; given?: string }
  born?: string | undefined
  lunar?: string
  sex?: Patient['gender'] | undefined
  cog?: string | undefined
  ins?: string
  old?: string
  ipp?: string
  mother?: string
  phone?: string
  postalCode?: string
  doubtful?: true
}

/** The person that the rows of the tables change: five strict traits, no identifier. */
export const LUCIE: Facts = {
  birth: 'TESTFICTIF',
  given: ['LUCIE'],
  list: 'LUCIE ANNE',
  born: '1984-01-15',
  sex: 'female',
  cog: '63220',
}

/** Two matricules with the right key. */
export const [INS_A, INS_B] = [fictitiousMatricule(4001), fictitiousMatricule(4002)]

/** A patient of whom the facts are known; `undefined` takes one of LUCIE's away. */
export function person(changes: Facts = {}): Patient {
  const facts: Facts = { ...LUCIE, ...changes }
  const { born, sex, cog, lunar, mother } = facts
  const extension = [
    ...(cog === undefined ? [] : [placeOf(cog)]),
    ...(mother === undefined ? [] : [{ url: `${HL7}/patient-mothersMaidenName`, valueString: mother }]),
    ...(lunar === undefined ? [] : [{ url: `${FR}/fr-core-lunar-date`, valueString: lunar }]),
    ...(facts.doubtful === undefined ? [] : [DOUBTFUL]),
  ]
  const name = namesOf(facts)
  const identifier = [
    ...(facts.ins === undefined ? [] : [{ use: 'official' as const, system: INS_TEST, value: facts.ins }]),
    ...(facts.old === undefined ? [] : [{ use: 'old' as const, system: INS_TEST, value: facts.old }]),
    ...(facts.ipp === undefined ? [] : [{ use: 'usual' as const, system: IPP, value: facts.ipp }]),
  ]
  return {
    resourceType: 'Patient',
    ...(extension.length > 0 ? { extension } : {}),
    ...(identifier.length > 0 ? { identifier } : {}),
    ...(name.length > 0 ? { name } : {}),
    ...(sex === undefined ? {} : { gender: sex }),
    ...(born === undefined ? {} : { birthDate: born }),
    ...(facts.phone === undefined ? {} : { telecom: [{ system: 'phone', value: facts.phone }] }),
    ...(facts.postalCode === undefined ? {} : { address: [{ postalCode: facts.postalCode }] }),
  }
}

const HL7 = 'http://hl7.org/fhir/StructureDefinition'
const FR = 'https://hl7.fr/ig/fhir/core/StructureDefinition'

const DOUBTFUL = {
  url: `${FR}/fr-core-identity-reliability`,
  extension: [
    {
      url: 'identityStatus',
      valueCoding: { system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', code: 'DOUT' },
    },
  ],
}

function placeOf(code: string) {
  const extension = [{ url: INSEE_CODE, valueCoding: { system: TRE_R13, code } }]
  return { url: BIRTH_PLACE, valueAddress: { extension } }
}

function namesOf({ birth, given, list, used, usedGiven, unlabelled }: Facts): HumanName[] {
  const official: HumanName = {
    use: 'official',
    ...(list === undefined ? {} : { extension: [{ url: BIRTH_GIVEN_LIST, valueString: list }] }),
    ...(birth === undefined ? {} : { family: birth }),
    ...(given === undefined ? {} : { given: [...given] }),
  }
  const usual: HumanName = {
    use: 'usual',
    ...(used === undefined ? {} : { family: used }),
    ...(usedGiven === undefined ? {} : { given: [usedGiven] }),
  }
  return [
    ...(birth === undefined && given === undefined ? [] : [official]),
    ...(used === undefined && usedGiven === undefined ? [] : [usual]),
    ...(unlabelled === undefined
      ? []
      : [{ family: unlabelled.family, ...(unlabelled.given === undefined ? {} : { given: [unlabelled.given] }) }]),
  ]
}
