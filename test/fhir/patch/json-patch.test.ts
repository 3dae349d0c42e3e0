import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FhirError } from '../../../src/fhir/errors.ts'
import { applyJsonPatch } from '../../../src/fhir/patch/json-patch.ts'

describe('operations of RFC 6902', () => {
  const rows: readonly [id: string, before: unknown, operations: unknown[], after: unknown][] = [
    ['A.1 add a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    [
      'A.2 add an item',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    [
      'add an item at the end',
      { foo: ['bar'] },
      [{ op: 'add', path: '/foo/-', value: 'baz' }],
      { foo: ['bar', 'baz'] },
    ],
    ['add over a member replaces it', { foo: 1 }, [{ op: 'add', path: '/foo', value: 2 }], { foo: 2 }],
    ['A.3 remove a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    ['A.4 remove an item', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
    [
      'A.5 replace',
      { baz: 'qux', foo: 'bar' },
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      { baz: 'boo', foo: 'bar' },
    ],
    ['replace the whole', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
    [
      'A.6 move a member',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7 move an item',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'A.8 test',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    [
      'test compares objects whatever their order',
      { a: { x: 1, y: [2] } },
      [{ op: 'test', path: '/a', value: { y: [2], x: 1 } }],
      { a: { x: 1, y: [2] } },
    ],
    [
      'copy',
      { a: { b: 1 } },
      [
        { op: 'copy', from: '/a', path: '/c' },
        { op: 'replace', path: '/c/b', value: 2 },
      ],
      { a: { b: 1 }, c: { b: 2 } },
    ],
    [
      'A.11 unknown members are ignored',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
      { foo: 'bar', baz: 'qux' },
    ],
    [
      'A.14 escapes',
      { '/': 9, '~1': 10 },
      [
        { op: 'test', path: '/~01', value: 10 },
        { op: 'replace', path: '/~1', value: 8 },
      ],
      { '/': 8, '~1': 10 },
    ],
    [
      'add null and false',
      { a: 1 },
      [
        { op: 'add', path: '/b', value: null },
        { op: 'add', path: '/c', value: false },
      ],
      { a: 1, b: null, c: false },
    ],
    ['an empty member name', { '': 1, a: 1 }, [{ op: 'remove', path: '/' }], { a: 1 }],
    [
      'a list that becomes empty goes away, as FHIR wants',
      { a: 1, list: ['x'] },
      [{ op: 'remove', path: '/list/0' }],
      { a: 1 },
    ],
    ['and so does what only held it', { a: 1, b: { list: ['x'] } }, [{ op: 'remove', path: '/b/list/0' }], { a: 1 }],
    ['no operation', { a: 1 }, [], { a: 1 }],
  ]
  for (const [id, before, operations, after] of rows) {
    test(id, () => {
      const untouched = structuredClone(before)
      assert.deepEqual(applyJsonPatch(before, operations), after)
      assert.deepEqual(before, untouched)
    })
  }
})

describe('what a patch is refused for', () => {
  const document = { resourceType: 'X', list: ['a', 'b'], object: { name: 'n' } }
  const rows: readonly [id: string, operations: unknown, key: string, operation: number | '-'][] = [
    ['no list', {}, 'patch.invalid', '-'],
    ['no list but null', null, 'patch.invalid', '-'],
    ['an operation that is no object', ['remove'], 'patch.invalid', 0],
    [
      'an unknown op',
      [
        { op: 'test', path: '/list/0', value: 'a' },
        { op: 'merge', path: '/list' },
      ],
      'patch.invalid',
      1,
    ],
    ['no path', [{ op: 'remove' }], 'patch.invalid', 0],
    ['a path without slash', [{ op: 'remove', path: 'list' }], 'patch.invalid', 0],
    ['add without value', [{ op: 'add', path: '/x' }], 'patch.invalid', 0],
    ['move without from', [{ op: 'move', path: '/x' }], 'patch.invalid', 0],
    ['remove with from', [{ op: 'remove', path: '/list', from: '/list' }], 'patch.invalid', 0],
    [
      'more than a hundred',
      Array.from({ length: 101 }, () => ({ op: 'test', path: '/resourceType', value: 'X' })),
      'patch.invalid',
      '-',
    ],
    ['a member that is not there', [{ op: 'replace', path: '/nothing', value: 1 }], 'patch.path', 0],
    ['an item that is not there', [{ op: 'replace', path: '/list/2', value: 1 }], 'patch.path', 0],
    ['the item after the last, to be removed', [{ op: 'remove', path: '/list/-' }], 'patch.path', 0],
    ['an index with a sign', [{ op: 'remove', path: '/list/-1' }], 'patch.path', 0],
    ['an index with zeros', [{ op: 'remove', path: '/list/00' }], 'patch.path', 0],
    ['an index that is a word', [{ op: 'remove', path: '/list/length' }], 'patch.path', 0],
    ['a huge index', [{ op: 'add', path: '/list/4294967294', value: 1 }], 'patch.path', 0],
    ['below a text', [{ op: 'add', path: '/object/name/0', value: 1 }], 'patch.path', 0],
    ['the whole, to be removed', [{ op: 'remove', path: '' }], 'patch.path', 0],
    ['into itself', [{ op: 'move', from: '/object', path: '/object/inner' }], 'patch.path', 0],
    ['__proto__', [{ op: 'add', path: '/object/__proto__', value: { polluted: 1 } }], 'patch.path', 0],
    ['below __proto__', [{ op: 'add', path: '/__proto__/polluted', value: 1 }], 'patch.path', 0],
    ['below constructor', [{ op: 'replace', path: '/constructor/prototype', value: 1 }], 'patch.path', 0],
    ['what every object inherits', [{ op: 'test', path: '/toString', value: 1 }], 'patch.path', 0],
    ['a failing test', [{ op: 'test', path: '/object', value: { name: 'm' } }], 'patch.test-failed', 0],
    ['a test of another type', [{ op: 'test', path: '/list', value: { 0: 'a', 1: 'b' } }], 'patch.test-failed', 0],
  ]
  for (const [id, operations, key, operation] of rows) {
    test(id, () => {
      const error = errorOf(() => applyJsonPatch(document, operations))
      assert.deepEqual([error.key, error.detail.operation], [key, operation])
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    })
  }

  test('copies without end', () => {
    const operations = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '', path: `/${'ab'[index % 2]}` }))
    assert.equal(errorOf(() => applyJsonPatch({ text: 'x'.repeat(100) }, operations)).key, 'patch.invalid')
  })
})

function errorOf(work: () => unknown): FhirError {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof FhirError)
    return error
  }
  assert.fail('nothing was thrown')
}
