import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertRefused } from '../../../support/client.ts'
import { sharedServer } from '../../../support/server.ts'
import { CLASSES, callsOf, FRCP, TYPES, valuesOf } from './calls.ts'

const server = sharedServer()
const { get } = callsOf(server)
const NOS = 'https://mos.esante.gouv.fr/NOS'
const TRE_A03 = `${NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument`

describe('ConceptMap/$translate', () => {
  const X04 = `${NOS}/ASS_X04-CorrespondanceType-Classe-CISIS/FHIR/ASS-X04-CorrespondanceType-Classe-CISIS`
  const A11 = `${NOS}/ASS_A11-CorresModeleCDA-XdsFormatCode-CISIS/FHIR/ASS-A11-CorresModeleCDA-XdsFormatCode-CISIS`
  const REPORT = {
    equivalence: 'equivalent',
    concept: { system: TRE_A03, code: '10', display: 'Compte rendu' },
    source: X04,
  }

  test('a document type to its class, by url, by id, by the value sets, by the system', async () => {
    for (const [call, parameters] of [
      ['ConceptMap/$translate', { url: X04 }],
      ['ConceptMap/ASS-X04-CorrespondanceType-Classe-CISIS/$translate', {}],
      ['ConceptMap/$translate', { source: TYPES, target: CLASSES }],
      ['ConceptMap/$translate', { targetsystem: TRE_A03 }],
    ] as const) {
      assert.deepEqual(valuesOf(await get(call, { ...parameters, ...FRCP })), { result: true, match: REPORT })
    }
  })

  test('a CDA template to its format', async () => {
    const system = `${NOS}/TRE_R220-ModeleDocumentCDAStructure/FHIR/TRE-R220-ModeleDocumentCDAStructure`
    const { match } = valuesOf(await get('ConceptMap/$translate', { url: A11, system, code: '1.2.250.1.213.1.1.1.8' }))
    assert.deepEqual(match, {
      equivalence: 'equivalent',
      concept: {
        system: `${NOS}/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire`,
        code: 'urn:asip:ci-sis:frcp:2011',
        display: 'Fiche de réunion de concertation pluridisciplinaire',
      },
      source: A11,
    })
  })

  test('back from a class to the types that have it', async () => {
    const answer = await get('ConceptMap/$translate', { url: X04, system: TRE_A03, code: '45', reverse: 'true' })
    const matches = answer.resource('Parameters').parameter?.filter(({ name }) => name === 'match')
    assert.deepEqual(
      matches?.map(({ part }) => part?.[1]?.valueCoding?.code),
      ['80565-5'],
    )
  })

  test('nothing that corresponds is an answer', async () => {
    const values = valuesOf(await get('ConceptMap/$translate', { url: X04, system: 'http://loinc.org', code: '0' }))
    assert.deepEqual(values, { result: false, message: 'Aucune correspondance pour ce code.' })
  })

  test('refuses an unknown map and a code without a system', async () => {
    assertRefused(
      await get('ConceptMap/$translate', { url: 'urn:none', ...FRCP }),
      404,
      'terminology.concept-map-unknown',
    )
    assertRefused(await get('ConceptMap/$translate', { url: X04, code: '1' }), 400, 'operation.parameter-missing')
  })
})
