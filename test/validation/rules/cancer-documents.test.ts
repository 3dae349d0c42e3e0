import assert from 'node:assert/strict'
import { test } from 'node:test'
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
    .validate({ ...entry, ...changes }, { profiles: [`StructureDefinition/${profile}`] })
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
  [
    'a fiche RCP is no care plan',
    'dcc-pps',
    {},
    ['value.pattern DocumentReference.category[0]', 'value.pattern DocumentReference.type'],
  ],
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
