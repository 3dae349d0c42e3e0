import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

/** The pitfalls of oidc-provider-notes.md section 3: each has a test named after its number. */
const PITFALLS = 30

test(`each of the ${PITFALLS} pitfalls has a test`, () => {
  const sources = globSync('test/smart/**/*.test.ts').map((file) => readFileSync(file, 'utf8'))
  const tested = new Set(
    sources.flatMap((source) => [...source.matchAll(/['"`]pitfall (\d\d):/g)].map(([, number]) => number)),
  )
  const numbers = Array.from({ length: PITFALLS }, (_, index) => String(index + 1).padStart(2, '0'))
  assert.deepEqual(
    numbers.filter((number) => !tested.has(number)),
    [],
  )
})
