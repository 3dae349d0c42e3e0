import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LANGUAGES, MEDIA_TYPES, SYNTAXES } from '../../../src/validation/terminology/syntaxes.ts'

const ROWS: readonly [system: string, right: readonly string[], wrong: readonly string[]][] = [
  [
    LANGUAGES,
    [
      'fr',
      'fr-FR',
      'FR-fr',
      'en-US',
      'zh-Hans-CN',
      'sl-rozaj-biske',
      'de-CH-1901',
      'es-419',
      'en-a-bbb-x-private',
      'x-local',
      'i-klingon',
      'gsw',
      'br-FR',
    ],
    ['', 'f', 'fr_FR', 'fr-', '-fr', 'français', 'fr FR', 'en-', 'abcdefghi', 'fr--FR', `fr${'-abcde'.repeat(60)}`],
  ],
  [
    MEDIA_TYPES,
    [
      'application/pdf',
      'text/xml',
      'text/plain; charset=utf-8',
      'text/plain;charset=utf-8',
      'application/fhir+json;fhirVersion="4.0"',
      'image/svg+xml',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      '',
      'pdf',
      'text/',
      '/xml',
      'text/xml/x',
      'text xml',
      'application/pdf;',
      'application/pdf; x',
      `a/${'b'.repeat(300)}`,
    ],
  ],
]

for (const [system, right, wrong] of ROWS) {
  describe(system, () => {
    for (const code of right) test(`${code} is one`, () => assert.equal(SYNTAXES.get(system)?.(code), true))
    for (const code of wrong)
      test(`"${code.slice(0, 40)}" is none`, () => assert.equal(SYNTAXES.get(system)?.(code), false))
  })
}
