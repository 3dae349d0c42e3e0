import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { styleText } from '../../../src/smart/oidc/style.ts'

test('the style that apps are told is the one of our pages', () => {
  const sheet = readFileSync('src/web/assets/site.css', 'utf8')
  const style: Record<string, string> = JSON.parse(styleText)
  for (const [name, value] of Object.entries(style).filter(([member]) => member.startsWith('color_'))) {
    // White is written short there.
    assert.ok(sheet.includes(value === '#ffffff' ? '#fff' : value), `${name}: ${value}`)
  }
})
