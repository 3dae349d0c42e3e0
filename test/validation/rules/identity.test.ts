import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRENCH_RULES } from '../../../src/validation/catalogue/french.ts'
import { frenchRules } from '../../../src/validation/rules/index.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { IDENTITY_CASES, NIR_VECTORS } from './cases.ts'

for (const { id, patient, rules, context } of IDENTITY_CASES) {
  test(`identity case ${id}: ${rules.join(', ') || 'the rules say nothing'}`, () => {
    const issues = frenchRules(patient, context)
    assert.deepEqual(
      issues.map(({ severity, key }) => `${severity} ${key}`),
      rules,
    )
    for (const { key, expression, source } of issues) {
      assert.ok(Object.hasOwn(FRENCH_RULES, key), key)
      assert.match(expression, /^Patient(\.[a-z]+(\[\d+\])?)*$/i)
      assert.ok(source)
    }
  })
}

test('the verdict of every case is that of its rules and profile together', () => {
  for (const { id, rules, profile, final } of IDENTITY_CASES) {
    const says = (severity: string) => profile === severity || rules.some((rule) => rule.startsWith(severity))
    assert.equal(final, says('error') ? 'reject' : says('warning') ? 'warn' : 'accept', id)
  }
  const numbers = new Set(IDENTITY_CASES.map(({ id }) => Number.parseInt(id, 10)))
  assert.equal(numbers.size, 54)
})

for (const [value, refused] of NIR_VECTORS) {
  test(`the matricule ${value} of a reference is ${refused === undefined ? 'accepted' : `refused for its ${refused}`}`, () => {
    const consent = {
      resourceType: 'DocumentReference',
      subject: { identifier: { system: 'urn:oid:1.2.250.1.213.1.4.8', value } },
    }
    assert.deepEqual(
      frenchRules(consent, { insDomain: 'production' }).map(({ key, expression }) => `${key} ${expression}`),
      refused === undefined ? [] : [`INS-03.${refused} DocumentReference.subject.identifier.value`],
    )
  })
}

const PLACES: readonly (readonly [id: string, expression: string])[] = [
  ['2', 'Patient'],
  ['3', 'Patient.extension[1].value'],
  ['10', 'Patient.identifier[0]'],
  ['13', 'Patient.extension[2].extension[0]'],
  ['25', 'Patient.identifier[0].value'],
  ['30', 'Patient.gender'],
  ['36', 'Patient.name[0]'],
  ['40', 'Patient.name[0]'],
  ['42', 'Patient.birthDate'],
]

for (const [id, expression] of PLACES) {
  test(`identity case ${id} is reported at ${expression}`, () => {
    const found = IDENTITY_CASES.find((row) => row.id === id)
    assert.ok(found)
    assert.equal(frenchRules(found.patient, found.context)[0]?.expression, expression)
  })
}

test('a patient in a bundle is held to all rules, at its own place', () => {
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{}, { resource: qualifiedPatient() }] }
  assert.deepEqual(
    frenchRules(bundle, { insDomain: 'production' }).map(({ key, expression }) => `${key} ${expression}`),
    ['INS-05 Bundle.entry[1].resource.identifier[0].system'],
  )
})

test('the patient that a document states is no record: no status is asked, missing traits are a warning', () => {
  const { extension: _traits, id: _id, meta: _meta, ...patient } = qualifiedPatient()
  const document = { resourceType: 'DocumentReference', contained: [{ ...patient, id: 'p' }] }
  assert.deepEqual(
    frenchRules(document, { insDomain: 'test' }).map(
      ({ severity, key, expression }) => `${severity} ${key} ${expression}`,
    ),
    ['warning INS-02.birthPlace DocumentReference.contained[0]'],
  )
})

test('a wrong matricule in the patient that a document states is refused', () => {
  const patient = qualifiedPatient()
  const identifier = [{ ...patient.identifier?.[0], value: '1840163220002' }]
  const document = { resourceType: 'DocumentReference', contained: [{ ...patient, identifier }] }
  const [issue] = frenchRules(document, { insDomain: 'test' })
  assert.equal(issue?.severity, 'error')
  assert.equal(issue?.expression, 'DocumentReference.contained[0].identifier[0].value')
})

test('a matricule stands in no id and in no absolute address', () => {
  const patient = {
    ...qualifiedPatient(),
    id: 'p-284016322000210',
    managingOrganization: { reference: 'https://a.fr/x?ins=284016322000210' },
  }
  const search = {
    resourceType: 'DocumentReference',
    content: [
      { attachment: { url: 'https://a.fr/d?patient.identifier=urn%3Aoid%3A1.2.250.1.213.1.4.8%7C284016322000210' } },
    ],
  }
  const keys = (resource: object) =>
    frenchRules(resource, { insDomain: 'test' }).map(({ key, expression }) => `${key} ${expression}`)
  assert.deepEqual(keys(patient), ['INS-12.id Patient.id', 'INS-12.address Patient.managingOrganization.reference'])
  assert.deepEqual(keys(search), ['INS-12.address DocumentReference.content[0].attachment.url'])
})

test('a matricule stands in no address of an entry', () => {
  const { meta: _meta, ...patient } = qualifiedPatient()
  const entry = [{ fullUrl: 'https://a.fr/fhir/Patient/284016322000210', resource: patient }]
  const issues = frenchRules({ resourceType: 'Bundle', entry }, { insDomain: 'test' })
  assert.deepEqual(
    issues.map(({ key, expression }) => `${key} ${expression}`),
    ['INS-12.address Bundle.entry[0].fullUrl'],
  )
})

test('a conditional reference inside a transaction may search by INS: nobody logs a body', () => {
  const document = {
    resourceType: 'DocumentReference',
    subject: { reference: 'Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|284016322000210' },
  }
  assert.deepEqual(frenchRules(document, { insDomain: 'test' }), [])
})

test('no issue holds a value of the patient', () => {
  for (const { patient, context } of IDENTITY_CASES) {
    const told = JSON.stringify(frenchRules(patient, context))
    assert.doesNotMatch(told, /LUCIE|ANNE|TESTFICTIF|2840163|63220|6322|Mazoires|1984/)
  }
})
