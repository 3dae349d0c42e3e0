import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { readHeader } from '../../../src/french/cda/header.ts'
import { documentMetadata } from '../../../src/french/cda/metadata.ts'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { uniqueIdOf } from '../../../src/french/oids.ts'
import { needsOfficial, officialBytes, officialCdaFiles, officialJson } from '../official.ts'

const EXPECTED = 'cda/expected-metadata.json'

test('every official CDA example has its expected metadata', needsOfficial, () => {
  const names = Object.keys(officialJson<Record<string, unknown>>(EXPECTED))
  assert.deepEqual(
    officialCdaFiles()
      .map(({ name }) => name)
      .sort(),
    names.sort(),
  )
})

for (const { name, path } of officialCdaFiles()) {
  test(`the metadata of ${name} are those expected`, needsOfficial, () => {
    const bytes = officialBytes(path)
    const sha1 = createHash('sha1').update(bytes).digest('hex')
    const header = readHeader(parseCda(bytes))
    const { uniqueId, ...metadata } = documentMetadata(header, { size: bytes.length, sha1 })
    assert.deepEqual(metadata, officialJson<Record<string, unknown>>(EXPECTED)[name])
    assert.deepEqual(uniqueId, uniqueIdOf(header.id))
  })
}
