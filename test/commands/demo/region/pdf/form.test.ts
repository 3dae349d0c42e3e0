import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORM_WIDTH, pdfForm } from '../../../../../src/commands/demo/region/pdf/form.ts'
import { wrap } from '../../../../../src/commands/demo/region/pdf/wrap.ts'

const ID = '0123456789abcdef0123456789abcdef'
const form = pdfForm('Formulaire', [
  { key: 'one', heading: 'UN', lines: 2 },
  { key: 'two', heading: 'DEUX', lines: 1 },
])
const hex = (words: string): string => Buffer.from(words, 'latin1').toString('hex')

test('a form filled in shows the words, and nothing of the fields', () => {
  const page = form
    .fill({ one: ['Première ligne', 'seconde'], two: ['troisième'] }, ID, '20260312174500')
    .toString('latin1')
  for (const words of ['Première ligne', 'seconde', 'troisième']) assert.ok(page.includes(hex(words)))
  assert.ok(!page.includes(hex('....')))
  assert.ok(page.includes('(D:20260312174500Z)'))
  assert.equal(page.split(ID).length, 3)
})

test('two fillings do not touch each other, and both have the length of the form', () => {
  const first = form.fill({ one: ['A'] }, ID, '20260312174500')
  const second = form.fill({ two: ['B'] }, ID, '20260312174500')
  assert.equal(first.length, second.length)
  assert.deepEqual(first, form.fill({ one: ['A'] }, ID, '20260312174500'))
  assert.ok(!second.toString('latin1').includes(hex('A   ')))
})

test('what does not fit is refused', () => {
  assert.throws(() => form.fill({ two: ['x', 'y'] }, ID, '20260312174500'), RangeError)
  assert.throws(() => form.fill({ two: ['x'.repeat(FORM_WIDTH + 1)] }, ID, '20260312174500'), RangeError)
})

test('words are wrapped between words, without loss, in characters the page has', () => {
  const words = 'un deux trois œdème l\u2019axe quatre'
  const lines = wrap(words, 12, 9)
  assert.equal(lines.join(' '), "un deux trois oedème l'axe quatre")
  for (const line of lines) assert.ok(line.length <= 12)
  assert.throws(() => wrap(words, 12, 1), RangeError)
})
