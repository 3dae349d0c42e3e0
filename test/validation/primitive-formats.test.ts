import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRIMITIVE_FORMATS } from '../../src/validation/primitive-formats.ts'

/** What base64Binary is, spelled as a pattern: right, but far too slow for a document. */
function byPattern(text: string): boolean {
  const significant = text.replace(/\s+/g, '')
  return significant.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(significant)
}

test('base64Binary takes and refuses what its pattern does, for every text of up to four of these characters', () => {
  const characters = ['A', 'B', 'z', '9', '+', '/', '=', '-', '_', ' ', '\n', 'é', '’']
  const differing: string[] = []
  const visit = (text: string, left: number): void => {
    if (PRIMITIVE_FORMATS.base64Binary?.(text) !== byPattern(text)) differing.push(text)
    if (left > 0) for (const character of characters) visit(text + character, left - 1)
  }
  visit('', 4)
  assert.deepEqual(differing, [])
})

test('base64Binary takes a long text in one go, and refuses it with one wrong character anywhere', () => {
  const text = Buffer.alloc(99_999, 'contenu fictif').toString('base64')
  assert.equal(PRIMITIVE_FORMATS.base64Binary?.(text), true)
  for (const at of [0, 1, 50_000, text.length - 1]) {
    for (const wrong of ['-', '_', '%', '=', 'é']) {
      const broken = text.slice(0, at) + wrong + text.slice(at + 1)
      assert.equal(PRIMITIVE_FORMATS.base64Binary?.(broken), byPattern(broken), `${wrong} at ${at}`)
    }
  }
})
