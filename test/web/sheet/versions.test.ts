import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { chainsOf } from '../../../src/web/sheet/versions.ts'
import { aSheetDocument, type Told } from './samples.ts'

/** Chains by ids. */
function told(...documents: readonly Told[]): string[] {
  return chainsOf(documents.map(aSheetDocument)).map(({ current, earlier }) =>
    [current.id, ...earlier.map(({ id }) => id)].join(' < '),
  )
}

const v1 = { id: 'v1', status: 'replaced', writtenAt: '2026-01-01' } as const
const v2 = { id: 'v2', status: 'replaced', writtenAt: '2026-01-02', replaces: ['v1'] } as const
const v3 = { id: 'v3', status: 'current', writtenAt: '2026-01-03', replaces: ['v2'] } as const

describe('versions of documents', () => {
  test('a document stands before all that it has replaced, newest first', () => {
    assert.deepEqual(told(v1, v3, v2), ['v3 < v2 < v1'])
  })

  test('one that is named by its unique id is found, in whatever order they came', () => {
    const late = { ...v3, replaces: [], replacesIdentifiers: ['urn:v1'] }
    assert.deepEqual(told(v1, late), ['v3 < v1'])
  })

  test('a replaced document whose successor is not shown stands on its own', () => {
    assert.deepEqual(told(v1), ['v1'])
    assert.deepEqual(told(v1, v2), ['v2 < v1'])
  })

  test('a withdrawn document hides nothing that it had replaced', () => {
    assert.deepEqual(told(v1, { ...v2, status: 'withdrawn' }), ['v2', 'v1'])
    assert.deepEqual(told(v1, { ...v2, status: 'withdrawn' }, v3), ['v3 < v2 < v1'])
  })

  test('documents that replace each other in a circle are told once', () => {
    assert.deepEqual(told({ ...v1, replaces: ['v2'] }, v2), ['v2 < v1'])
    assert.deepEqual(told({ ...v1, replaces: ['v1'] }), ['v1'])
  })

  test('what is in force is never folded away', () => {
    assert.deepEqual(told({ ...v1, status: 'current' }, { ...v2, status: 'current' }), ['v2', 'v1'])
  })

  test('whatever they say of each other, every document is told exactly once', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const document = (id: string) =>
      fc.record({
        id: fc.constant(id),
        status: fc.constantFrom('current', 'replaced', 'withdrawn'),
        writtenAt: fc.constantFrom('', '2026-01-01', '2026-01-02', '2025'),
        replaces: fc.subarray(ids),
      })
    fc.assert(
      fc.property(fc.tuple(...ids.map(document)), (documents) => {
        const chains = chainsOf(documents.map(aSheetDocument))
        const shown = chains.flatMap(({ current, earlier }) => [current.id, ...earlier.map(({ id }) => id)])
        assert.deepEqual(shown.toSorted(), ids)
        for (const { earlier } of chains) assert.ok(earlier.every(({ status }) => status !== 'current'))
      }),
      { numRuns: 500, seed: 20261123 },
    )
  })
})
