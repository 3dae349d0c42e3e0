import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encoded } from '../../src/http/encoded.ts'

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  'empty pieces': ['', 'a', ''],
  'letters of every width': ['a', 'é', 'œ’€', '𝒳🙂', 'fin'],
  'a surrogate alone': ['\ud83d', 'x'],
  'larger than the desk': ['é'.repeat(300_000), '€'.repeat(300_000), 'fin'],
}

for (const [id, pieces] of Object.entries(TEXTS)) {
  test(`pieces are one text in UTF-8: ${id}`, () => {
    assert.deepEqual(encoded(pieces), Buffer.concat(pieces.map((piece) => Buffer.from(piece))))
  })
}

test('what was encoded before is not touched by what is encoded next', () => {
  const first = encoded(['premier', ' texte'])
  encoded(['tout', ' autre chose'])
  assert.equal(first.toString(), 'premier texte')
})
