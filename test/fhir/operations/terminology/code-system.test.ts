import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertRefused } from '../../../support/client.ts'
import { sharedServer } from '../../../support/server.ts'
import { callsOf, FRCP, FRCP_DISPLAY, GENDER, REASONS, valuesOf } from './calls.ts'

const server = sharedServer()
const { get, post } = callsOf(server)
const DISPLAYED = { result: true, display: FRCP_DISPLAY }

describe('CodeSystem/$lookup', () => {
  test('the French display of a document type', async () => {
    const values = valuesOf(await get('CodeSystem/$lookup', FRCP))
    assert.deepEqual(values, { name: 'LOINC', display: FRCP_DISPLAY })
  })

  test('name, version, place in the hierarchy and properties, by POST', async () => {
    const answer = await post('CodeSystem/$lookup', { name: 'coding', valueCoding: { system: REASONS, code: 'TREAT' } })
    const { name, display, property } = valuesOf(answer)
    assert.deepEqual(
      [name, display, property],
      ['v3.ActReason', 'treatment', { code: 'parent', value: 'PurposeOfUse' }],
    )
  })

  test('designations, in the language asked for, and only the properties asked for', async () => {
    const system = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-mode-validation-identity'
    const values = valuesOf(await get('CodeSystem/$lookup', { system, code: 'CN', displayLanguage: 'fr' }))
    assert.deepEqual(Object.keys(values), ['name', 'version', 'display', 'designation'])
    const few = valuesOf(await get('CodeSystem/$lookup', { system, code: 'CN', property: 'parent' }))
    assert.deepEqual(Object.keys(few), ['name', 'version', 'display'])
  })

  const refused: readonly [id: string, parameters: Record<string, string>, status: number, key: string][] = [
    ['an unknown code', { system: GENDER, code: 'x' }, 404, 'terminology.code-unknown'],
    ['a name of JavaScript', { system: GENDER, code: '__proto__' }, 404, 'terminology.code-unknown'],
    ['an unknown system', { system: 'urn:none', code: 'x' }, 404, 'terminology.code-system-unknown'],
    ['a code alone', { code: 'x' }, 400, 'terminology.code-form'],
    ['a system alone', { system: GENDER }, 400, 'terminology.code-form'],
  ]
  for (const [id, parameters, status, key] of refused) {
    test(`refuses ${id}`, async () => void assertRefused(await get('CodeSystem/$lookup', parameters), status, key))
  }
})

describe('CodeSystem/$validate-code', () => {
  const rows: readonly [id: string, parameters: Record<string, string>, expected: Record<string, unknown>][] = [
    ['a code that is there', { url: GENDER, code: 'male' }, { result: true, display: 'Male' }],
    [
      'a code that is not',
      { url: GENDER, code: 'Male' },
      { result: false, message: 'Le code n’existe pas dans le système de codage.' },
    ],
    ['a code of a fragment', { url: 'http://loinc.org', code: FRCP.code }, DISPLAYED],
  ]
  for (const [id, parameters, expected] of rows) {
    test(id, async () => assert.deepEqual(valuesOf(await get('CodeSystem/$validate-code', parameters)), expected))
  }

  test('by id; a coding of another system is not in this one', async () => {
    const call = 'CodeSystem/administrative-gender/$validate-code'
    assert.equal(valuesOf(await get(call, { code: 'male' })).result, true)
    const coding = { system: 'urn:other', code: 'male' }
    assert.equal(valuesOf(await post(call, { name: 'coding', valueCoding: coding })).result, false)
  })

  test('a code that LOINC may have is no verdict', async () => {
    const asked = { url: 'http://loinc.org', code: '0000-0' }
    assertRefused(await get('CodeSystem/$validate-code', asked), 422, 'terminology.not-known')
  })
})

describe('CodeSystem/$subsumes', () => {
  const rows: readonly [codeA: string, codeB: string, outcome: string][] = [
    ['PurposeOfUse', 'TREAT', 'subsumes'],
    ['TREAT', 'PurposeOfUse', 'subsumed-by'],
    ['TREAT', 'TREAT', 'equivalent'],
    ['TREAT', 'HPAYMT', 'not-subsumed'],
  ]
  for (const [codeA, codeB, outcome] of rows) {
    test(`${codeA} ${outcome} ${codeB}`, async () => {
      assert.deepEqual(valuesOf(await get('CodeSystem/$subsumes', { system: REASONS, codeA, codeB })), { outcome })
    })
  }

  test('by codings and by id', async () => {
    const [codingA, codingB] = ['PurposeOfUse', 'TREAT'].map((code) => ({ system: REASONS, code }))
    assert.ok(codingA !== undefined && codingB !== undefined)
    const codings = [
      { name: 'codingA', valueCoding: codingA },
      { name: 'codingB', valueCoding: codingB },
    ]
    assert.deepEqual(valuesOf(await post('CodeSystem/$subsumes', ...codings)), { outcome: 'subsumes' })
    const byId = await get('CodeSystem/v3-ActReason/$subsumes', { codeA: 'TREAT', codeB: 'TREAT' })
    assert.deepEqual(valuesOf(byId), { outcome: 'equivalent' })
  })

  test('refuses an unknown code, an unknown id and half a question', async () => {
    const system = REASONS
    assertRefused(
      await get('CodeSystem/$subsumes', { system, codeA: 'TREAT', codeB: 'x' }),
      404,
      'terminology.code-unknown',
    )
    assertRefused(await get('CodeSystem/none/$subsumes', { codeA: 'a', codeB: 'b' }), 404, 'resource.unknown')
    assertRefused(await get('CodeSystem/$subsumes', { system, codeA: 'TREAT' }), 400, 'terminology.code-form')
  })
})
