import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differingTraits, discordantTraits } from '../../../src/dcc/call/traits.ts'
import { TRAITS } from './calls.ts'

const PLACES = [
  { id: 'Ajaccio before the departments of Corsica', one: '20004', other: '2A004', born: '1970-05-01', same: true },
  { id: 'Ajaccio after', one: '20004', other: '2A004', born: '1980-05-01', same: false },
  { id: 'another commune of Corsica', one: '20004', other: '2B033', born: '1970-05-01', same: false },
  { id: 'Algeria before independence', one: '92001', other: '99352', born: '1950-05-01', same: true },
  { id: 'Hauts-de-Seine is not Algeria', one: '92001', other: '99352', born: '1970-05-01', same: false },
  { id: 'Morocco before independence', one: '95001', other: '99350', born: '1950-05-01', same: true },
  { id: 'Tunisia before independence', one: '96001', other: '99351', born: '1950-05-01', same: true },
  { id: 'France without commune', one: '99100', other: '63220', born: '1984-01-15', same: true },
  { id: 'France is not Bangladesh', one: '99100', other: '99246', born: '1984-01-15', same: false },
  { id: 'unknown place', one: '99999', other: '63220', born: '1984-01-15', same: true },
  { id: 'lower case', one: '2a004', other: '2A004', born: '1984-01-15', same: true },
  { id: 'two communes', one: '63220', other: '63113', born: '1984-01-15', same: false },
]

for (const { id, one, other, born, same } of PLACES) {
  test(`birth places by the day of birth: ${id}`, () => {
    const called = { ...TRAITS, birthDate: born, birthPlace: one }
    const known = { ...TRAITS, birthDate: born, birthPlace: other }
    assert.deepEqual(differingTraits(called, known), same ? [] : ['birthPlace'])
    assert.deepEqual(differingTraits(known, called), same ? [] : ['birthPlace'])
  })
}

const NAMES = [
  { id: 'accents', change: { birthFamily: 'Tëstfictif' }, differing: [] },
  { id: 'compound first name with a space', change: { firstGiven: 'ANNE SOPHIE' }, with: 'Anne-Sophie', differing: [] },
  {
    id: 'half of a compound first name',
    change: { firstGiven: 'ANNE' },
    with: 'ANNE-SOPHIE',
    differing: ['firstGiven'],
  },
  { id: 'apostrophes', change: { firstGiven: "M'HAMED" }, with: 'M’HAMED', differing: [] },
]

for (const { id, change, with: known, differing } of NAMES) {
  test(`names are compared folded: ${id}`, () => {
    const other = known === undefined ? TRAITS : { ...TRAITS, firstGiven: known }
    assert.deepEqual(differingTraits({ ...TRAITS, birthGivenList: undefined, ...change }, other), differing)
  })
}

test('what is needed and not known on one side is discordant, not equal', () => {
  assert.deepEqual(discordantTraits({ ...TRAITS, birthDate: '1984-01' }, TRAITS), ['birthDate'])
  assert.deepEqual(discordantTraits(TRAITS, { ...TRAITS, gender: undefined }), ['gender'])
  assert.deepEqual(discordantTraits({ ...TRAITS, birthPlace: undefined, birthGivenList: undefined }, TRAITS), [])
})
