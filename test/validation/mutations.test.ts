import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { DocumentReference, List, Patient } from '@medplum/fhirtypes'
import { openValidator } from '../../src/validation/open.ts'
import { profilesOfRecord } from '../../src/validation/policy.ts'
import { aContent, aDocument, aPatient, aSubmissionSet } from '../support/builders.ts'

/**
 * Valid resources of the record, one rule broken at a time: exactly that rule is reported as an error. What a fault
 * entails by definition is named beside it.
 */
const validator = openValidator({
  frCore: '2.2.0',
  insDomain: 'test',
  packages: [],
  cacheFolder: resolve('.cache/rules'),
})

// biome-ignore lint/suspicious/noExplicitAny: a mutation may put anything anywhere, which no type allows
type Loose = any
type Mutation = readonly [id: string, mutate: (resource: Loose) => void, ...keys: string[]]

const content = aContent()
const patient: Patient = { ...aPatient().qualified().build(), id: 'p1' }
const document: DocumentReference = { ...aDocument('Patient/p1').at('Binary/p1.b1', content).build(), id: 'd1' }
const list: List = { ...aSubmissionSet('Patient/p1', ['DocumentReference/d1']), id: 'l1' }

const PATIENT: readonly Mutation[] = [
  [
    'type unknown',
    (p) => {
      p.resourceType = 'Patients'
    },
    'resource.type-unknown',
  ],
  [
    'unknown property',
    (p) => {
      p.maiden = 'x'
    },
    'element.unknown',
  ],
  [
    'property in another case',
    (p) => {
      p.Gender = 'female'
    },
    'element.misspelt',
  ],
  [
    'object for an array',
    (p) => {
      p.name = p.name[0]
    },
    'element.not-array',
    'INS-02.birthFamily',
    'INS-02.birthGivenList',
    'INS-02.firstGiven',
  ],
  [
    'array for a value',
    (p) => {
      p.gender = ['female']
    },
    'element.not-single',
    'INS-02.gender',
  ],
  [
    'empty array',
    (p) => {
      p.telecom = []
    },
    'element.empty-array',
  ],
  [
    'empty object',
    (p) => {
      p.maritalStatus = {}
    },
    'inv.ele-1',
  ],
  [
    'null',
    (p) => {
      p.active = null
    },
    'element.null',
  ],
  [
    'code outside a required binding',
    (p) => {
      p.gender = 'femme'
    },
    'binding.required',
    'INS-02.gender',
  ],
  [
    'day that is none',
    (p) => {
      p.birthDate = '1984-02-31'
    },
    'primitive.date',
  ],
  [
    'date with time',
    (p) => {
      p.birthDate = '1984-01-15T00:00:00Z'
    },
    'primitive.date',
    'INS-02.birthDate',
  ],
  [
    'boolean as text',
    (p) => {
      p.active = 'true'
    },
    'primitive.boolean',
  ],
  [
    'two variants of a choice',
    (p) => {
      p.deceasedBoolean = false
      p.deceasedDateTime = '2025-01-01'
    },
    'choice.several',
  ],
  [
    'variant that is none',
    (p) => {
      p.deceasedString = 'x'
    },
    'choice.type',
  ],
  [
    'id with a space',
    (p) => {
      p.id = 'a b'
    },
    'primitive.id',
  ],
  [
    'contact without anything',
    (p) => {
      p.contact = [{ gender: 'female' }]
    },
    'inv.pat-1',
  ],
  [
    'value of contact point without system',
    (p) => {
      p.telecom = [{ value: '0100000000' }]
    },
    'inv.cpt-2',
    'element.required',
  ],
  [
    'period that ends before it starts',
    (p) => {
      p.address = [{ city: 'Lyon', period: { start: '2026-03', end: '2026-02' } }]
    },
    'inv.per-1',
  ],
  [
    'extension without url',
    (p) => {
      p.extension.push({ valueString: 'x' })
    },
    'element.required',
  ],
  [
    'extension with value and parts',
    (p) => {
      p.extension.push({ url: 'https://example.test/x', valueString: 'a', extension: [{ url: 'b', valueString: 'c' }] })
    },
    'inv.ext-1',
  ],
  [
    'unknown modifier',
    (p) => {
      p.modifierExtension = [{ url: 'https://example.test/not', valueBoolean: true }]
    },
    'extension.modifier-unknown',
  ],
  [
    'reference to another type',
    (p) => {
      p.managingOrganization = { reference: 'Patient/p2' }
    },
    'reference.type',
  ],
  [
    'reference to nothing contained',
    (p) => {
      p.managingOrganization = { reference: '#nope' }
    },
    'inv.ref-1',
  ],
  [
    'contained and never named',
    (p) => {
      p.contained = [{ resourceType: 'Organization', id: 'o', name: 'x' }]
    },
    'inv.dom-3',
  ],
  [
    'narrative with script',
    (p) => {
      p.text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>' }
    },
    'inv.txt-1',
  ],
  [
    'narrative of no namespace',
    (p) => {
      p.text = { status: 'generated', div: '<div>x</div>' }
    },
    'narrative.namespace',
  ],
  [
    'identity without birth date',
    (p) => {
      delete p.birthDate
    },
    'INS-02.birthDate',
    'element.required',
  ],
  [
    'identity without sex',
    (p) => {
      delete p.gender
    },
    'INS-02.gender',
    'element.required',
  ],
  [
    'matricule of 14 characters',
    (p) => {
      p.identifier[0].value = p.identifier[0].value.slice(1)
    },
    'INS-03.length',
  ],
  [
    'two INS',
    (p) => {
      p.identifier.push({ ...p.identifier[0] })
    },
    'INS-09',
    'inv.fr-core-2',
  ],
]

