import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentBytes } from '../../french/cda/a-document.ts'
import { derived } from '../rules/derived.ts'
import { profileValidator } from '../rules/whole.ts'

const validator = profileValidator('2.2.0')
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition'
const URI = 'urn:ietf:rfc:3986'
const UUID = 'urn:uuid:11111111-aaaa-4bbb-8ccc-222222222222'
const OID = 'urn:oid:1.2.250.1.999.1'
const { entry, submission } = derived(documentBytes())

/** PDSm slices identifiers by their use, openly (documents-fr.md 1.2 and 1.4): one without use is of no slice. */
const ROWS: readonly (readonly [name: string, identifier: object, errors: readonly string[]])[] = [
  ['a UUID without use is an identifier like others', { system: URI, value: UUID }, []],
  ['an OID without use is an identifier like others', { system: URI, value: OID }, []],
  ['a local number without use is an identifier like others', { system: 'https://example.org/n', value: '1' }, []],
  [
    'an official OID is no entryUUID',
    { use: 'official', system: URI, value: OID },
    ['inv.dcc-pdsm-1 List.identifier[0]'],
  ],
  ['a usual UUID is no unique id', { use: 'usual', system: URI, value: UUID }, ['inv.dcc-pdsm-2 List.identifier[0]']],
  ['an official UUID is an entryUUID', { use: 'official', system: URI, value: UUID }, []],
  ['a usual OID is the unique id', { use: 'usual', system: URI, value: OID }, []],
]

for (const [name, identifier, expected] of ROWS) {
  test(`submission set: ${name}`, () => {
    const list = { ...submission, identifier: [identifier] }
    assert.deepEqual(errorsOf(list, 'pdsm-submissionset-comprehensive'), expected)
  })
}

test('document: an identifier without use is an identifier like others', () => {
  const document = { ...entry, identifier: [{ system: 'https://example.org/n', value: '1' }] }
  assert.deepEqual(errorsOf(document, 'pdsm-comprehensive-document-reference'), [])
})

function errorsOf(resource: object, profile: string): string[] {
  return validator
    .validate(resource, { profiles: [`${PDSM}/${profile}`] })
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ key, expression }) => `${key} ${expression}`)
}
