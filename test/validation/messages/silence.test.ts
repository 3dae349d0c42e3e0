import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openValidator } from '../../../src/validation/open.ts'
import { profilesOfRecord } from '../../../src/validation/policy.ts'
import { documentBytes } from '../../french/cda/a-document.ts'
import { qualifiedPatient } from '../../french/patients.ts'
import { derived } from '../rules/derived.ts'

const validator = openValidator({ frCore: '2.2.0', insDomain: 'test', packages: [] })
const { entry } = derived(documentBytes())

/** What R4 alone says of a contained professional without profile: his French identifier type is not of its set. */
const OF_CONTAINED = /^binding\.extensible DocumentReference\.contained\[\d+\]\.identifier\[\d+\]\.type$/

for (const [name, resource] of [
  ['patient of the test domain', qualifiedPatient()],
  ['document', entry],
] as const) {
  test(`a right ${name} is told of nothing that its profiles ask for themselves`, () => {
    const sent = JSON.parse(JSON.stringify(resource))
    const told = validator
      .check(sent, { profiles: profilesOfRecord(sent) })
      .filter(({ severity }) => severity !== 'information')
      .map(({ key, expression }) => `${key} ${expression}`)
    assert.deepEqual(
      told.filter((finding) => !OF_CONTAINED.test(finding)),
      [],
    )
  })
}
