import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentAt, factsOf } from '../../bench/data/blobs.ts'
import { documentCount, documentsAt, FREQUENT_TYPE, isLarge } from '../../bench/data/documents.ts'
import { patientIdAt } from '../../bench/data/ids.ts'
import { patientAt } from '../../bench/data/patients.ts'
import { submitDocument } from '../../bench/requests.ts'
import { identifierRules } from '../../src/french/identity.ts'
import { isRootId, parseClinicalId } from '../../src/store/ids.ts'

test('the patients of the measurements keep every identity rule, and no two share an INS', () => {
  const matricules = new Set<string>()
  for (let index = 0; index < 300; index += 1) {
    const patient = patientAt(index)
    const errors = identifierRules(patient, { domain: 'test', frCore: '2.2.0' }).filter(
      ({ severity }) => severity === 'error',
    )
    assert.deepEqual(errors, [])
    matricules.add(patient.identifier?.[0]?.value ?? '')
  }
  assert.equal(matricules.size, 300)
})

test('the same index always gives the same person, ids and documents', () => {
  assert.deepEqual(patientAt(7), patientAt(7))
  assert.deepEqual(documentsAt(7), documentsAt(7))
  assert.ok(isRootId(patientIdAt(7)))
  for (const { id, binaryId } of documentsAt(7)) {
    assert.equal(parseClinicalId(id)?.patientId, patientIdAt(7))
    assert.equal(parseClinicalId(binaryId)?.patientId, patientIdAt(7))
  }
})

test('a patient has four documents of 2 to 4 KB on the average, and one in 500 has a page of twenty of one type', () => {
  const counts = Array.from({ length: 2000 }, (_, index) => documentCount(index))
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  assert.ok(mean > 3.9 && mean < 4.2, String(mean))
  assert.equal(counts.filter((_, index) => isLarge(index)).length, 4)
  const frequent = documentsAt(500).filter(({ resource }) => resource.type?.coding?.[0]?.code === FREQUENT_TYPE.code)
  assert.ok(frequent.length >= 20)
  for (const { resource } of documentsAt(500)) {
    const size = JSON.stringify(resource).length
    assert.ok(size > 2000 && size < 4096, String(size))
  }
})

test('a submission announces the size and hash of the content that it carries, different in each', () => {
  const bodies = [submitDocument(1, 2000), submitDocument(2, 2000)].map(({ body }) => JSON.parse(body ?? ''))
  const hashes = bodies.map(({ entry }) => {
    const { attachment } = entry[1].resource.content[0]
    const bytes = Buffer.from(entry[2].resource.data, 'base64')
    assert.equal(attachment.size, bytes.length)
    assert.equal(attachment.hash, Buffer.from(factsOf(bytes).sha1, 'hex').toString('base64'))
    assert.equal(attachment.url, entry[2].fullUrl)
    return attachment.hash
  })
  assert.equal(bodies[0].entry[2].resource.data.length, Buffer.from(contentAt(0)).toString('base64').length)
  assert.notEqual(hashes[0], hashes[1])
})
