import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUniquelyIdentifying, systemOfOid, uniqueIdOf } from '../../src/french/oids.ts'

const IDS = [
  ['1.2.250.1.213.1.1.1.8.2022.1.1', null, 'urn:oid:1.2.250.1.213.1.1.1.8.2022.1.1', true],
  ['1.2.3', '45', 'urn:oid:1.2.3.45', true],
  ['1.2.3', 'DOC-45', 'urn:oid:1.2.3', false],
  ['1.2.3', '007', 'urn:oid:1.2.3', false],
  ['945DB078-DF5D-460B-A683-63AC44E4B2D6', null, 'urn:uuid:945db078-df5d-460b-a683-63ac44e4b2d6', true],
  ['945DB078-DF5D-460B-A683-63AC44E4B2D6', '1', 'urn:uuid:945db078-df5d-460b-a683-63ac44e4b2d6', false],
] as const

for (const [root, extension, value, whole] of IDS) {
  test(`the unique id of ${root}^${extension ?? ''} is ${value}`, () => {
    assert.deepEqual(uniqueIdOf({ root, extension }), { system: 'urn:ietf:rfc:3986', value })
    assert.equal(isUniquelyIdentifying({ root, extension }), whole)
  })
}

test('an OID without a known system stays an OID', () => {
  assert.equal(systemOfOid('1.2.250.1.71.4.2.1'), 'urn:oid:1.2.250.1.71.4.2.1')
  assert.equal(systemOfOid('urn:oid:2.16.840.1.113883.6.1'), 'http://loinc.org')
})
