import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ParametersParameter } from '@medplum/fhirtypes'
import { FhirError } from '../../../src/fhir/errors.ts'
import { applyFhirPathPatch } from '../../../src/fhir/patch/fhirpath-patch.ts'

const patch = (...operations: ParametersParameter[][]) => ({
  resourceType: 'Parameters' as const,
  parameter: operations.map((part) => ({ name: 'operation', part })),
})
const operation = (type: string, path: string, ...more: ParametersParameter[]): ParametersParameter[] => [
  { name: 'type', valueCode: type },
  { name: 'path', valueString: path },
  ...more,
]
const value = (part: Omit<ParametersParameter, 'name'>): ParametersParameter => ({ name: 'value', ...part })
const named = (valueString: string): ParametersParameter => ({ name: 'name', valueString })
const integer = (name: string, valueInteger: number): ParametersParameter => ({ name, valueInteger })

const before = {
  resourceType: 'DocumentReference',
  status: 'current',
  identifier: [{ value: 'a' }, { value: 'b' }, { value: 'c' }],
  securityLabel: [{ coding: [{ code: 'N' }] }],
  extension: [
    { url: 'https://x.example/one', valueBoolean: true },
    { url: 'https://x.example/two', valueString: 'deux' },
  ],
  context: { event: [{ text: 'x' }] },
}

describe('operations of a FHIRPath Patch', () => {
  const rows: readonly [id: string, ParametersParameter[], changes: object][] = [
    [
      'replace a value',
      operation('replace', 'DocumentReference.status', value({ valueCode: 'superseded' })),
      { status: 'superseded' },
    ],
    [
      'replace an item',
      operation('replace', 'DocumentReference.identifier[1].value', value({ valueString: 'B' })),
      { identifier: [{ value: 'a' }, { value: 'B' }, { value: 'c' }] },
    ],
    [
      'replace the only item of a list',
      operation('replace', 'DocumentReference.securityLabel', value({ valueCodeableConcept: { text: 'R' } })),
      { securityLabel: [{ text: 'R' }] },
    ],
    [
      'replace deep down',
      operation('replace', 'DocumentReference.context.event[0].text', value({ valueString: 'y' })),
      { context: { event: [{ text: 'y' }] } },
    ],
    [
      'replace the value of an extension',
      operation(
        'replace',
        "DocumentReference.extension.where(url='https://x.example/one').value",
        value({ valueBoolean: false }),
      ),
      { extension: [{ url: 'https://x.example/one', valueBoolean: false }, before.extension[1]] },
    ],
    [
      'add to a list that is there',
      operation('add', 'DocumentReference', named('identifier'), value({ valueIdentifier: { value: 'd' } })),
      { identifier: [...before.identifier, { value: 'd' }] },
    ],
    [
      'add a list that is not there',
      operation('add', 'DocumentReference', named('category'), value({ valueCodeableConcept: { text: 'c' } })),
      { category: [{ text: 'c' }] },
    ],
    [
      'add a single element',
      operation('add', 'DocumentReference', named('description'), value({ valueString: 'd' })),
      { description: 'd' },
    ],
    [
      'add an extension by its parts',
      operation(
        'add',
        'DocumentReference',
        named('extension'),
        value({
          part: [
            { name: 'url', valueUri: 'https://x.example/3' },
            { name: 'value', valueInteger: 3 },
          ],
        }),
      ),
      { extension: [...before.extension, { url: 'https://x.example/3', valueInteger: 3 }] },
    ],
    ['delete an element', operation('delete', 'DocumentReference.context'), { context: undefined }],
    [
      'delete an item',
      operation('delete', 'DocumentReference.identifier[0]'),
      { identifier: [{ value: 'b' }, { value: 'c' }] },
    ],
    [
      'delete the last item of a list',
      operation('delete', 'DocumentReference.securityLabel[0]'),
      { securityLabel: undefined },
    ],
    [
      'delete an extension by its url',
      operation('delete', "DocumentReference.extension.where(url = 'https://x.example/two')"),
      { extension: [before.extension[0]] },
    ],
    ['delete what is not there', operation('delete', 'DocumentReference.docStatus'), {}],
    [
      'insert',
      operation(
        'insert',
        'DocumentReference.identifier',
        integer('index', 1),
        value({ valueIdentifier: { value: 'x' } }),
      ),
      { identifier: [{ value: 'a' }, { value: 'x' }, { value: 'b' }, { value: 'c' }] },
    ],
    [
      'move',
      operation('move', 'DocumentReference.identifier', integer('source', 2), integer('destination', 0)),
      { identifier: [{ value: 'c' }, { value: 'a' }, { value: 'b' }] },
    ],
  ]
  for (const [id, one, changes] of rows) {
    test(id, () => {
      const untouched = structuredClone(before)
      const expected = Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, v]) => v !== undefined))
      assert.deepEqual(applyFhirPathPatch(before, patch(one)), expected)
      assert.deepEqual(before, untouched)
    })
  }

  test('several, one after the other', () => {
    const after = applyFhirPathPatch(
      before,
      patch(
        operation('delete', 'DocumentReference.identifier[0]'),
        operation('replace', 'DocumentReference.identifier[0].value', value({ valueString: 'premier' })),
      ),
    )
    assert.deepEqual(after.identifier, [{ value: 'premier' }, { value: 'c' }])
  })
})

