import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OperationOutcome } from '@medplum/fhirtypes'
import type { OperationCall } from '../../../src/fhir/operations/operation.ts'
import { VALIDATE } from '../../../src/fhir/operations/validate.ts'
import { aDocument, aPatient } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const server = sharedServer()
const FR_CORE_INS = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins'

type Found = { severity: string | undefined; key: string | undefined; expression: string | undefined }

function found({ issue }: OperationOutcome): Found[] {
  return (issue ?? []).map(({ severity, details, expression }) => ({
    severity,
    key: details?.coding?.[0]?.code,
    expression: expression?.[0],
  }))
}

const errors = (outcome: OperationOutcome) =>
  found(outcome).filter(({ severity }) => severity === 'error' || severity === 'fatal')

async function validated(target: string, body: object | string, headers = {}): Promise<OperationOutcome> {
  const answer = await server().post(target, body, headers)
  assert.equal(answer.status, 200, answer.text)
  return answer.resource('OperationOutcome')
}

test('a valid resource is said to be valid, and nothing is stored', async () => {
  const before = await server().counts()
  const outcome = await validated('Patient/$validate', aPatient().qualified().build())
  assert.deepEqual(errors(outcome), [])
  assert.deepEqual(await server().counts(), before)
})

test('every fault is told at once, with its place, its rule and both languages', async () => {
  const wrong = {
    resourceType: 'Patient',
    gender: 'femme',
    birthDate: '1984-02-31',
    nickname: 'L',
    name: { text: 'x' },
  }
  const outcome = await validated('Patient/$validate', wrong)
  const places = errors(outcome).map(({ expression }) => expression)
  for (const place of ['Patient.gender', 'Patient.birthDate', 'Patient.name'])
    assert.ok(places.includes(place), `${place}: ${places.join(', ')}`)
  const [first] = outcome.issue ?? []
  const translation = JSON.stringify(Object(first?.details)._text)
  assert.match(translation, /"valueCode":"en"/)
  const english = await validated('Patient/$validate', wrong, { 'Accept-Language': 'en' })
  assert.notEqual(english.issue?.[0]?.details?.text, first?.details?.text)
  assert.ok(translation.includes(JSON.stringify(english.issue?.[0]?.details?.text)))
})

describe('profiles', () => {
  const nameless = { resourceType: 'Patient', gender: 'female', birthDate: '1984-01-15' }

  test('asked for in the URL or in a Parameters resource must hold', async () => {
    assert.deepEqual(errors(await validated('Patient/$validate', nameless)), [])
    const asked = await validated(`Patient/$validate?profile=${encodeURIComponent(FR_CORE_INS)}`, nameless)
    assert.notDeepEqual(errors(asked), [])
    const parameters = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'resource', resource: nameless },
        { name: 'profile', valueUri: FR_CORE_INS },
      ],
    }
    assert.deepEqual(await validated('Patient/$validate', parameters), asked)
  })

  test('that nobody knows are a warning', async () => {
    const outcome = await validated('Patient/$validate?profile=https://example.test/unknown', nameless)
    assert.deepEqual(
      found(outcome)
        .filter(({ severity }) => severity === 'warning')
        .map(({ key }) => key),
      ['profile.unknown'],
    )
  })
})

describe('the address', () => {
  test('says the type', async () => {
    const outcome = await validated('Patient/$validate', { resourceType: 'Basic', code: { text: 'x' } })
    assert.ok(errors(outcome).some(({ key }) => key === 'resource.type-of-address'))
  })

  test('may be that of the server: any type of R4', async () => {
    assert.deepEqual(errors(await validated('$validate', { resourceType: 'Basic', code: { text: 'x' } })), [])
    assert.deepEqual(errors(await validated('Basic/$validate', { resourceType: 'Basic', code: { text: 'x' } })), [])
  })

  test('of no type of R4 is not found', async () => {
    assertRefused(await server().post('Patients/$validate', nothing), 404, 'resource.type-not-fhir')
  })

  test('of an instance validates what is stored, and for an update holds the id to it', async () => {
    const { id } = await server().create(aPatient().qualified().build())
    const stored = await server().get(`Patient/${id}/$validate`)
    assert.deepEqual(errors(stored.resource('OperationOutcome')), [])
    const other = { ...aPatient().qualified().build(), id: 'another' }
    const outcome = await validated(`Patient/${id}/$validate?mode=update`, other)
    assert.deepEqual(
      errors(outcome).map(({ key }) => key),
      ['resource.id-of-address'],
    )
    assertRefused(await server().get('Patient/unknown/$validate'), 404, 'resource.unknown')
  })
})

const nothing = { resourceType: 'Basic' }

