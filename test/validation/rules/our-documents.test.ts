import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentBytes } from '../../french/cda/a-document.ts'
import { needsOfficial, officialBytes, officialCdaFiles } from '../../french/official.ts'
import { derived } from './derived.ts'
import { validateWhole } from './whole.ts'

const SAMPLES = [
  { name: 'a fictitious fiche RCP', bytes: () => documentBytes() },
  ...officialCdaFiles().map(({ name, path }) => ({ name, bytes: () => officialBytes(path) })),
]

for (const { name, bytes } of SAMPLES) {
  test(`the entry and the submission that we make of ${name} are valid`, needsOfficial, () => {
    const { entry, submission } = derived(bytes())
    assert.deepEqual(errorsOf(entry), [])
    assert.deepEqual(errorsOf(submission), [])
  })
}

function errorsOf(resource: object): string[] {
  return validateWhole(resource, { insDomain: 'test' })
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression, detail }) => `${key} ${expression} ${JSON.stringify(detail)}`)
}
