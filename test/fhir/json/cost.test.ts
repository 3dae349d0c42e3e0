import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonError } from '../../../src/fhir/json/errors.ts'
import { parseJson } from '../../../src/fhir/json/parse.ts'
import { XmlError } from '../../../src/fhir/xml/errors.ts'
import { fromXml } from '../../../src/fhir/xml/from-xml.ts'
import { PRIMITIVE_FORMATS } from '../../../src/validation/primitive-formats.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function refusal(text: string): string {
  try {
    parseJson(bytes(text), { maxDepth: 100 })
  } catch (error) {
    assert.ok(error instanceof JsonError)
    return error.key
  }
  return 'accepted'
}

const cases: { id: string; text: string; key: string }[] = [
  { id: 'an array of as many values as a request may have', text: `[${'1,'.repeat(999_998)}1]`, key: 'accepted' },
  { id: 'an array of more values', text: `[${'1,'.repeat(1_000_000)}1]`, key: 'json.too-many-values' },
  { id: 'more empty objects', text: `[${'{},'.repeat(600_000)}{}]`, key: 'json.too-many-values' },
  {
    id: 'an object of more keys than any type has',
    text: `{${Array.from({ length: 1002 }, (_, i) => `"k${i}":1`).join()}}`,
    key: 'json.too-many-values',
  },
  {
    id: 'as many keys in several objects',
    text: `[${Array.from({ length: 10 }, () => `{${Array.from({ length: 900 }, (_, i) => `"k${i}":1`).join()}}`).join()}]`,
    key: 'accepted',
  },
]
for (const { id, text, key } of cases) test(`${id}: ${key}`, () => assert.equal(refusal(text), key))

test('an XML body of more elements than any request needs is refused', () => {
  const names = '<given value="a"/>'.repeat(500_001)
  const xml = bytes(`<Patient xmlns="http://hl7.org/fhir"><name>${names}</name></Patient>`)
  assert.throws(
    () => fromXml(xml, { maxDepth: 100 }),
    (error) => error instanceof XmlError && error.key === 'xml.too-many-elements',
  )
})

const base64: [id: string, text: string, valid: boolean][] = [
  ['lines', 'QUJD\r\nREVG\n', true],
  ['blanks everywhere', ' Q U J D ', true],
  ['padding after a blank', 'QUI =', true],
  ['padding and a blank', 'QQ= =\n', true],
  ['blanks only', ' \n', false],
  ['padding in the middle', 'QQ==QUJD', false],
  ['three paddings', 'Q===', false],
  ['a blank that is none of XML', 'QUJD\u00a0', false],
  ['too short for its blanks', 'QUJ D=', false],
]
for (const [id, text, valid] of base64) {
  test(`base64 with ${id} is ${valid ? 'taken' : 'refused'}`, () =>
    assert.equal(PRIMITIVE_FORMATS.base64Binary?.(text), valid))
}
