import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { BUNDLE_RULES } from '../../../src/validation/catalogue/bundles.ts'
import { ELEMENT_RULES } from '../../../src/validation/catalogue/elements.ts'
import { EXTENSION_RULES } from '../../../src/validation/catalogue/extensions.ts'
import { RULES, ruleOf, textOf } from '../../../src/validation/catalogue/index.ts'
import { FRENCH, INVARIANT_RULES } from '../../../src/validation/catalogue/invariants.ts'
import { NARRATIVE_RULES } from '../../../src/validation/catalogue/narrative.ts'
import { PRIMITIVE_RULES } from '../../../src/validation/catalogue/primitives.ts'
import { PROFILE_RULES } from '../../../src/validation/catalogue/profiles.ts'
import { REFERENCE_RULES } from '../../../src/validation/catalogue/references.ts'
import { SLICING_RULES } from '../../../src/validation/catalogue/slicing.ts'
import { STRUCTURE_RULES } from '../../../src/validation/catalogue/structure.ts'
import { TERMINOLOGY_RULES } from '../../../src/validation/catalogue/terminology.ts'
import { PRIMITIVE_FORMATS } from '../../../src/validation/primitive-formats.ts'

const AREAS =
  'json|element|choice|primitive|value|slice|binding|coding|identifier|attachment|reference|canonical|'.concat(
    'contained|bundle|transaction|extension|narrative|profile|resource|limit|engine',
  )
const KEY = new RegExp(`'((?:${AREAS})\\.[a-z0-9-]+|inv\\.not-evaluated)'`, 'g')

/** Keys that the engine puts together: of each primitive type, each limit, a binding that meets a text only. */
const COMPOSED = [
  ...Object.keys(PRIMITIVE_FORMATS).map((type) => `primitive.${type}`),
  'primitive.element-id',
  ...['depth', 'issues', 'steps', 'time'].map((limit) => `limit.${limit}`),
  ...['required', 'extensible', 'maximum'].map((strength) => `binding.${strength}-text`),
]

const sources = [...globSync('src/validation/engine/**/*.ts'), 'src/validation/validate.ts']
const used = new Set([
  ...sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(KEY)].map(([, key]) => String(key))),
  ...COMPOSED,
])

test('every key of the engine is in the catalogue', () => {
  assert.deepEqual(
    [...used].filter((key) => !Object.hasOwn(RULES, key)),
    [],
  )
})

test('every key of the engine’s areas in the catalogue is used by the engine', () => {
  const areas = [
    STRUCTURE_RULES,
    ELEMENT_RULES,
    PRIMITIVE_RULES,
    SLICING_RULES,
    TERMINOLOGY_RULES,
    REFERENCE_RULES,
    BUNDLE_RULES,
    EXTENSION_RULES,
    NARRATIVE_RULES,
    PROFILE_RULES,
    INVARIANT_RULES,
  ]
  const known = areas.flatMap((area) => Object.keys(area))
  assert.deepEqual(
    known.filter((key) => !used.has(key) && !key.startsWith('inv.txt')),
    [],
  )
})

test('every rule has both languages, with the same placeholders', () => {
  const placeholders = (text: string): string[] => [...new Set(text.match(/\{[A-Za-z]+\}/g))].sort()
  for (const [key, { fr, en, code }] of Object.entries(RULES)) {
    assert.ok(fr.length > 10 && en.length > 10 && code.length > 0, key)
    assert.notEqual(fr, en, key)
    assert.deepEqual(placeholders(fr), placeholders(en), key)
  }
})

test('an invariant names its key and shows the text of its definition, in French its own wording', () => {
  const issue = { severity: 'error', key: 'inv.pat-1', expression: 'Patient.contact[0]' } as const
  const detail = { key: 'pat-1', human: 'SHALL at least contain a contact’s details' }
  assert.match(textOf({ ...issue, detail }, 'en'), /^Rule pat-1: SHALL at least/)
  assert.match(textOf({ ...issue, detail }, 'fr'), /^Règle pat-1 : un contact du patient/)
  assert.match(textOf({ ...issue, key: 'inv.zz-9', detail: { key: 'zz-9', human: 'must be so' } }, 'fr'), /must be so/)
})

test('a text shows what is expected in place of its placeholders', () => {
  const issue = {
    severity: 'error',
    key: 'element.required',
    expression: 'Patient',
    detail: { name: 'a', min: 1 },
  } as const
  assert.equal(textOf(issue, 'en'), 'The element "a" is missing (at least 1).')
})

test('a key that nobody has is a defect', () => {
  assert.throws(() => ruleOf('nothing.at-all'), TypeError)
})

test('every French wording of an invariant is a sentence', () => {
  for (const [key, text] of Object.entries(FRENCH)) assert.match(text, /\.$/, key)
})
