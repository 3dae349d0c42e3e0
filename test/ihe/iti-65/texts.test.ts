import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ISSUES } from '../../../src/fhir/issues.ts'
import { DOCUMENT_RULES, SET_RULES } from '../../../src/ihe/iti-65-rules.ts'
import { xdsCodeOf } from '../../../src/ihe/xds-codes.ts'

/** The rule keys that the sources of ITI-65 name. */
function namedKeys(): Set<string> {
  const files = [
    ...readdirSync('src/ihe').map((name) => `src/ihe/${name}`),
    ...readdirSync('src/fhir/bundle').map((name) => `src/fhir/bundle/${name}`),
  ].filter((path) => path.endsWith('.ts'))
  return new Set(
    files.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/'(mhd\.[a-z-]+)'/g)].map(([, key]) => key ?? '')),
  )
}

test('MHD-65-12: every rule has a text in both languages, a status and an XDS code', () => {
  const keys = namedKeys()
  assert.ok(keys.size > 40, String(keys.size))
  for (const key of keys) {
    const { status, fr, en } = ISSUES[key] ?? assert.fail(key)
    assert.ok(status === 400 || status === 422, key)
    assert.ok(fr.length > 10 && en.length > 10 && fr !== en, key)
    assert.ok(xdsCodeOf(key) !== undefined, key)
  }
})

test('MHD-65-12: no text is left that no rule tells', () => {
  const keys = namedKeys()
  const unused = Object.keys(ISSUES).filter((key) => key.startsWith('mhd.') && !keys.has(key))
  assert.deepEqual(unused, [])
})

test('MHD-65-09b: rules are named once, each with the assertion or requirement that it is', () => {
  for (const rules of [DOCUMENT_RULES, SET_RULES]) {
    const keys = rules.map(({ key }) => key)
    assert.equal(new Set(keys).size, keys.length)
    for (const { source } of rules) assert.match(source, /^(DR|CMPDR|CMPMETA4?|SSLIST\d*|RM4)_\d+$|^(P|MHD-65)-\d+$/)
  }
})
