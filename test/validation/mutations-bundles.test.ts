import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { openValidator } from '../../src/validation/open.ts'
import type { Loose } from './mutations/bundle.ts'
import { OTHER_BUNDLES } from './mutations/other-bundles.ts'
import { PROVIDE_BUNDLES } from './mutations/provide-bundles.ts'

/**
 * Valid bundles, one rule broken at a time: exactly that rule is reported, at its place, as an error. What a fault
 * entails by definition is named beside it: an entry that breaks its profile belongs to no slice any more.
 */
const validator = openValidator({
  frCore: '2.2.0',
  insDomain: 'test',
  packages: [],
  cacheFolder: resolve('.cache/rules'),
})

const errorsOf = (bundle: Loose, profile: string): string[] =>
  validator
    .check(bundle, { profiles: profile === '' ? [] : [profile] })
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression }) => `${key} ${expression}`)
    .sort()

for (const { name, bundle, profile, mutations } of [...PROVIDE_BUNDLES, ...OTHER_BUNDLES]) {
  test(`${name}: the bundle that is mutated is valid`, () => assert.deepEqual(errorsOf(bundle, profile), []))
  for (const [id, mutate, ...found] of mutations) {
    test(`${name}, ${id}`, () => {
      const mutated = structuredClone(bundle)
      mutate(mutated)
      assert.deepEqual(errorsOf(mutated, profile), found.sort())
    })
  }
}
