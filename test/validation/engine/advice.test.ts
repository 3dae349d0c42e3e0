import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { DocumentReference, Identifier, Patient, Practitioner, Resource } from '@medplum/fhirtypes'
import type { ValidationIssue } from '../../../src/validation/model.ts'
import { openValidator } from '../../../src/validation/open.ts'
import { aContent, aDocument, aPatient, aSubmissionSet } from '../../support/builders.ts'

/**
 * Advice on codes (extensible bindings, validation.md section 6) is for whoever can act on it: not where a profile
 * says which code it wants, and not once for every identifier.
 */
const validator = openValidator({
  frCore: '2.2.0',
  insDomain: 'test',
  packages: [],
  cacheFolder: resolve('.cache/rules'),
})

const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
const COMPREHENSIVE = `${PDSM}/pdsm-comprehensive-document-reference`
const R4_TYPES = 'http://hl7.org/fhir/ValueSet/identifier-type'

const typed = (code: string, system: string, use: Identifier['use'] = 'official'): Identifier => ({
  ...(use === undefined ? {} : { use }),
  type: { coding: [{ system: `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`, code }] },
  system,
  value: '291023930032434',
})

const INS = typed('INS-NIR', 'urn:oid:1.2.250.1.213.1.4.8')

const about = (patient: Patient, more: Resource[] = []): DocumentReference => {
  const document: DocumentReference = aDocument('Patient/p1').at('Binary/p1.b1', aContent()).build()
  return {
    ...document,
    contained: [
      ...(document.contained ?? []).filter(({ resourceType }) => resourceType !== 'Patient'),
      ...more,
      patient,
    ],
    context: { ...document.context, sourcePatientInfo: { reference: `#${patient.id}` } },
  }
}

const advice = (resource: unknown, profiles: string[] = []): ValidationIssue[] =>
  validator.check(resource, { profiles }).filter(({ key }) => key.startsWith('binding.extensible'))

const places = (issues: readonly ValidationIssue[]): string[] => issues.map(({ expression }) => expression)

const qualified: Patient = { ...aPatient().qualified().build(), id: 'source' }

test('a contained patient that fulfils the profile of its reference is told of by that profile alone', () => {
  const { meta: _profile, ...patient } = qualified
  const document = about({ ...patient, identifier: [INS] })
  // Nothing else that could be advised on: the same advice is given once.
  document.contained = document.contained?.filter(({ resourceType }) => resourceType === 'Patient') ?? []
  const { author: _author, authenticator: _authenticator, custodian: _custodian, ...rest } = document
  assert.deepEqual(
    places(advice(rest, [COMPREHENSIVE])).filter((place) => place.includes('contained')),
    [],
  )
  const { context: _context, ...unrelated } = rest
  assert.deepEqual(
    places(advice(unrelated)).filter((place) => place.includes('contained')),
    ['DocumentReference.contained[0].identifier[0].type'],
    'without the reference R4 alone speaks of it',
  )
})

test('a contained patient that breaks the profile of its reference is told of by R4, where it stands', () => {
  const { meta: _profile, ...patient } = qualified
  const document = about({ ...patient, identifier: [INS], gender: 'femme' as never })
  const at = (document.contained?.length ?? 0) - 1
  const found = validator.check(document, { profiles: [COMPREHENSIVE] })
  const errors = found.filter(({ severity, key }) => severity === 'error' && /^binding|^reference/.test(key))
  assert.deepEqual(errors.map(({ key, expression }) => `${key} ${expression}`).sort(), [
    `binding.required DocumentReference.contained[${at}].gender`,
    'reference.target-profile DocumentReference.context.sourcePatientInfo',
  ])
  assert.ok(found.some(({ detail }) => String(detail.expected).includes(R4_TYPES)))
})

test('advice of the profile on a contained patient is told where it stands', () => {
  const { meta: _profile, ...patient } = qualified
  const document = about({ ...patient, maritalStatus: { text: 'Mariée' } })
  const at = (document.contained?.length ?? 0) - 1
  assert.ok(places(advice(document, [COMPREHENSIVE])).includes(`DocumentReference.contained[${at}].maritalStatus`))
})

test('what is found of a contained patient is told at its place in a bundle, whoever looked at it first', () => {
  const { meta: _profile, ...patient } = qualified
  const document = about({ ...patient, maritalStatus: { text: 'Mariée' } })
  const at = (document.contained?.length ?? 0) - 1
  const [set, one] = ['urn:uuid:5edc9986-2c72-4701-80bd-af955936c1f0', 'urn:uuid:417b96a3-a4b6-4cdd-801c-5ff540fafd84']
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: set, resource: aSubmissionSet('Patient/p1', [one]), request: { method: 'POST', url: 'List' } },
      {
        fullUrl: one,
        resource: { ...document, meta: { profile: [COMPREHENSIVE] } },
        request: { method: 'POST', url: 'DocumentReference' },
      },
    ],
  }
  const found = places(validator.check(bundle))
  assert.deepEqual(
    found.filter((place) => place.includes('resolve()')),
    [],
  )
  assert.ok(found.includes(`Bundle.entry[1].resource.contained[${at}].maritalStatus`), found.join(' '))
})

test('the same advice is given once for a resource and all that it contains', () => {
  const practitioner = (id: string): Practitioner => ({
    resourceType: 'Practitioner',
    id,
    identifier: [typed('RPPS', 'https://rpps.esante.gouv.fr'), typed('ADELI', 'urn:oid:1.2.3')],
  })
  const role = (id: string, of: string): Resource => ({
    resourceType: 'PractitionerRole',
    id,
    practitioner: { reference: `#${of}` },
  })
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    status: 'current',
    contained: [practitioner('a'), practitioner('b'), role('ra', 'a'), role('rb', 'b')],
    author: [{ reference: '#ra' }, { reference: '#rb' }],
    content: [{ attachment: { contentType: 'text/plain', url: 'Binary/a' } }],
  }
  assert.deepEqual(places(advice(document)), ['DocumentReference.contained[0].identifier[0].type'])
  const two = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [1, 2].map((n) => ({
      fullUrl: `http://x.fr/DocumentReference/${n}`,
      resource: { ...document, id: String(n) },
    })),
  }
  assert.equal(advice(two).length, 2, 'each resource of a bundle has its own')
})

test('a code that the pattern of the profile demands is not advised against', () => {
  const patient = { ...qualified, identifier: [typed('INS-NIR-TEST', 'urn:oid:1.2.250.1.213.1.4.10')] }
  assert.deepEqual(advice(patient, [`${FR_CORE}/StructureDefinition/fr-core-patient-ins`]), [])
})

test('errors on codes are told one by one', () => {
  const patient = {
    resourceType: 'Patient',
    identifier: [
      { use: 'x', value: '1' },
      { use: 'y', value: '2' },
    ],
  }
  assert.deepEqual(
    validator.check(patient).map(({ key, expression }) => `${key} ${expression}`),
    ['binding.required Patient.identifier[0].use', 'binding.required Patient.identifier[1].use'],
  )
})