describe('what a FHIRPath Patch is refused for', () => {
  const x = value({ valueString: 'x' })
  const rows: readonly [id: string, ParametersParameter[], key: string][] = [
    ['an unknown type of operation', operation('merge', 'DocumentReference.status', x), 'patch.invalid'],
    ['no type', [{ name: 'path', valueString: 'DocumentReference.status' }], 'patch.invalid'],
    ['no path', [{ name: 'type', valueCode: 'delete' }], 'patch.invalid'],
    ['no value', operation('replace', 'DocumentReference.status'), 'patch.invalid'],
    ['another resource', operation('replace', 'Patient.status', x), 'patch.path'],
    ['what is not there', operation('replace', 'DocumentReference.docStatus', x), 'patch.path'],
    ['an item that is not there', operation('replace', 'DocumentReference.identifier[3].value', x), 'patch.path'],
    ['several at once', operation('replace', 'DocumentReference.identifier.value', x), 'patch.path'],
    ['a list of several by one value', operation('replace', 'DocumentReference.identifier', x), 'patch.invalid'],
    ['a function', operation('delete', 'DocumentReference.identifier.last()'), 'patch.invalid'],
    ['an index that is none', operation('delete', 'DocumentReference.identifier[-1]'), 'patch.invalid'],
    ['a where that is none', operation('delete', 'DocumentReference.extension.where(true)'), 'patch.invalid'],
    [
      'an insertion far away',
      operation('insert', 'DocumentReference.identifier', integer('index', 9), x),
      'patch.path',
    ],
    [
      'an insertion into no list',
      operation('insert', 'DocumentReference.status', integer('index', 0), x),
      'patch.path',
    ],
    [
      'a move from nowhere',
      operation('move', 'DocumentReference.identifier', integer('source', 9), integer('destination', 0)),
      'patch.path',
    ],
    ['an addition without name', operation('add', 'DocumentReference', x), 'patch.invalid'],
    ['an addition to a text', operation('add', 'DocumentReference.status', named('x'), x), 'patch.path'],
    ['an addition named __proto__', operation('add', 'DocumentReference', named('__proto__'), x), 'patch.invalid'],
    ['an addition named constructor', operation('add', 'DocumentReference', named('constructor'), x), 'patch.invalid'],
    [
      'a path through __proto__',
      operation('add', 'DocumentReference.__proto__', named('polluted'), x),
      'patch.invalid',
    ],
    ['a path through what is inherited', operation('replace', 'DocumentReference.toString', x), 'patch.path'],
  ]
  for (const [id, one, key] of rows) {
    test(id, () => {
      assert.throws(
        () => applyFhirPathPatch(before, patch(one)),
        (error) => error instanceof FhirError && error.key === key,
      )
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    })
  }

  test('no operation', () => {
    assert.throws(() => applyFhirPathPatch(before, { resourceType: 'Parameters' }), { key: 'patch.invalid' })
  })
})
