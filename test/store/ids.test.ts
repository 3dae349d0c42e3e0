import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BUCKETS,
  bucketOf,
  clinicalId,
  isRootId,
  newLocalId,
  newPatientId,
  newReferenceId,
  parseClinicalId,
  systemKey,
} from '../../src/store/ids.ts'

const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/

test('a patient id is opaque, of one shape and never the same twice', () => {
  const ids = new Set(Array.from({ length: 5000 }, () => newPatientId()))
  assert.equal(ids.size, 5000)
  for (const id of ids) {
    assert.match(id, FHIR_ID)
    assert.equal(id.length, 20)
    assert.ok(isRootId(id))
    assert.equal(parseClinicalId(id), undefined)
  }
  assert.ok(isRootId(newReferenceId()))
})

test('a clinical id is a FHIR id that carries its patient', () => {
  const patientId = newPatientId()
  const localId = newLocalId(Date.now())
  const id = clinicalId(patientId, localId)
  assert.match(id, FHIR_ID)
  assert.equal(id.length, 47)
  assert.deepEqual(parseClinicalId(id), { patientId, localId })
  assert.equal(isRootId(id), false)
})

test('local ids sort by the time they were made', () => {
  const times = [0, 1, 1000, Date.parse('2025-01-01'), Date.parse('2025-01-01') + 1, Date.parse('2999-12-31')]
  const ids = times.map(newLocalId)
  assert.deepEqual([...ids].sort(), ids)
  assert.notEqual(newLocalId(1), newLocalId(1))
})

test('local ids made in the same millisecond sort by the order of their making', () => {
  const ids = Array.from({ length: 5000 }, () => newLocalId(1_700_000_000_000))
  assert.deepEqual([...ids].sort(), ids)
  assert.equal(new Set(ids).size, ids.length)
})

const patientId = newPatientId()
const localId = newLocalId(1)
const NOT_OURS: Record<string, string> = {
  empty: '',
  dot: '.',
  'patient without local part': `${patientId}.`,
  'local part without patient': `.${localId}`,
  'two dots': `${patientId}.${localId}.1`,
  'upper case': `${patientId}.${localId}`.toUpperCase(),
  'letters that are not used': `${'i'.repeat(20)}.${localId}`,
  'too short': `${patientId.slice(1)}.${localId}`,
  'too long': `${patientId}.${localId}0`,
  'line feed at the end': `${patientId}.${localId}\n`,
  path: `${patientId}.${localId}/../x`,
}

for (const [name, id] of Object.entries(NOT_OURS)) {
  test(`not one of ours: ${name}`, () => {
    assert.equal(parseClinicalId(id), undefined)
    assert.equal(isRootId(id), false)
  })
}

test('buckets spread ids evenly, and an id keeps its bucket', () => {
  const counts = new Array<number>(BUCKETS).fill(0)
  for (let n = 0; n < 32_000; n += 1) {
    const bucket = bucketOf(newPatientId())
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  assert.equal(counts.length, BUCKETS)
  for (const count of counts) assert.ok(count > 800 && count < 1200, `${count} in a bucket`)
  assert.equal(bucketOf('0123456789abcdefghjk'), bucketOf('0123456789abcdefghjk'))
  assert.ok(bucketOf('') >= 0)
})

test('a system has one short key, no system has none', () => {
  const loinc = systemKey('http://loinc.org')
  assert.match(loinc, /^[\w-]{8}$/)
  assert.equal(systemKey('http://loinc.org'), loinc)
  assert.notEqual(systemKey('http://loinc.org/'), loinc)
  assert.equal(systemKey(''), '')
  const keys = new Set(Array.from({ length: 20_000 }, (_, n) => systemKey(`urn:oid:1.2.${n}`)))
  assert.equal(keys.size, 20_000)
})
