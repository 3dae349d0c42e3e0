import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { generateRegion } from '../../../../src/commands/demo/region/region.ts'

/** SHA-256 of everything a region says. */
function digest(options: { patients: number; seed: number; today: string }): string {
  const hash = createHash('sha256')
  const region = generateRegion(options)
  hash.update(JSON.stringify(region.hospitals)).update(JSON.stringify(region.professionals))
  for (const patient of region.patients) {
    hash.update(JSON.stringify(patient.identity))
    for (const document of patient.documents) hash.update(document.fileName).update(document.bytes)
  }
  return hash.digest('hex')
}

const OPTIONS = { patients: 25, seed: 3, today: '2026-10-05' }

test('the same options give the same region, byte for byte', () => {
  assert.equal(digest(OPTIONS), digest(OPTIONS))
})

test('another seed, or another day, gives another region', () => {
  assert.notEqual(digest(OPTIONS), digest({ ...OPTIONS, seed: 4 }))
  assert.notEqual(digest(OPTIONS), digest({ ...OPTIONS, today: '2026-10-06' }))
})

test('the patients can be walked through twice, and a larger region begins with the smaller one', () => {
  const small = generateRegion({ ...OPTIONS, patients: 5 })
  const large = generateRegion({ ...OPTIONS, patients: 6 })
  const first = [...small.patients]
  assert.deepEqual([...small.patients], first)
  assert.deepEqual([...large.patients].slice(0, 5), first)
})

test('a date of another form is refused', () => {
  for (const today of ['05/10/2026', '2026-13-01', '2026-10-5', '']) {
    assert.throws(() => generateRegion({ ...OPTIONS, today }), RangeError)
  }
})

test('more patients than INS numbers can tell apart are refused', () => {
  assert.throws(() => generateRegion({ ...OPTIONS, patients: 10_000_000 }), RangeError)
})
