import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkedResource } from '../../../../src/fhir/structure.ts'
import { type Answer, assertRefused } from '../../../support/client.ts'
import { sharedServer } from '../../../support/server.ts'
import { COMMUNES, callsOf, FRCP, FRCP_DISPLAY, GENDER, GENDERS, TYPES, valuesOf } from './calls.ts'

const server = sharedServer()
const { get, post } = callsOf(server)
const NOS = 'https://mos.esante.gouv.fr/NOS'
const DISPLAYED = { result: true, display: FRCP_DISPLAY }

describe('ValueSet/$validate-code', () => {
  const rows: readonly [id: string, ask: () => Promise<Answer>, expected: Record<string, unknown>][] = [
    ['by code and system', () => get('ValueSet/$validate-code', { url: TYPES, ...FRCP }), DISPLAYED],
    [
      'by the id of the address',
      () => get('ValueSet/JDV-J07-XdsTypeCode-CISIS/$validate-code', { ...FRCP }),
      DISPLAYED,
    ],
    [
      'by coding',
      () => post('ValueSet/$validate-code', { name: 'url', valueUri: TYPES }, { name: 'coding', valueCoding: FRCP }),
      DISPLAYED,
    ],
    [
      'by concept: one of its codes suffices',
      () =>
        post(
          'ValueSet/$validate-code',
          { name: 'url', valueUri: TYPES },
          { name: 'codeableConcept', valueCodeableConcept: { coding: [{ system: 'urn:x', code: '1' }, FRCP] } },
        ),
      DISPLAYED,
    ],
    [
      'in a value set that is sent along',
      () =>
        post(
          'ValueSet/$validate-code',
          {
            name: 'valueSet',
            resource: { resourceType: 'ValueSet', status: 'draft', compose: { include: [{ system: GENDER }] } },
          },
          { name: 'coding', valueCoding: { system: GENDER, code: 'male' } },
        ),
      { result: true, display: 'Male' },
    ],
    [
      'a version',
      () => get('ValueSet/$validate-code', { url: GENDERS, valueSetVersion: '4.0.1', code: 'male' }),
      { result: true },
    ],
    [
      'a code outside, in French',
      () => get('ValueSet/$validate-code', { url: GENDERS, code: 'femme' }),
      { result: false, message: 'Le code ne fait pas partie du jeu de valeurs.' },
    ],
    [
      'a wrong display',
      () => get('ValueSet/$validate-code', { url: TYPES, ...FRCP, display: 'Tumor board' }),
      {
        result: false,
        message: 'Le code existe, mais le libellé fourni n’est pas l’un des siens.',
        display: FRCP_DISPLAY,
      },
    ],
    [
      'the right display, in other letters',
      () => get('ValueSet/$validate-code', { url: TYPES, ...FRCP, display: FRCP_DISPLAY.toUpperCase() }),
      DISPLAYED,
    ],
  ]
  for (const [id, ask, expected] of rows) {
    test(id, async () => assert.deepEqual(valuesOf(await ask()), expected))
  }

  test('the message is in the language of the caller', async () => {
    const asked = `ValueSet/$validate-code?url=${GENDERS}&code=femme`
    const answer = await server().get(asked, { 'accept-language': 'en' })
    assert.equal(valuesOf(answer).message, 'The code is not in the value set.')
  })

  test('what cannot be told offline is no verdict', async () => {
    const system = `${NOS}/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM`
    assertRefused(
      await get('ValueSet/$validate-code', { url: COMMUNES, system, code: '75056' }),
      422,
      'terminology.not-known',
    )
  })
})