describe('what cannot be validated', () => {
  test('no body', async () => {
    assertRefused(await server().post('Patient/$validate'), 400, 'http.body-missing')
  })

  test('a mode that is none', async () => {
    assertRefused(await server().post('Patient/$validate?mode=guess', nothing), 400, 'operation.parameter-type')
  })

  test('a body of another media type', async () => {
    const headers = { 'Content-Type': 'text/plain' }
    assertRefused(await server().post('Patient/$validate', 'x', headers), 415, 'http.media-type')
  })

  test('anything else is answered with what is wrong with it', async () => {
    for (const body of ['[]', '"x"', '{}', '{"resourceType":"Patient","__proto__":1}']) {
      const outcome = await validated('Patient/$validate', body, { 'Content-Type': 'application/fhir+json' })
      assert.notDeepEqual(errors(outcome), [], body)
    }
  })
})

describe('a body that cannot be read is a finding, with line and column and nothing of the body', () => {
  const SECRET = 'Zebulonne'
  const rows: [id: string, format: 'json' | 'xml', body: string, key: string, place: RegExp][] = [
    ['JSON that ends too early', 'json', '{"resourceType":\n', 'json.syntax', /line \d+, column \d+/],
    [
      'a key twice',
      'json',
      `{"resourceType":"Patient",\n "gender":"male",\n "gender":"${SECRET}"}`,
      'json.duplicate-key',
      /line 3, column 2/,
    ],
    ['XML that ends too early', 'xml', '<Patient xmlns="http://hl7.org/fhir">\n<gender', 'xml.syntax', /line 2/],
    [
      'an element that R4 has not',
      'xml',
      `<Patient xmlns="http://hl7.org/fhir">\n  <nickname value="${SECRET}"/></Patient>`,
      'xml.invalid',
      /xml\.unknown-element at line 2/,
    ],
    ['a document type', 'xml', '<!DOCTYPE a [<!ENTITY b "c">]><Patient/>', 'xml.invalid', /xml\.doctype at line 1/],
  ]
  for (const [id, format, body, key, place] of rows) {
    test(id, async () => {
      const outcome = await validated('Patient/$validate', body, { 'Content-Type': `application/fhir+${format}` })
      const [issue, ...others] = outcome.issue ?? []
      assert.deepEqual(others, [])
      assert.equal(issue?.severity, 'fatal')
      assert.equal(issue?.details?.coding?.[0]?.code, key)
      assert.match(issue?.diagnostics ?? '', place)
      assert.ok(!JSON.stringify(outcome).includes(SECRET))
    })
  }
})

test('XML that R4 can read and refuses is validated as JSON is', async () => {
  const xml = '<Patient xmlns="http://hl7.org/fhir"><gender value="femme"/><birthDate value="1984-02-31"/></Patient>'
  const outcome = await validated('Patient/$validate', xml, { 'Content-Type': 'application/fhir+xml' })
  assert.deepEqual(
    errors(outcome)
      .filter(({ key }) => !key?.startsWith('INS'))
      .map(({ key, expression }) => `${key} ${expression}`),
    ['binding.required Patient.gender', 'primitive.date Patient.birthDate'],
  )
})

test('XML in, XML out', async () => {
  const xml = '<Patient xmlns="http://hl7.org/fhir"><gender value="femme"/></Patient>'
  const headers = { 'Content-Type': 'application/fhir+xml', Accept: 'application/fhir+xml' }
  const answer = await server().post('Patient/$validate', xml, headers)
  assert.ok(answer.text.startsWith('<'), answer.text)
  assert.match(answer.text, /Patient\.gender/)
})

test('others are served between the reading of a body and its check, which may not take long', async () => {
  const order: string[] = []
  const check = (_resource: unknown, { time = Number.POSITIVE_INFINITY }: { time?: number } = {}) => {
    order.push('check')
    assert.ok(time <= 250)
    return []
  }
  const body = { kind: 'unchecked', json: { resourceType: 'Basic' } }
  const call = {
    context: { validator: { check } },
    request: { body, language: 'fr' },
    arguments: { one: () => undefined, all: () => [] },
  }
  setImmediate(() => order.push('health'))
  await VALIDATE.run(call as unknown as OperationCall)
  assert.deepEqual(order, ['health', 'check'])
})

test('no message holds a value of the resource', async () => {
  const secret = 'Zébulonne'
  const wrong = {
    ...aDocument('Patient/x').build(),
    description: 1,
    status: secret,
    author: [{ reference: secret, display: 7 }],
  }
  const text = JSON.stringify(await validated('DocumentReference/$validate', wrong))
  assert.ok(!text.includes(secret))
})
