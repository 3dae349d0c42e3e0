import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../../src/validation/catalogue/index.ts'
import { openValidator } from '../../../src/validation/open.ts'
import { profilesOfRecord } from '../../../src/validation/policy.ts'
import { documentBytes } from '../../french/cda/a-document.ts'
import { derived } from './derived.ts'
import { profileValidator } from './whole.ts'

const validator = profileValidator('2.2.0')
const LOINC = 'http://loinc.org'
const A03 = 'https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument'
const A06 = 'https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire'

const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const { entry } = derived(documentBytes())

function errorsUnder(profile: string, changes: object): string[] {
  return validator
    .validate({ ...entry, ...changes }, { profiles: [`https://dcc-fhir.example/StructureDefinition/${profile}`] })
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression }) => `${key} ${expression}`)
}

function about(events: object): object {
  const { context } = { context: {}, ...entry }
  return { context: { ...context, ...events } }
}

function formatted(code: string): object {
  const { content } = { content: [{}], ...entry }
  return { content: content.map((one) => ({ ...one, format: { system: A06, code } })) }
}

const REPORT = { type: coded(LOINC, '11488-4'), category: [coded(A03, '10')], ...formatted('urn:x') }
const EVENTS = { event: [coded('http://hl7.org/fhir/sid/icd-10', 'Z51.1')] }
const TUMOUR = { event: [coded('http://hl7.org/fhir/sid/icd-10', 'C50.2')] }
const PLAN = { type: coded(LOINC, '18776-5'), category: [coded(A03, '44')] }

const ROWS: readonly (readonly [name: string, profile: string, changes: object, expected: readonly string[]])[] = [
  ['a fiche RCP is a cancer document', 'dcc-cancer-document', {}, []],
  ['a fiche RCP is a fiche RCP', 'dcc-fiche-rcp', {}, []],
  ['a fiche RCP is no care plan', 'dcc-pps', {}, ['value.pattern DocumentReference.type']],
  ['a care plan is a care plan', 'dcc-pps', { ...PLAN, ...formatted('urn:asip:ci-sis:pps-cancer:2017') }, []],
  [
    'the plan of the elderly is no cancer document',
    'dcc-cancer-document',
    { ...PLAN, ...formatted('urn:asip:ci-sis:pps-paerpa:2017') },
    ['inv.dcc-cancer-2 DocumentReference'],
  ],
  [
    'a consultation report without a tumour is no cancer document',
    'dcc-cancer-document',
    { ...REPORT, ...about(EVENTS) },
    ['inv.dcc-cancer-1 DocumentReference'],
  ],
  ['a consultation report about a tumour is one', 'dcc-cancer-document', { ...REPORT, ...about(TUMOUR) }, []],
]

for (const [name, profile, changes, expected] of ROWS) {
  test(name, () => assert.deepEqual([...errorsUnder(profile, changes)].sort(), [...expected].sort()))
}

const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference'
const DCC = 'https://dcc-fhir.example/StructureDefinition'

/** Which profiles the record applies besides PDSm (docs/decisions/0010). */
const KINDS: readonly (readonly [name: string, changes: object, profiles: readonly string[]])[] = [
  ['a fiche RCP', {}, [`${DCC}/dcc-fiche-rcp`]],
  ['a care plan', { ...PLAN, ...formatted('urn:ihe:iti:xds-sd:pdf:2008') }, [`${DCC}/dcc-pps`]],
  ['the plan of the elderly', { ...PLAN, ...formatted('urn:asip:ci-sis:pps-paerpa:2017') }, []],
  ['a pathology report', { type: coded(LOINC, '60568-3') }, [`${DCC}/dcc-cr-acp`]],
  ['a molecular genetics report', { type: coded(LOINC, '51969-4') }, [`${DCC}/dcc-cr-gm`]],
  ['a consultation report', REPORT, []],
  ['a type of another system with the same code', { type: coded('https://example.org', '34794-8') }, []],
]

for (const [name, changes, profiles] of KINDS) {
  test(`the record holds ${name} to PDSm and ${profiles.join() || 'nothing else'}`, () => {
    const document = JSON.parse(JSON.stringify({ ...entry, ...changes }))
    assert.deepEqual(profilesOfRecord(document), [PDSM, ...profiles])
  })
}

const record = openValidator({ frCore: '2.2.0', insDomain: 'test', packages: [] })

test('a fiche RCP in the format of nothing is told once where, what is expected, and by whom', () => {
  const document = JSON.parse(JSON.stringify({ ...entry, ...formatted('urn:ihe:iti:xds:2017:mimeTypeSufficient') }))
  const issues = record
    .check(document, { profiles: profilesOfRecord(document) })
    .filter(({ severity }) => severity === 'error')
  const [issue] = issues
  assert.deepEqual(
    issues.map(({ key, expression, source }) => [key, expression, source]),
    [['inv.dcc-fiche-rcp-1', 'DocumentReference.content[0].format', `${DCC}/dcc-fiche-rcp`]],
  )
  assert.ok(issue)
  for (const language of ['fr', 'en'] as const) {
    assert.match(textOf(issue, language), /urn:asip:ci-sis:frcp:2011.*urn:ihe:iti:xds-sd:pdf:2008/)
  }
})

test('what PDSm asks of a fiche RCP is told with the profile of PDSm as its source, and once', () => {
  const { authenticator: _left, ...document } = JSON.parse(JSON.stringify(entry))
  const issues = record.check(document, { profiles: profilesOfRecord(document) })
  const missing = issues.filter(({ key, detail }) => key === 'element.required' && detail.name === 'authenticator')
  assert.deepEqual(
    missing.map(({ source }) => source),
    [`${PDSM}#DocumentReference.authenticator`],
  )
})
