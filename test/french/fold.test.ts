import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold, foldedStartsWith } from '../../src/french/fold.ts'

const ROWS = [
  ['Zoé d’Œuvre-Noël', 'ZOE D OEUVRE NOEL'],
  ['  MARIE - LOUISE ', 'MARIE LOUISE'],
  ["L'Haÿ", 'L HAY'],
  ['Læticia', 'LAETICIA'],
  ['Strauß', 'STRAUSS'],
  ['François–Xavier', 'FRANCOIS XAVIER'],
  ['e\u0301tienne', 'ETIENNE'],
] as const

for (const [text, folded] of ROWS) test(`"${text}" folds to "${folded}"`, () => assert.equal(fold(text), folded))

test('a folded name begins with another word by word', () => {
  assert.equal(foldedStartsWith('ANNE MARIE', 'ANNE'), true)
  assert.equal(foldedStartsWith('ANNETTE', 'ANNE'), false)
})
