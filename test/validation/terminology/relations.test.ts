import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { builtInTerminology } from '../../../src/validation/terminology/built-in.ts'
import { readTerminologyResource } from '../../../src/validation/terminology/read.ts'
import { subsumption } from '../../../src/validation/terminology/subsumes.ts'
import { translate } from '../../../src/validation/terminology/translate.ts'

const { registry, knows, contains, displays } = builtInTerminology({ frCore: '2.2.0' })

describe('how codes stand to each other', () => {
  const reasons = registry.codeSystem('http://terminology.hl7.org/CodeSystem/v3-ActReason')
  const loinc = registry.codeSystem('http://loinc.org')
  const rows: readonly [a: string, b: string, expected: string | undefined][] = [
    ['TREAT', 'TREAT', 'equivalent'],
    ['PurposeOfUse', 'TREAT', 'subsumes'],
    ['TREAT', 'PurposeOfUse', 'subsumed-by'],
    ['TREAT', 'HPAYMT', 'not-subsumed'],
    ['TREAT', 'none', undefined],
  ]
  for (const [a, b, expected] of rows) {
    test(`${a} and ${b}: ${expected}`, () => assert.equal(reasons && subsumption(reasons, a, b), expected))
  }

  test('of a fragment only what it shows is told', () => {
    assert.ok(loinc !== undefined)
    assert.equal(subsumption(loinc, '34794-8', '34794-8'), 'equivalent')
    assert.equal(subsumption(loinc, '34794-8', '18776-5'), undefined)
  })
})

describe('translations', () => {
  const maps = registry.conceptMaps
  const NOS = 'https://mos.esante.gouv.fr/NOS'
  const TEMPLATES = `${NOS}/TRE_R220-ModeleDocumentCDAStructure/FHIR/TRE-R220-ModeleDocumentCDAStructure`
  const UNSTRUCTURED = `${NOS}/TRE_R221-ModeleDocumentCDANonStructure/FHIR/TRE-R221-ModeleDocumentCDANonStructure`
  const rows: readonly [id: string, system: string, code: string, expected: string][] = [
    ['a fiche RCP is a report', 'http://loinc.org', '34794-8', '10 equivalent'],
    ['a care plan', 'http://loinc.org', '18776-5', '44 equivalent'],
    ['a type that ASS_X04 forgets', 'http://loinc.org', '83963-9', '11 equivalent'],
    ['the template of the fiche RCP', TEMPLATES, '1.2.250.1.213.1.1.1.8', 'urn:asip:ci-sis:frcp:2011 equivalent'],
    ['a document that is replaced', 'urn:ihe:iti:2007:AssociationType', 'RPLC', 'replaces equal'],
    ['a code of another system', 'urn:x', '34794-8', ''],
    ['an unknown code', 'http://loinc.org', 'constructor', ''],
  ]
  for (const [id, system, code, expected] of rows) {
    test(id, () => {
      const found = translate({ maps, system, code }).map(({ target }) => `${target.code} ${target.equivalence}`)
      assert.equal(found.join(', '), expected)
    })
  }

  test('the format of an unstructured document depends on its body: five of them', () => {
    const found = translate({ maps, system: UNSTRUCTURED, code: '1.3.6.1.4.1.19376.1.2.20' })
    assert.deepEqual([found.length, new Set(found.map(({ target }) => target.equivalence))], [5, new Set(['narrower'])])
  })

  test('back from a target, with the relation turned round', () => {
    const back = translate({
      maps,
      system: 'http://hl7.org/fhir/document-relationship-type',
      code: 'replaces',
      reverse: true,
    })
    assert.deepEqual(
      back.map(({ target }) => [target.code, target.equivalence]),
      [
        ['RPLC', 'equal'],
        ['XFRM_RPLC', 'wider'],
      ],
    )
  })

  test('only to one system', () => {
    const to = (targetSystem: string) => translate({ maps, system: 'http://loinc.org', code: '34794-8', targetSystem })
    assert.deepEqual(
      [to('urn:x').length, to(`${NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument`).length],
      [0, 1],
    )
  })
})

describe('the release of FR Core is the one asked for', () => {
  const FR = 'https://hl7.fr/ig/fhir/core/ValueSet/fr-core-vs-patient-gender-INS'
  const former = builtInTerminology({ frCore: '2.1.0' })
  test('sets of 2.1.0 are there with 2.1.0 only', () => {
    assert.equal(contains(FR, undefined, 'male'), undefined)
    assert.equal(former.contains(FR, undefined, 'male'), true)
    assert.equal(former.contains(FR, undefined, 'other'), false)
  })

  test('so are codes', () => {
    const DOCUMENTS = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-mode-validation-identity'
    assert.deepEqual([knows(DOCUMENTS, 'IE'), former.knows(DOCUMENTS, 'IE')], [true, false])
  })
})

describe('the displays of the official examples', () => {
  const TRE_A03 = 'https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument'
  const rows: readonly [system: string, code: string, display: string, expected: boolean | undefined][] = [
    [TRE_A03, '10', 'Compte rendu', true],
    [TRE_A03, '10', 'Compte-rendu', false],
    ['http://loinc.org', '34133-9', 'Synthèse d’épisode de soins', true],
    ['http://loinc.org', '15507-7', "Note d'évolution", false],
    ['http://loinc.org', '0000-0', 'Anything', undefined],
    ['urn:unknown', '1', 'Anything', undefined],
  ]
  for (const [system, code, display, expected] of rows) {
    test(`${code} as ${display}: ${expected}`, () => assert.equal(displays(system, code, display), expected))
  }
})

test('packages add to what is carried, and may replace it', () => {
  const added = { resourceType: 'ValueSet', url: 'urn:mine', compose: { include: [{ system: 'http://loinc.org' }] } }
  const gender = {
    resourceType: 'ValueSet',
    url: 'http://hl7.org/fhir/ValueSet/administrative-gender',
    compose: { include: [{ system: 'http://hl7.org/fhir/administrative-gender', concept: [{ code: 'female' }] }] },
  }
  // Packages name LOINC without its codes, too.
  const loinc = { resourceType: 'CodeSystem', url: 'http://loinc.org', content: 'not-present' }
  const mine = builtInTerminology({
    frCore: '2.2.0',
    packages: [added, gender, loinc, { resourceType: 'Patient' }, 'x'],
  })
  assert.equal(mine.contains('urn:mine', 'http://loinc.org', '34794-8'), true)
  assert.equal(mine.contains('urn:mine', 'http://loinc.org', '0000-0'), undefined)
  assert.equal(mine.contains(gender.url, undefined, 'male'), false)
})

test('a concept map is read with its targets, of which some say that nothing corresponds', () => {
  const map = readTerminologyResource({
    resourceType: 'ConceptMap',
    url: 'urn:map',
    group: [
      {
        source: 'urn:a',
        target: 'urn:b',
        element: [
          { code: '1', target: [{ code: 'x', equivalence: 'wider' }] },
          { code: '1', target: [{ equivalence: 'unmatched' }, 3] },
          { target: [] },
        ],
      },
    ],
  })
  assert.ok(map?.resourceType === 'ConceptMap')
  assert.deepEqual(
    translate({ maps: [map], system: 'urn:a', code: '1' }).map(({ target }) => target),
    [{ code: 'x', equivalence: 'wider' }, { equivalence: 'unmatched' }],
  )
})
