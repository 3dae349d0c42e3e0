import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateRegion } from '../../../../src/commands/demo/region/region.ts'
import { TODAY } from './a-region.ts'

const { hospitals, professionals } = generateRegion({ patients: 0, seed: 7, today: TODAY })

/** Luhn as ISO/IEC 7812-1 tells it, written apart from the code under test. */
function hasLuhnKey(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, position) => {
    const value = Number(digit) * (position % 2 === 0 ? 1 : 2)
    return total + Math.floor(value / 10) + (value % 10)
  }, 0)
  return sum % 10 === 0
}

test('there are 33 hospitals whose names say that they are fictitious', () => {
  assert.equal(hospitals.length, 33)
  for (const { name } of hospitals) assert.match(name, /FICTI(F|VE)/)
  assert.equal(new Set(hospitals.map(({ name }) => name)).size, 33)
})

test('every hospital has its own FINESS, with a right key and in no real department', () => {
  for (const { finess } of hospitals) {
    assert.match(finess, /^99000\d{4}$/)
    assert.ok(hasLuhnKey(finess), finess)
  }
  assert.equal(new Set(hospitals.map(({ finess }) => finess)).size, 33)
})

test('every hospital has its own identity domain; the first one is that of B0', () => {
  assert.equal(hospitals[0]?.ippRoot, '1.2.250.1.71.4.2.2.990000001')
  assert.equal(new Set(hospitals.map(({ ippRoot }) => ippRoot)).size, 33)
})

test('about 200 professionals have their own RPPS, with a right key and in a range kept for tests', () => {
  assert.equal(professionals.length, 198)
  for (const { rpps } of professionals) {
    assert.match(rpps, /^1009990\d{4}$/)
    assert.ok(hasLuhnKey(rpps), rpps)
  }
  assert.equal(new Set(professionals.map(({ rpps }) => rpps)).size, professionals.length)
  assert.equal(professionals[0]?.rpps, '10099900010')
})
