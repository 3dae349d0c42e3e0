import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  birthGivenListOf,
  missingTraits,
  type StrictTraits,
  sameTraits,
  TRAIT_NAMES,
  traitsOfPatient,
} from '../../src/french/traits.ts'
import { qualifiedPatient } from './patients.ts'

const TRAITS: StrictTraits = {
  birthFamily: 'TESTFICTIF',
  firstGiven: 'LUCIE',
  birthGivenList: 'LUCIE ANNE',
  gender: 'female',
  birthDate: '1984-01-15',
  birthPlace: '63220',
}

test('the strict traits are read from a FR Core patient', () => {
  assert.deepEqual(traitsOfPatient(qualifiedPatient()), TRAITS)
  assert.deepEqual(missingTraits(TRAITS), [])
  assert.deepEqual(missingTraits(traitsOfPatient({ resourceType: 'Patient' })), [...TRAIT_NAMES])
})

const CONFLICTS = [
  ['another family name', { birthFamily: 'AUTRE' }, ['birthFamily']],
  ['another first given name', { firstGiven: 'ANNE' }, ['firstGiven']],
  ['another list', { birthGivenList: 'LUCIE MARIE' }, ['birthGivenList']],
  ['a longer list', { birthGivenList: 'LUCIE ANNE MARIE-LOUISE' }, []],
  ['a shorter list', { birthGivenList: 'LUCIE' }, []],
  ['a list that only shares letters', { birthGivenList: 'LUCIE ANNETTE' }, ['birthGivenList']],
  ['another sex', { gender: 'male' }, ['gender']],
  ['an unknown sex', { gender: 'unknown' }, []],
  ['another date', { birthDate: '1984-01-16' }, ['birthDate']],
  ['another birth place', { birthPlace: '63221' }, ['birthPlace']],
  ['an unknown birth place', { birthPlace: '99999' }, []],
  ['accents and case', { birthFamily: 'Testfictif', firstGiven: 'Lucié' }, []],
  ['a trait that one side ignores', { birthPlace: undefined }, []],
] as const

for (const [name, change, differing] of CONFLICTS) {
  test(`comparing traits: ${name}`, () => {
    assert.deepEqual(sameTraits(TRAITS, { ...TRAITS, ...change }), differing)
    assert.deepEqual(sameTraits({ ...TRAITS, ...change }, TRAITS), differing)
  })
}

test('hyphens count as spaces in compound names', () => {
  assert.deepEqual(sameTraits({ firstGiven: 'ANNE-SOPHIE' }, { firstGiven: 'ANNE SOPHIE' }), [])
})

test('the list of given names follows the three conventions of CDA documents', () => {
  assert.equal(birthGivenListOf('DOMINIQUE', ['DOMINIQUE MARIE-LOUISE']), 'DOMINIQUE MARIE-LOUISE')
  assert.equal(birthGivenListOf('RUTH', ['ISABELLE']), 'RUTH ISABELLE')
  assert.equal(birthGivenListOf('MARIE', []), 'MARIE')
  assert.equal(birthGivenListOf('ANNE-SOPHIE', ['ANNE SOPHIE', 'JEANNE']), 'ANNE SOPHIE JEANNE')
})

test('a partial birth date is not a strict trait', () => {
  assert.deepEqual(missingTraits({ ...TRAITS, birthDate: '1984' }), ['birthDate'])
})
