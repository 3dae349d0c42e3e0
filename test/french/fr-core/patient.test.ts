import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCdaError } from '../../../src/french/cda/errors.ts'
import { readHeader } from '../../../src/french/cda/header.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { patientOfHeader } from '../../../src/french/fr-core/patient.ts'
import { identifierRules, identityStatusOf, insOf } from '../../../src/french/identity.ts'
import { traitsOfPatient } from '../../../src/french/traits.ts'
import { brokenCardinalities, type Snapshot } from '../cardinality.ts'
import { documentBytes } from '../cda/a-document.ts'
import { needsOfficial, officialBytes, officialCdaFiles, officialJson } from '../official.ts'

const FR = 'https://hl7.fr/ig/fhir/core'
type Change = readonly [piece: string | RegExp, replacement: string]
const patientOf = (...changes: Change[]) => patientOfHeader(readHeader(parseCda(documentBytes(...changes))))

test('the patient of a document with an INS has the shape of the FR Core baseline', () => {
  assert.deepEqual(patientOf(), {
    resourceType: 'Patient',
    meta: { profile: [`${FR}/StructureDefinition/fr-core-patient-ins`] },
    extension: [
      {
        url: `${FR}/StructureDefinition/fr-core-identity-reliability`,
        extension: [
          { url: 'identityStatus', valueCoding: { system: `${FR}/CodeSystem/fr-core-cs-v2-0445`, code: 'VALI' } },
        ],
      },
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueAddress: {
          extension: [
            {
              url: `${FR}/StructureDefinition/fr-core-address-insee-code`,
              valueCoding: {
                system: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM',
                code: '63220',
              },
            },
          ],
          city: 'Mazoires',
        },
      },
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
        system: 'urn:oid:1.2.250.1.999.77.1',
        value: 'IPP-778812',
      },
    ],
    name: [
      {
        extension: [
          { url: `${FR}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString: 'LUCIE ANNE' },
        ],
        use: 'official',
        family: 'TESTFICTIF',
        given: ['LUCIE'],
      },
      { use: 'usual', family: 'DUPONT-ESSAI', given: ['LULU'], prefix: ['MME'] },
    ],
    telecom: [
      { system: 'phone', value: '0100000000', use: 'mobile' },
      { system: 'email', value: '284016322000210@patient.mssante.fr' },
    ],
    address: [{ use: 'home', line: ['3 rue des Essais'], city: 'VILLE-ESSAI', postalCode: '49000', country: 'FRA' }],
    active: true,
    gender: 'female',
    birthDate: '1984-01-15',
  })
})

test('a document without INS gives a provisional identity under the general profile', () => {
  const patient = patientOf([/<id root="1.2.250.1.213.1.4.10"[^>]*>/, ''])
  assert.equal(insOf(patient), undefined)
  assert.equal(identityStatusOf(patient), 'PROV')
  assert.deepEqual(patient.meta?.profile, [`${FR}/StructureDefinition/fr-core-patient`])
})

const WITHOUT: [trait: string, change: Change][] = [
  ['birthFamily', ['family qualifier="BR"', 'family']],
  ['firstGiven', ['given qualifier="BR"', 'given']],
  ['birthDate', ['birthTime value="19840115"', 'birthTime value="1984"']],
  ['birthPlace', ['<county>63220</county>', '']],
]

for (const [trait, change] of WITHOUT) {
  test(`an INS without the trait ${trait} is refused, naming it and no value`, () => {
    assert.throws(
      () => patientOf(change),
      (error) =>
        isCdaError(error, 'identity.traits-incomplete') &&
        error.detail.trait !== undefined &&
        !/TESTFICTIF|LUCIE|1984|63220/.test(error.message + error.fr),
    )
  })
}

test('the same traits may be missing without an INS', () => {
  const noIns: Change = [/<id root="1.2.250.1.213.1.4.10"[^>]*>/, '']
  const patient = patientOf(noIns, ['family qualifier="BR"', 'family'], ['given qualifier="BR"', 'given'])
  assert.deepEqual(traitsOfPatient(patient).birthFamily, 'TESTFICTIF')
  assert.equal(traitsOfPatient(patient).firstGiven, 'LUCIE ANNE')
})

test('a birth place abroad is a country code', () => {
  const [, place] = patientOf(['<county>63220</county>', '<county>99352</county>']).extension ?? []
  assert.match(place?.valueAddress?.extension?.[0]?.valueCoding?.system ?? '', /TRE-R20-Pays$/)
})

test('a waiting number takes the use of the release of FR Core', () => {
  const header = readHeader(parseCda(documentBytes(['1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.9'])))
  assert.equal(patientOfHeader(header).identifier?.[0]?.use, 'official')
  assert.equal(patientOfHeader(header, { frCore: '2.1.0' }).identifier?.[0]?.use, 'temp')
})

test('a billing number is never kept', () => {
  const patient = patientOf(['1.2.250.1.999.77.1', '1.2.250.1.213.1.4.13'])
  assert.equal(patient.identifier?.length, 1)
})

test('the older conventions of the list of given names are understood', () => {
  const listOf = (names: string) => traitsOfPatient(patientOf(['<given>LUCIE ANNE</given>', names])).birthGivenList
  assert.equal(listOf('<given>ANNE</given>'), 'LUCIE ANNE')
  assert.equal(listOf(''), 'LUCIE')
})

for (const { name, path } of officialCdaFiles()) {
  test(`the patient of ${name} keeps the identity rules and the cardinalities of FR Core`, needsOfficial, () => {
    const patient = patientOfHeader(readHeader(parseCda(officialBytes(path))))
    const errors = identifierRules(patient, { domain: 'test' }).filter(({ severity }) => severity === 'error')
    // The examples of 2021 give fictitious patients the production OID; nothing else may be wrong.
    const production = insOf(patient)?.system?.endsWith('.8') === true
    assert.deepEqual(
      errors.map(({ key }) => key),
      production ? ['INS-05'] : [],
    )
    assert.equal(identityStatusOf(patient), 'QUAL')
    for (const release of ['', '2.1.0/']) {
      const profile = officialJson<Snapshot>(`fr-core/${release}StructureDefinition-fr-core-patient-ins.json`)
      assert.deepEqual(brokenCardinalities(patient, profile, 2), [])
    }
  })
}
