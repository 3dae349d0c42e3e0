import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsOfficial, officialJson } from '../../french/official.ts'
import { validateWhole } from '../rules/whole.ts'
import { KNOWN_ERRORS, TOLD_BESIDES } from './known-errors.ts'

test('there are 27 known errors, and each that is not found as an error says why', () => {
  assert.equal(new Set(KNOWN_ERRORS.map(({ id }) => id)).size, 27)
  for (const { id, found, why } of KNOWN_ERRORS)
    assert.ok(found?.startsWith('error ') === true || why !== undefined, id)
})

for (const { id, file, what, found, why } of [...KNOWN_ERRORS, ...TOLD_BESIDES]) {
  if (file === undefined || found === undefined) {
    test(`${id} ${what}: no finding, ${why}`, () => assert.ok(why))
  } else {
    test(`${id} ${what}: ${found}`, needsOfficial, () => {
      assert.ok(findingsOf(file).includes(found), findingsOf(file).join('\n'))
    })
  }
}

function findingsOf(file: string): string[] {
  const resource = officialJson<unknown>(`pdsm/ci-2026-06-30/${file}.json`)
  return validateWhole(resource, { insDomain: 'production', frCore: '2.1.0' }).map(
    ({ severity, key, expression }) => `${severity} ${key} ${expression}`,
  )
}