describe('ValueSet/$expand', () => {
  const expansionOf = async (ask: Promise<Answer>) => {
    const answer = await ask
    assert.equal(answer.status, 200, answer.text)
    checkedResource(answer.json())
    const valueSet = answer.resource('ValueSet')
    assert.ok(valueSet.expansion !== undefined)
    return { valueSet, expansion: valueSet.expansion, codes: valueSet.expansion.contains?.map(({ code }) => code) }
  }

  test('every code with its system and display, and the notice of its licence', async () => {
    const { valueSet, expansion } = await expansionOf(get('ValueSet/$expand', { url: TYPES }))
    assert.deepEqual([expansion.total, expansion.contains?.length, expansion.offset], [123, 123, 0])
    assert.match(expansion.identifier ?? '', /^urn:uuid:/)
    assert.ok(!Number.isNaN(Date.parse(expansion.timestamp ?? '')))
    assert.deepEqual([valueSet.url, valueSet.version, valueSet.status], [TYPES, '20260629120000', 'active'])
    assert.match(valueSet.copyright ?? '', /LOINC.*Regenstrief/)
    assert.deepEqual(
      expansion.contains?.find(({ code }) => code === FRCP.code),
      { ...FRCP, display: FRCP_DISPLAY },
    )
  })

  test('by id, by POST, of a set that is sent along', async () => {
    const genders = ['male', 'female', 'other', 'unknown']
    assert.deepEqual((await expansionOf(get('ValueSet/administrative-gender/$expand'))).codes, genders)
    assert.deepEqual((await expansionOf(post('ValueSet/$expand', { name: 'url', valueUri: GENDERS }))).codes, genders)
    const sent = {
      resourceType: 'ValueSet' as const,
      status: 'draft' as const,
      compose: { include: [{ valueSet: [GENDERS] }], exclude: [{ system: GENDER, concept: [{ code: 'other' }] }] },
    }
    const { valueSet, codes } = await expansionOf(post('ValueSet/$expand', { name: 'valueSet', resource: sent }))
    assert.deepEqual([codes, valueSet.url], [['male', 'female', 'unknown'], undefined])
  })

  test('the words of a filter, in any case and without accents', async () => {
    const { codes } = await expansionOf(get('ValueSet/$expand', { url: TYPES, filter: 'REUNION pluri' }))
    assert.deepEqual(codes, [FRCP.code])
    const none = await expansionOf(get('ValueSet/$expand', { url: TYPES, filter: 'zzz' }))
    assert.deepEqual([none.expansion.total, none.codes], [0, undefined])
  })

  test('pages are parts of the whole', async () => {
    const whole = await expansionOf(get('ValueSet/$expand', { url: TYPES }))
    const pages = await Promise.all(
      ['0', '50', '100', '150'].map((offset) =>
        expansionOf(get('ValueSet/$expand', { url: TYPES, offset, count: '50' })),
      ),
    )
    assert.deepEqual(
      pages.flatMap(({ codes }) => codes ?? []),
      whole.codes,
    )
    assert.deepEqual(
      pages.map(({ expansion }) => expansion.total),
      [123, 123, 123, 123],
    )
    assert.deepEqual(pages[1]?.expansion.parameter, [
      { name: 'offset', valueInteger: 50 },
      { name: 'count', valueInteger: 50 },
    ])
  })

  test('designations and codes out of use, as asked', async () => {
    const url = 'https://hl7.fr/ig/fhir/core/ValueSet/fr-core-vs-mode-validation-identity'
    const { expansion } = await expansionOf(get('ValueSet/$expand', { url, includeDesignations: 'true' }))
    assert.equal(expansion.contains?.[0]?.designation?.[0]?.language, 'fr-FR')
    const relations = 'http://hl7.org/fhir/ValueSet/v3-PurposeOfUse'
    assertRefused(await get('ValueSet/$expand', { url: relations }), 404, 'terminology.value-set-unknown')
    const reasons = { url: 'http://terminology.hl7.org/ValueSet/v3-PurposeOfUse' }
    const all = await expansionOf(get('ValueSet/$expand', reasons))
    const active = await expansionOf(get('ValueSet/$expand', { ...reasons, activeOnly: 'true' }))
    assert.ok(
      (all.expansion.contains ?? []).every(({ inactive, code }) => inactive !== true || !active.codes?.includes(code)),
    )
  })

  const refused: readonly [id: string, parameters: Record<string, string>, status: number, key: string][] = [
    ['a set of codes that are not here', { url: COMMUNES }, 422, 'terminology.not-expandable'],
    [
      'languages, which are known by their syntax',
      { url: 'http://hl7.org/fhir/ValueSet/all-languages' },
      422,
      'terminology.not-expandable',
    ],
    ['an unknown set', { url: 'urn:none' }, 404, 'terminology.value-set-unknown'],
    ['an unknown version', { url: `${TYPES}|1` }, 404, 'terminology.value-set-unknown'],
    ['no set', {}, 400, 'operation.parameter-missing'],
  ]
  for (const [id, parameters, status, key] of refused) {
    test(`refuses ${id}`, async () => void assertRefused(await get('ValueSet/$expand', parameters), status, key))
  }
})
