import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDay } from '../../../../src/commands/demo/region/calendar.ts'
import { careTeams } from '../../../../src/commands/demo/region/care-team.ts'
import { courseAt } from '../../../../src/commands/demo/region/course.ts'
import { identityAt, MOST_PATIENTS, type PatientIdentity } from '../../../../src/commands/demo/region/identity.ts'
import { buildProfessionals } from '../../../../src/commands/demo/region/professionals.ts'
import { PATIENTS, TODAY } from './a-region.ts'

const SEED = 7
const drawTeam = careTeams(buildProfessionals(SEED))
const IDENTITIES: readonly PatientIdentity[] = Array.from(
  { length: 5000 },
  (_, index) => courseAt(index, SEED, parseDay(TODAY), drawTeam).patient,
)

/** The key as the reference states it, computed on big integers: independent of the code under test. */
function expectedKey(number: string): string {
  const digits = number.replace('2A', '19').replace('2B', '18')
  return String(97n - (BigInt(digits) % 97n)).padStart(2, '0')
}

test('the first patient is the baseline B0 of the acceptance tests', () => {
  const [baseline] = PATIENTS
  assert.ok(baseline)
  const { address, phone, ...traits } = baseline.identity
  assert.deepEqual(traits, {
    ins: '284016322000210',
    birthFamily: 'TESTFICTIF',
    birthGivens: 'LUCIE ANNE',
    firstGiven: 'LUCIE',
    usedFamily: 'DUPONT-ESSAI',
    usedGiven: 'LULU',
    sex: 'F',
    birthDate: '1984-01-15',
    birthplace: { cog: '63220', city: 'Mazoires' },
  })
  assert.equal(phone, '+33100000000')
  assert.ok(address.postalCode.startsWith('99'))
  const kinds = new Set(baseline.documents.map((document) => document.kind))
  assert.deepEqual([...kinds].sort(), ['CRACP', 'FRCP', 'PPS'])
})

test('5,000 patients have 5,000 INS numbers, each with its key', () => {
  assert.equal(new Set(IDENTITIES.map(({ ins }) => ins)).size, IDENTITIES.length)
  for (const { ins } of IDENTITIES) {
    assert.match(ins, /^[12]\d{2}(0[1-9]|1[0-2])(\d{2}|2A|2B)\d{3}\d{3}\d{2}$/)
    assert.equal(ins.slice(13), expectedKey(ins.slice(0, 13)), ins)
  }
})

test('INS numbers stay apart where places and order numbers come round again', () => {
  const turn = 999 * 149
  const seen = new Set<string>()
  for (const start of [0, 990, turn - 500, turn + 500, 2 * turn, 3 * turn + 7]) {
    for (let index = start; index < start + 900; index += 1) seen.add(identityAt(SEED, index, 'F', 1960).ins)
  }
  assert.equal(seen.size, 6 * 900)
  assert.throws(() => identityAt(SEED, MOST_PATIENTS, 'F', 1960), RangeError)
})

test('the number says the sex, the year and month, and the place of birth of its patient', () => {
  for (const { ins, sex, birthDate, birthplace } of IDENTITIES) {
    assert.equal(ins[0], sex === 'F' ? '2' : '1')
    assert.equal(ins.slice(1, 5), birthDate.slice(2, 4) + birthDate.slice(5, 7))
    assert.equal(ins.slice(5, 10), birthplace.cog)
  }
})

test('birth traits are capitals without accents, and the list of given names begins with the first', () => {
  for (const { birthFamily, birthGivens, firstGiven } of IDENTITIES.slice(1)) {
    assert.match(birthFamily, /^[A-Z]+([ '-][A-Z]+)*$/)
    assert.match(birthGivens, /^[A-Z]+([ -][A-Z]+)*$/)
    assert.ok(birthGivens === firstGiven || birthGivens.startsWith(`${firstGiven} `))
  }
})

const CASES: readonly { id: string; present: (identity: PatientIdentity) => boolean }[] = [
  { id: 'a compound first name with a hyphen', present: ({ firstGiven }) => firstGiven.includes('-') },
  { id: 'a compound first name with a space', present: ({ firstGiven }) => firstGiven.includes(' ') },
  { id: 'a compound family name', present: ({ birthFamily }) => birthFamily.includes('-') },
  { id: 'an apostrophe', present: ({ birthFamily }) => birthFamily.includes("'") },
  { id: 'a used family name', present: ({ usedFamily, birthFamily }) => (usedFamily ?? birthFamily) !== birthFamily },
  { id: 'an accent in a used name', present: ({ usedGiven }) => /[À-ÿ]/.test(usedGiven ?? '') },
  { id: 'a birth in Corse-du-Sud', present: ({ birthplace }) => birthplace.cog.startsWith('2A') },
  { id: 'a birth in Haute-Corse', present: ({ birthplace }) => birthplace.cog.startsWith('2B') },
  { id: 'a birth overseas', present: ({ birthplace }) => birthplace.cog.startsWith('97') },
  { id: 'a birth abroad', present: ({ birthplace }) => birthplace.cog.startsWith('99') },
]
for (const { id, present } of CASES) {
  test(`some patients have ${id}, most do not`, () => {
    const share = IDENTITIES.filter(present).length / IDENTITIES.length
    assert.ok(share > 0.001 && share < 0.5, String(share))
  })
}

test('nobody born in Corsica before 1976 has a department that did not exist', () => {
  for (const { birthplace, birthDate } of IDENTITIES) {
    if (/^2[AB]/.test(birthplace.cog)) assert.ok(birthDate >= '1976')
  }
})
