import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  INCLUDES,
  includedKeys,
  inclusionOf,
  REVINCLUDES,
  revincludedSearches,
} from '../../../src/fhir/search/include.ts'
import { parameterOf } from '../../../src/fhir/search/parameters.ts'
import { OPTIONS, search } from './matching.ts'
import { meetingSheet, practitionerRole, submissionSet } from './samples.ts'

const { baseUrl } = OPTIONS

test('every inclusion of the tables is a reference parameter of its type', () => {
  for (const [source, parameters] of [...Object.entries(INCLUDES), ...Object.entries(REVINCLUDES)]) {
    for (const name of Array.isArray(parameters) ? parameters : Object.keys(parameters)) {
      assert.equal(parameterOf(source as keyof typeof INCLUDES, name)?.type, 'reference', `${source}:${name}`)
    }
  }
})

const FOLLOWED: readonly (readonly [query: string, keys: readonly string[]])[] = [
  ['_include=DocumentReference:patient', ['Patient/p1']],
  ['_include=DocumentReference:subject', ['Patient/p1']],
  ['_include=DocumentReference:author', ['PractitionerRole/r7']],
  ['_include=DocumentReference:author:Practitioner', []],
  ['_include=DocumentReference:author:PractitionerRole', ['PractitionerRole/r7']],
  [
    '_include=DocumentReference:authenticator&_include=DocumentReference:custodian',
    ['Practitioner/dr7', 'Organization/org7'],
  ],
  ['_include=DocumentReference:relatesto', ['DocumentReference/p1.d0']],
  ['_include=DocumentReference:patient&_include=DocumentReference:subject', ['Patient/p1']],
]

for (const [query, keys] of FOLLOWED) {
  test(`follows ${query}`, () => {
    const { includes, ignored } = search('DocumentReference', query)
    assert.deepEqual(ignored, [])
    assert.deepEqual(
      includedKeys([meetingSheet], includes, baseUrl).map(({ type, id }) => `${type}/${id}`),
      keys,
    )
  })
}

test('the documents of a submission set', () => {
  const { includes } = search('List', '_include=List:item')
  assert.deepEqual(includedKeys([submissionSet, submissionSet], includes, baseUrl), [
    { type: 'DocumentReference', id: 'p1.d1' },
  ])
})

test('contained, logical and foreign references lead nowhere; our own absolute ones do', () => {
  const { includes } = search('DocumentReference', '_include=DocumentReference:author')
  const author = ['#role', 'https://else.test/fhir/Practitioner/x', `${baseUrl}/Practitioner/ours`, 'urn:uuid:1'].map(
    (reference) => ({ reference }),
  )
  const resource = { resourceType: 'DocumentReference', author: [...author, { identifier: { value: 'x' } }] }
  assert.deepEqual(includedKeys([resource], includes, baseUrl), [{ type: 'Practitioner', id: 'ours' }])
})

test('an iterated inclusion is followed on what was included, a plain one is not', () => {
  const { includes } = search(
    'DocumentReference',
    '_include=DocumentReference:author&_include:iterate=PractitionerRole:practitioner',
  )
  assert.deepEqual(includedKeys([practitionerRole], includes, baseUrl, true), [{ type: 'Practitioner', id: 'dr1' }])
  assert.deepEqual(includedKeys([meetingSheet], includes, baseUrl, true), [])
})

test('what refers back: documents and lists of a patient, lists of a document, documents that replace one', () => {
  const patients = search('Patient', '_revinclude=DocumentReference:patient&_revinclude=List:patient').revincludes
  assert.deepEqual(
    revincludedSearches(
      [
        { type: 'Patient', id: 'p1' },
        { type: 'Patient', id: 'p2' },
      ],
      patients,
    ),
    [
      { type: 'DocumentReference', conditions: [{ kind: 'patient', ids: ['p1', 'p2'] }] },
      { type: 'List', conditions: [{ kind: 'patient', ids: ['p1', 'p2'] }] },
    ],
  )
  const documents = search(
    'DocumentReference',
    '_revinclude=List:item&_revinclude=DocumentReference:relatesto',
  ).revincludes
  const anyOf = [{ code: 'DocumentReference/p1.d1' }]
  assert.deepEqual(revincludedSearches([{ type: 'DocumentReference', id: 'p1.d1' }], documents), [
    { type: 'List', conditions: [{ kind: 'token', param: 'item', anyOf }] },
    { type: 'DocumentReference', conditions: [{ kind: 'token', param: 'relatesto', anyOf }] },
  ])
  assert.deepEqual(revincludedSearches([], documents), [])
})

const UNKNOWN = [
  '',
  'DocumentReference',
  'DocumentReference:',
  'DocumentReference:type',
  'DocumentReference:author:Observation',
  'DocumentReference:author:Patient:x',
  'List:item',
  '*',
  'constructor:x',
  'DocumentReference:constructor',
]

for (const value of UNKNOWN) {
  test(`does not follow _include=${value} from a document`, () => {
    assert.equal(inclusionOf('DocumentReference', value, false, false), undefined)
  })
}

for (const value of ['DocumentReference:author', 'DocumentReference:constructor', 'List:item', 'Observation:patient']) {
  test(`does not follow _revinclude=${value} from a patient`, () => {
    assert.equal(inclusionOf('Patient', value, true, false), undefined)
  })
}
