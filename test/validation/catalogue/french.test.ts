import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { IDENTITY_TEXTS } from '../../../src/french/identity-texts.ts'
import { FRENCH_RULES } from '../../../src/validation/catalogue/french.ts'
import { elementsOf, objects, profileFiles, text } from '../profiles/files.ts'

const RULES = Object.entries(FRENCH_RULES)

test('every identity rule and every invariant of our profiles has a text', () => {
  const invariants = profileFiles().flatMap(({ profile }) =>
    elementsOf(profile).flatMap(({ constraint }) => objects(constraint).map(({ key }) => `inv.${text(key)}`)),
  )
  const missing = [...Object.keys(IDENTITY_TEXTS), ...invariants].filter((key) => !Object.hasOwn(FRENCH_RULES, key))
  assert.deepEqual(missing, [])
})

test('every key that a rule reports has a text', () => {
  const reported = [
    'identifiers',
    'attachments',
    'document-coherence',
    'ins-in-addresses',
    'pdsm-document',
    'pdsm-submission',
    'pdsm-systems',
  ].flatMap((file) => {
    const code = readFileSync(`src/validation/rules/${file}.ts`, 'utf8')
    return [
      ...code.matchAll(/'((?:pdsm\.)?constr-[A-Za-z.-]+|(?:attachment|document)\.[a-z-]+|INS-\d\d(?:\.[a-z]+)?)'/g),
    ].flatMap(([, key]) => key ?? [])
  })
  const keys = reported.map((key) => (key.startsWith('constr-') ? `pdsm.${key}` : key))
  assert.ok(keys.length > 20)
  assert.deepEqual(
    keys.filter((key) => !Object.hasOwn(FRENCH_RULES, key)),
    [],
  )
})

for (const [key, { fr, en }] of RULES) {
  test(`${key} is told in French and in English, in sentences, with the same details`, () => {
    for (const sentence of [fr, en]) {
      assert.match(sentence, /^(?:[A-ZÀÉÊ]|masterIdentifier ).*[.]$/s)
      assert.ok(sentence.length > 40 && sentence.length < 500, `${sentence.length} characters`)
    }
    assert.notEqual(fr, en)
    const details = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
    assert.deepEqual(details(fr), details(en))
  })
}
