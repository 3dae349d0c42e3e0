import { matriculeKey } from '../../../french/ins.ts'
import { BIRTHPLACES, type Birthplace } from './birthplaces.ts'
import { dayOf, isoDate } from './calendar.ts'
import type { PostalAddress } from './hospitals.ts'
import { dailyGivenName, familyName, givenName, type Sex, townName } from './names.ts'
import { at, randomFor } from './random.ts'
import { fictionalMobile } from './relatives.ts'

/** OID of the INS numbers issued for tests (reference identity-fr.md 1.5). */
export const INS_TEST_OID = '1.2.250.1.213.1.4.10'

/** A fictitious qualified identity: a test INS and its five traits, with what a hospital usually knows besides. */
export interface PatientIdentity {
  /** 15 characters: NIR and key. */
  readonly ins: string
  readonly birthFamily: string
  /** Every given name of the civil register separated by spaces, the first included. */
  readonly birthGivens: string
  /** The first given name, possibly compound. */
  readonly firstGiven: string
  readonly usedFamily?: string
  readonly usedGiven?: string
  readonly sex: Sex
  /** YYYY-MM-DD. */
  readonly birthDate: string
  /** COG code of the place of birth (2A/2B for Corsica, 99xxx abroad) and its name. */
  readonly birthplace: Birthplace
  readonly address: PostalAddress
  /** International form, in the range kept for works of fiction. */
  readonly phone: string
}

/** The baseline patient B0 of the acceptance tests (reference identity-fr.md 4.2). */
export const BASELINE: PatientIdentity = {
  ins: '284016322000210',
  birthFamily: 'TESTFICTIF',
  birthGivens: 'LUCIE ANNE',
  firstGiven: 'LUCIE',
  usedFamily: 'DUPONT-ESSAI',
  usedGiven: 'LULU',
  sex: 'F',
  birthDate: '1984-01-15',
  birthplace: { cog: '63220', city: 'Mazoires' },
  address: { houseNumber: '1', streetName: 'rue de la Fiction', postalCode: '99001', city: 'BELBREUIL' },
  phone: '+33100000000',
}

const ORDERS = 999
const MONTHS = 12
const STREAM = 2

/** How many patients can be told apart: one per order number, place and month of birth. */
export const MOST_PATIENTS = ORDERS * BIRTHPLACES.length * MONTHS

/**
 * The identity of the patient at an index (0 to MOST_PATIENTS - 1), of a given sex and year of birth. Two indices never
 * get the same INS: within one order number each index has its own place of birth, and, once all the places are used,
 * its own month. Throws RangeError outside the range.
 */
export function identityAt(seed: number, index: number, sex: Sex, birthYear: number): PatientIdentity {
  if (index < 0 || index >= MOST_PATIENTS) throw new RangeError(`at most ${MOST_PATIENTS} patients can be generated`)
  const random = randomFor(seed, STREAM, index)

  // 617 and 999 have no common divisor: consecutive patients get order numbers that look scattered.
  const order = 1 + ((index * 617) % ORDERS)
  const block = Math.floor(index / ORDERS)
  const scatter = randomFor(seed, STREAM, -order)
  const place = at(BIRTHPLACES, (block + scatter.between(0, BIRTHPLACES.length - 1)) % BIRTHPLACES.length)
  const month = 1 + ((scatter.between(0, MONTHS - 1) + Math.floor(block / BIRTHPLACES.length)) % MONTHS)

  const birthplace = birthYear < 1976 && place.before1976 ? place.before1976 : place
  const birthDay = random.between(1, 28)
  const number =
    (sex === 'F' ? '2' : '1') +
    twoDigits(birthYear % 100) +
    twoDigits(month) +
    birthplace.cog +
    String(order).padStart(3, '0')

  const givens = distinctGivens(random.between(1, 3), () => givenName(random, sex))
  const firstGiven = at(givens, 0)
  const usesOtherFamily = random.chance(sex === 'F' ? 0.45 : 0.03)
  const usesOtherGiven = random.chance(0.08)
  const birthFamily = familyName(random)
  const usedFamily = usesOtherFamily ? familyName(random) : birthFamily
  const usedGiven = usesOtherGiven ? at(givens, givens.length - 1) : firstGiven
  const town = random.between(1, 33)
  return {
    ins: withKey(number),
    birthFamily,
    birthGivens: givens.join(' '),
    firstGiven,
    ...(usesOtherFamily || usesOtherGiven ? { usedFamily, usedGiven: dailyGivenName(usedGiven) } : {}),
    sex,
    birthDate: isoDate(dayOf(birthYear, month, birthDay)),
    birthplace,
    address: {
      houseNumber: String(random.between(1, 120)),
      streetName: 'avenue de la Fiction',
      postalCode: `99${String(town).padStart(3, '0')}`,
      city: townName(town - 1),
    },
    phone: fictionalMobile(random),
  }
}

function withKey(number: string): string {
  const key = matriculeKey(number)
  if (key === undefined) throw new RangeError('a NIR of 13 characters is expected')
  return number + key
}

function distinctGivens(count: number, draw: () => string): string[] {
  const givens = new Set<string>()
  for (let attempt = 0; attempt < count; attempt += 1) givens.add(draw())
  return [...givens]
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
