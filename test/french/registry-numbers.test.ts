import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFiness, isSiren, isSiret } from '../../src/french/finess.ts'
import { isRpps } from '../../src/french/rpps.ts'

test('an RPPS number has 11 digits and a Luhn key', () => {
  assert.equal(isRpps('10000001910'), withKey('1000000191') === '10000001910')
  assert.equal(isRpps(withKey('1000000191')), true)
  assert.equal(isRpps('810000001916'), false)
  assert.equal(isRpps('1000000191x'), false)
})

test('a FINESS number has 9 characters and a Luhn key, Corsica included', () => {
  assert.equal(isFiness('750712184'), true)
  assert.equal(isFiness('750712185'), false)
  assert.equal(isFiness('2A0000014'), true)
  assert.equal(isFiness('2B0000020'), true)
  assert.equal(isFiness('2C0000020'), false)
})

test('SIREN and SIRET numbers have a Luhn key; the post office sums to a multiple of five', () => {
  assert.equal(isSiren('732829320'), true)
  assert.equal(isSiren('732829321'), false)
  assert.equal(isSiret('73282932000074'), true)
  assert.equal(isSiret('73282932000075'), false)
  assert.equal(isSiret('35600000049837'), true)
})

/** The digits followed by their Luhn key, computed the slow way. */
function withKey(digits: string): string {
  const keys = Array.from({ length: 10 }, (_, key) => `${digits}${key}`)
  return keys.find((number) => slowSum(number) % 10 === 0) ?? ''
}

function slowSum(number: string): number {
  return [...number]
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? digit : String(Number(digit) * 2)))
    .join('')
    .split('')
    .reduce((sum, digit) => sum + Number(digit), 0)
}
