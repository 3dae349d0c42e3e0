import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ParametersParameter } from '@medplum/fhirtypes'
import { OPERATIONS } from '../../../../src/fhir/operations/table.ts'
import { aBatch } from '../../../support/builders.ts'
import { type Answer, assertRefused } from '../../../support/client.ts'
import { sharedServer } from '../../../support/server.ts'
import { callsOf, GENDERS, REASONS, TYPES } from './calls.ts'

const server = sharedServer()
const { get, post } = callsOf(server)

const TERMINOLOGY: ReadonlySet<string | undefined> = new Set(['CodeSystem', 'ConceptMap', 'ValueSet'])

describe('calls that are wrong in themselves', () => {
  const url: ParametersParameter = { name: 'url', valueUri: GENDERS }
  const rows: readonly [id: string, ask: () => Promise<Answer>, status: number, key: string][] = [
    [
      'an unknown parameter',
      () => get('ValueSet/$expand', { url: GENDERS, urls: '1' }),
      400,
      'operation.parameter-unknown',
    ],
    ['a name of JavaScript', () => get('ValueSet/$expand', { constructor: '1' }), 400, 'operation.parameter-unknown'],
    [
      'a parameter with another name',
      () => post('ValueSet/$expand', { name: 'uri', valueUri: GENDERS }),
      400,
      'operation.parameter-unknown',
    ],
    [
      'a number that is none',
      () => get('ValueSet/$expand', { url: GENDERS, count: '-1' }),
      400,
      'operation.parameter-type',
    ],
    [
      'a flag that is none',
      () => get('ValueSet/$expand', { url: GENDERS, activeOnly: '1' }),
      400,
      'operation.parameter-type',
    ],
    ['an empty text', () => get('ValueSet/$expand', { url: '' }), 400, 'operation.parameter-type'],
    [
      'a coding in the URL',
      () => get('ValueSet/$validate-code', { url: GENDERS, coding: 'male' }),
      400,
      'operation.parameter-type',
    ],
    [
      'a value of another type',
      () => post('ValueSet/$expand', { name: 'url', valueBoolean: true }),
      400,
      'operation.parameter-type',
    ],
    [
      'a resource that is no value set',
      () => post('ValueSet/$expand', { name: 'valueSet', resource: { resourceType: 'Basic', code: { text: 'x' } } }),
      400,
      'operation.parameter-type',
    ],
    ['a parameter twice', () => post('ValueSet/$expand', url, url), 400, 'operation.parameter-repeated'],
    [
      'a body that is no Parameters',
      () => server().post('ValueSet/$expand', { resourceType: 'Basic', code: { text: 'x' } }),
      400,
      'operation.body',
    ],
    [
      'two forms of a code',
      () =>
        post(
          'ValueSet/$validate-code',
          url,
          { name: 'code', valueCode: 'male' },
          { name: 'coding', valueCoding: { code: 'male' } },
        ),
      400,
      'terminology.code-form',
    ],
    ['no code', () => get('ValueSet/$validate-code', { url: GENDERS }), 400, 'terminology.code-form'],
    ['an operation of another type', () => get('CodeSystem/$expand', { url: GENDERS }), 404, 'http.not-found'],
    ['an operation that is none', () => get('ValueSet/$constructor'), 404, 'http.not-found'],
    [
      'a level that it does not have',
      () => get('CodeSystem/v3-ActReason/$lookup', { code: 'TREAT' }),
      404,
      'http.not-found',
    ],
    ['a type that is not stored', () => get('ValueSet'), 404, 'resource.type-unknown'],
    ['another method', () => server().put('ValueSet/$expand', { resourceType: 'Parameters' }), 405, 'http.method'],
  ]
  for (const [id, ask, status, key] of rows) {
    test(`${id} is refused`, async () => void assertRefused(await ask(), status, key))
  }

  test('a hostile value set is refused in no time', async () => {
    const filter = [{ property: 'concept', op: 'is-a' as const, value: 'PurposeOfUse' }]
    const include = Array.from({ length: 20_000 }, () => ({ system: REASONS, filter }))
    const resource = { resourceType: 'ValueSet' as const, status: 'draft' as const, compose: { include } }
    const before = performance.now()
    assertRefused(await post('ValueSet/$expand', { name: 'valueSet', resource }), 422, 'terminology.not-expandable')
    assert.ok(performance.now() - before < 3_000)
  })

  test('what was sent is never repeated', async () => {
    const secret = '284059912345606'
    for (const call of [
      get('ValueSet/$expand', { url: secret }),
      get('CodeSystem/$lookup', { system: secret, code: secret }),
      get('ValueSet/$validate-code', { url: GENDERS, code: secret, [secret]: secret }),
      get('ConceptMap/$translate', { system: secret, code: secret }),
    ]) {
      assert.ok(!(await call).text.includes(secret))
    }
  })
})

describe('formats and places', () => {
  test('XML in and out', async () => {
    const body =
      '<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="url"/>' +
      `<valueUri value="${TYPES}"/></parameter><parameter><name value="coding"/><valueCoding>` +
      '<system value="http://loinc.org"/><code value="34794-8"/></valueCoding></parameter></Parameters>'
    const headers = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' }
    const answer = await server().post('ValueSet/$validate-code', body, headers)
    assert.equal(answer.status, 200, answer.text)
    assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+xml/)
    assert.match(answer.text, /<parameter><name value="result"\/><valueBoolean value="true"\/><\/parameter>/)
    const expanded = await server().get(`ValueSet/$expand?url=${GENDERS}&_format=xml`)
    assert.match(expanded.text, /<contains><system value="[^"]+"\/><code value="male"\/><display value="Male"\/>/)
  })

  test('in a batch', async () => {
    const asked = `ValueSet/$validate-code?url=${GENDERS}&code=male`
    const answer = await server().post('/fhir', aBatch({ request: { method: 'GET', url: asked } }))
    const [entry] = answer.resource('Bundle').entry ?? []
    assert.equal(entry?.response?.status, '200 OK', answer.text)
    assert.equal(entry?.resource?.resourceType, 'Parameters')
  })

  test('every operation of a type is declared with it, and nothing that is not in the table', async () => {
    const statement = (await server().get('metadata')).resource('CapabilityStatement')
    const [rest] = statement.rest ?? []
    const declared = (rest?.resource ?? []).flatMap(({ type, operation = [] }) =>
      operation.map(({ name, definition }) => `${type} ${name} ${definition}`),
    )
    const own = OPERATIONS.filter(({ type }) => type !== undefined)
    const expected = own.map(({ type, code, definition }) => `${type} ${code} ${definition}`)
    assert.deepEqual(
      expected.filter((operation) => !declared.includes(operation)),
      [],
    )
    const known = new Set(OPERATIONS.map(({ code, definition }) => `${code} ${definition}`))
    const all = [...(rest?.resource ?? []).flatMap(({ operation = [] }) => operation), ...(rest?.operation ?? [])]
    assert.deepEqual(
      all.filter(({ name, definition }) => !known.has(`${name} ${definition}`)),
      [],
    )
  })

  test('what is declared is routed: without parameters each asks for them', async () => {
    for (const { type, code, levels } of OPERATIONS.filter((operation) => TERMINOLOGY.has(operation.type))) {
      for (const level of levels) {
        const answer = await server().get(`${type}/${level === 'instance' ? 'unknown/' : ''}$${code}`)
        assert.ok([400, 404].includes(answer.status), answer.text)
        assert.notEqual(answer.resource('OperationOutcome').issue?.[0]?.details?.coding?.[0]?.code, 'http.not-found')
      }
    }
  })
})
