import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UnsupportedExpression } from '../../../src/validation/fhirpath/errors.ts'
import { linearMatcher } from '../../../src/validation/fhirpath/regex/matcher.ts'
import { replacer } from '../../../src/validation/fhirpath/regex/replacer.ts'

const ROWS: readonly (readonly [pattern: string, matching: readonly string[], other: readonly string[]])[] = [
  ['abc', ['abc', 'xabcx'], ['ab', 'acb', '']],
  ['^abc$', ['abc'], ['xabc', 'abcx', 'abc\n']],
  ['^a|b$', ['ax', 'xb', 'a'], ['xa', 'bx']],
  ['^(0|1|3|4|5|6|8)\\d*$', ['0', '8123'], ['2', '71', '']],
  ['^[^\\s,]{1,3}$', ['a', 'abc'], ['abcd', 'a b', 'a,b', '']],
  ['^a{2}$', ['aa'], ['a', 'aaa']],
  ['^a{2,}$', ['aa', 'aaaa'], ['a']],
  ['^(ab?c){0,2}$', ['', 'ac', 'abcac'], ['acacac', 'ab']],
  ['^[\\]\\-x]+$', [']-x'], ['[']],
  ['^[a-c-]$', ['b', '-'], ['d']],
  ['^(\\[x])?$', ['[x]', ''], ['x']],
  ['^.$', ['a', '\n', '𝒳'], ['ab']],
  ['^\\p{L}+$', ['éÉ'], ['1']],
  ['^\\u0041\\x42$', ['AB'], ['ab']],
  ['^\\S+@\\w+\\.\\D$', ['a@b.c'], ['a@b.1', 'a b@c.d']],
  ['a*?b', ['b', 'aab'], ['a']],
  ['', ['', 'x'], []],
  ['{a}', ['{a}'], ['a']],
]

test('a regular expression matches what it says, anywhere in the text', async (t) => {
  for (const [pattern, matching, other] of ROWS) {
    await t.test(pattern, () => {
      for (const text of matching) assert.equal(linearMatcher(pattern)(text), true, text)
      for (const text of other) assert.equal(linearMatcher(pattern)(text), false, text)
    })
  }
})

test('it agrees with the engine of JavaScript on any expression both know', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', 'é', '^', '$')
  const regex = fc.letrec((tie) => ({
    one: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('one'), tie('one')).map(([x, y]) => `${String(x)}${String(y)}`),
      fc.tuple(tie('one'), tie('one')).map(([x, y]) => `(${String(x)}|${String(y)})`),
      fc.tuple(tie('one'), fc.constantFrom('*', '+', '?', '{1,2}', '{2,}')).map(([x, q]) => `(?:${String(x)})${q}`),
    ),
  })).one
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '1'), maxLength: 8 })
  fc.assert(
    fc.property(regex, fc.array(text, { maxLength: 5 }), (pattern, texts) => {
      const native = new RegExp(String(pattern), 'su')
      for (const one of texts)
        assert.equal(linearMatcher(String(pattern))(one), native.test(one), `${pattern} on ${one}`)
    }),
    { numRuns: 1500, seed: 7 },
  )
})

test('expressions that make other engines hang cost what the text is long', () => {
  const text = `${'a'.repeat(200_000)}!`
  const started = process.cpuUsage()
  for (const pattern of ['^(a+)+$', '(a|aa)*$', '(a*)*b', '^(.*a){12}$', '([a-z]+)*[0-9]']) linearMatcher(pattern)(text)
  const { user } = process.cpuUsage(started)
  assert.ok(user < 2_000_000, `${user} µs`)
})

test('an expression whose automaton would be too large is refused', () => {
  assert.throws(() => linearMatcher('((a{1,100}){1,100}){1,100}'), UnsupportedExpression)
})

test('what cannot be matched in one pass is refused', async (t) => {
  for (const pattern of ['(?<=a)b', '(?!a)', '\\bword', '(a)\\1', 'a++', '[b-a]', '(a', 'a)', '[a', '*a', 'a{2,1}']) {
    await t.test(pattern, () => assert.throws(() => linearMatcher(pattern), UnsupportedExpression))
  }
})

test('a replacement takes expressions with one repetition of one character', () => {
  assert.equal(replacer('\\..*')('a.b.c', ''), 'a')
  assert.equal(replacer('(\\d)-(\\d)')('1-2', '$2-$1'), '2-1')
  assert.throws(() => replacer('(a|b)+'), UnsupportedExpression)
  assert.throws(() => replacer('a*b*'), UnsupportedExpression)
  assert.throws(() => replacer('a*')('a'.repeat(20_000), ''), /too long/)
})