const DOCUMENT: readonly Mutation[] = [
  [
    'no status',
    (d) => {
      delete d.status
    },
    'element.required',
  ],
  [
    'status that is none',
    (d) => {
      d.status = 'final'
    },
    'binding.required',
  ],
  [
    'no masterIdentifier',
    (d) => {
      delete d.masterIdentifier
    },
    'element.required',
  ],
  [
    'no type',
    (d) => {
      delete d.type
    },
    'element.required',
  ],
  [
    'no category',
    (d) => {
      delete d.category
    },
    'element.required',
  ],
  [
    'no subject',
    (d) => {
      delete d.subject
    },
    'element.required',
  ],
  [
    'no author',
    (d) => {
      delete d.author
    },
    'element.required',
    'inv.dom-3',
  ],
  [
    'no authenticator',
    (d) => {
      delete d.authenticator
    },
    'element.required',
  ],
  [
    'no security label',
    (d) => {
      delete d.securityLabel
    },
    'element.required',
  ],
  [
    'two contents',
    (d) => {
      d.content.push(d.content[0])
    },
    'element.max',
  ],
  [
    'no hash',
    (d) => {
      delete d.content[0].attachment.hash
    },
    'element.required',
  ],
  [
    'no format',
    (d) => {
      delete d.content[0].format
    },
    'element.required',
  ],
  [
    'type of no terminology',
    (d) => {
      d.type.coding = [{ system: 'https://example.test', code: 'x' }]
    },
    'pdsm.constr-bind-type',
  ],
  [
    'class of another type',
    (d) => {
      d.category[0].coding[0].code = '44'
      delete d.category[0].coding[0].display
    },
    'document.type-class',
  ],
  [
    'negative size',
    (d) => {
      d.content[0].attachment.size = -1
    },
    'primitive.unsignedInt',
  ],
  [
    'hash that is no base64',
    (d) => {
      d.content[0].attachment.hash = 'zz$'
    },
    'primitive.base64Binary',
  ],
  [
    'date without zone',
    (d) => {
      d.date = '2026-03-01T10:00:00'
    },
    'primitive.instant',
  ],
  [
    'relation without target',
    (d) => {
      d.relatesTo = [{ code: 'replaces' }]
    },
    'element.required',
    'pdsm.constr-bind-relatesToTarget',
  ],
  [
    'no facility',
    (d) => {
      delete d.context.facilityType
    },
    'element.required',
  ],
  [
    'no practice setting',
    (d) => {
      delete d.context.practiceSetting
    },
    'element.required',
  ],
]

const LIST: readonly Mutation[] = [
  [
    'no code',
    (l) => {
      delete l.code.coding
    },
    'inv.ele-1',
    'value.pattern',
  ],
  [
    'mode that is none',
    (l) => {
      l.mode = 'always'
    },
    'binding.required',
    'value.pattern',
  ],
  [
    'emptyReason beside entries',
    (l) => {
      l.emptyReason = { text: 'x' }
    },
    'inv.lst-1',
    'element.prohibited',
  ],
  [
    'no source identifier',
    (l) => {
      l.extension = l.extension.filter((e: Loose) => !e.url.endsWith('sourceId'))
    },
    'slice.min',
    'element.min',
  ],
  [
    'activity of another table',
    (l) => {
      l.extension[0].valueCodeableConcept.coding[0].system = 'http://loinc.org'
    },
    'pdsm.constr-bind-designationtype',
  ],
  [
    'no date',
    (l) => {
      delete l.date
    },
    'element.required',
  ],
]

test('a type that LOINC has and the national set has not is told, not refused', () => {
  const mutated: Loose = structuredClone(document)
  mutated.type.coding = [{ system: 'http://loinc.org', code: '99999-9' }]
  const told = validator.check(mutated, { profiles: profilesOfRecord(document) })
  const unlisted = told.filter(({ key }) => key === 'document.type-unlisted')
  assert.deepEqual(
    unlisted.map(({ severity, expression }) => [severity, expression]),
    [['warning', 'DocumentReference.type']],
  )
})

const errorsOf = (resource: object, profiles: readonly string[]) => [
  ...new Set(
    validator
      .check(resource, { profiles })
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ key }) => key),
  ),
]

for (const [name, resource, mutations] of [
  ['Patient', patient, PATIENT],
  ['DocumentReference', document, DOCUMENT],
  ['List', list, LIST],
] as const) {
  const profiles = profilesOfRecord(resource)
  test(`${name}: the resource that is mutated is valid`, () => assert.deepEqual(errorsOf(resource, profiles), []))
  for (const [id, mutate, ...keys] of mutations) {
    test(`${name}, ${id}: ${keys.join(', ')}`, () => {
      const mutated = structuredClone(resource)
      mutate(mutated)
      // A document is held to the profile of its kind, which its type tells (docs/decisions/0010).
      const held = mutated.resourceType === 'DocumentReference' ? profilesOfRecord(mutated) : profiles
      assert.deepEqual(errorsOf(mutated, held).sort(), keys.sort())
    })
  }
}
