import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { betterFirst, type Grade, LEAST_POSSIBLE, matchOf, WEIGHTS } from '../../../src/ihe/iti-119.ts'
import { type Agreement, MATCH_TRAITS, type MatchTrait } from '../../../src/ihe/iti-119-compare.ts'
import { type Facts, INS_A, INS_B, LUCIE, person } from './people.ts'

type Row = readonly [
  name: string,
  asked: Facts,
  held: Facts,
  grade: Grade,
  traits: Partial<Record<MatchTrait, Agreement>>,
]

const JEAN: Facts = { given: ['JEAN'], list: undefined, sex: 'male' }

const ROWS: readonly Row[] = [
  // Identifiers.
  ['M01 the same matricule and strict traits', { ins: INS_A }, { ins: INS_A }, 'certain', { ins: 'agree' }],
  ['M02 a former matricule', { ins: INS_A }, { ins: INS_B, old: INS_A }, 'certain', { ins: 'agree' }],
  ['M03 the same strict traits, no identifier', {}, {}, 'probable', { ins: 'unknown', birthPlace: 'agree' }],
  ['M04 the same local identifier', { ipp: 'P1' }, { ipp: 'P1' }, 'certain', { localIdentifier: 'agree' }],
  ['M05 another number of the hospital', { ipp: 'P1' }, { ipp: 'P2' }, 'probable', { localIdentifier: 'differ' }],
  ['M06 same traits, two matricules', { ins: INS_A }, { ins: INS_B }, 'possible', { ins: 'differ' }],
  [
    'M07 a local identifier against the matricule',
    { ins: INS_A, ipp: 'P1' },
    { ins: INS_B, ipp: 'P1' },
    'possible',
    { ins: 'differ', localIdentifier: 'agree' },
  ],
  ['M08 a matricule with a wrong key is not another one', { ins: wrongKey() }, { ins: INS_B }, 'probable', {}],
  ['M09 the matricule, another birth date', { ins: INS_A, born: '1971-11-30' }, { ins: INS_A }, 'possible', {}],
  ['M10 the matricule, another birth name', { ins: INS_A, birth: 'MARTIN' }, { ins: INS_A }, 'possible', {}],
  ['M11 the matricule, the other sex', { ins: INS_A, sex: 'male' }, { ins: INS_A }, 'possible', { gender: 'differ' }],
  ['M12 the matricule, another birth place', { ins: INS_A, cog: '75056' }, { ins: INS_A }, 'possible', {}],
  [
    'M13 the matricule, two other strict traits',
    { ins: INS_A, born: '1971-11-30', sex: 'male' },
    { ins: INS_A },
    'certainly-not',
    {},
  ],
  ['M14 the matricule alone', { ...nothing(), ins: INS_A }, { ins: INS_A }, 'possible', { birthFamily: 'unknown' }],
  ['M15 a local identifier alone', { ...nothing(), ipp: 'P1' }, { ipp: 'P1' }, 'possible', {}],
  [
    'M16 a number given again to another person',
    { ipp: 'P1' },
    { ipp: 'P1', birth: 'AUTRE', given: ['PAUL'], list: undefined, sex: 'male', born: '1950-05-05' },
    'certainly-not',
    {},
  ],
  // Strict traits, one less at a time.
  ['M20 birth name unknown', { birth: undefined }, {}, 'possible', { birthFamily: 'unknown' }],
  ['M21 given name unknown', { given: undefined, list: undefined }, {}, 'possible', { firstGiven: 'unknown' }],
  ['M22 birth date unknown', { born: undefined }, {}, 'possible', { birthDate: 'unknown' }],
  ['M23 sex unknown', { sex: 'unknown' }, {}, 'possible', { gender: 'unknown' }],
  ['M24 sex "other" is no strict trait', { sex: 'other' }, { sex: 'other' }, 'possible', { gender: 'unknown' }],
  ['M25 birth place on one side', { cog: undefined }, {}, 'probable', { birthPlace: 'unknown' }],
  ['M26 birth place unknown (99999)', { cog: '99999' }, {}, 'probable', { birthPlace: 'unknown' }],
  ['M27 another birth place', { cog: '75056' }, {}, 'possible', { birthPlace: 'differ' }],
  ['M28 the matricule without a sex', { ins: INS_A, sex: 'unknown' }, { ins: INS_A }, 'possible', {}],
  ['M29 a name that nobody says is the birth name', unlabelled(), {}, 'possible', { birthFamily: 'near' }],
  ['M30 district and city', { cog: '75056' }, { cog: '75112' }, 'probable', { birthPlace: 'near' }],
  ['M31 two districts', { cog: '75111' }, { cog: '75112' }, 'possible', { birthPlace: 'differ' }],
  // Family names.
  ['M40 accents and case', { birth: 'Léfèvre' }, { birth: 'LEFEVRE' }, 'probable', { birthFamily: 'agree' }],
  ['M41 hyphen and blank', { birth: 'DUPONT-MARTIN' }, { birth: 'DUPONT MARTIN' }, 'probable', {}],
  ['M42 apostrophes', { birth: 'D’ALMEIDA' }, { birth: "D'ALMEIDA" }, 'probable', { birthFamily: 'agree' }],
  ['M43 a particle joined', { birth: 'LEGOFF' }, { birth: 'LE GOFF' }, 'possible', { birthFamily: 'near' }],
  ['M44 a particle left out', { birth: 'DE LA TOUR' }, { birth: 'TOUR' }, 'possible', { birthFamily: 'near' }],
  ['M45 one letter', { birth: 'TESTFICTIV' }, {}, 'possible', { birthFamily: 'near' }],
  ['M46 two neighbours swapped', { birth: 'TSETFICTIF' }, {}, 'possible', { birthFamily: 'near' }],
  ['M47 one letter of a short name is another name', { birth: 'ROY' }, { birth: 'ROI' }, 'possible', differing()],
  ['M48 the used name for the birth name', { birth: 'DUPONT' }, { used: 'DUPONT' }, 'possible', near('birthFamily')],
  ['M49 the birth name as used name', { birth: undefined, used: 'TESTFICTIF' }, {}, 'possible', near('birthFamily')],
  [
    'M50 the same used name, two birth names',
    { birth: 'MARTIN', used: 'DUPONT' },
    { used: 'DUPONT' },
    'possible',
    differing(),
  ],
  ['M51 half of a double name', { birth: 'DUPONT' }, { birth: 'DUPONT-MARTIN' }, 'possible', near('birthFamily')],
  ['M52 another name', { birth: 'MARTIN' }, {}, 'possible', differing()],
  ['M53 ligatures', { birth: 'ŒUVRARD' }, { birth: 'OEUVRARD' }, 'probable', { birthFamily: 'agree' }],
  [
    'M54 family and given name in each other’s field',
    { birth: 'LUCIE', given: ['TESTFICTIF'], list: undefined },
    {},
    'possible',
    { birthFamily: 'near', firstGiven: 'near' },
  ],
  // Given names.
  [
    'M60 JEAN-PIERRE and JEAN PIERRE',
    { ...JEAN, given: ['JEAN-PIERRE'] },
    { ...JEAN, given: ['JEAN PIERRE'] },
    'probable',
    { firstGiven: 'agree' },
  ],
  [
    'M61 JEAN-PIERRE and Jean',
    { ...JEAN, given: ['Jean'] },
    { ...JEAN, given: ['JEAN-PIERRE'] },
    'possible',
    { firstGiven: 'near' },
  ],
  [
    'M62 JEAN, PIERRE and JEAN-PIERRE',
    { ...JEAN, given: ['JEAN', 'PIERRE'] },
    { ...JEAN, given: ['JEAN-PIERRE'] },
    'possible',
    { firstGiven: 'near' },
  ],
  [
    'M63 the second given name is the one in use',
    { given: ['ANNE'], list: undefined },
    {},
    'possible',
    { firstGiven: 'near' },
  ],
  [
    'M64 a used given name for the first one',
    { given: ['LULU'], list: undefined },
    { usedGiven: 'LULU' },
    'possible',
    { firstGiven: 'near' },
  ],
  ['M65 a list that goes further', { list: 'LUCIE' }, {}, 'probable', { birthGivenList: 'near' }],
  ['M66 another list', { list: 'LUCIE MARIE' }, {}, 'possible', { birthGivenList: 'differ' }],
  ['M67 one letter of a given name', { given: ['LUCYE'], list: undefined }, {}, 'possible', { firstGiven: 'near' }],
  // Twins: the same family, day, place.
  ['M70 twins', { given: ['ANNA'], list: undefined }, {}, 'possible', { firstGiven: 'differ' }],
  [
    'M71 twins with one matricule typed for the other',
    { ins: INS_A, given: ['ANNA'], list: undefined },
    { ins: INS_A },
    'possible',
    { firstGiven: 'differ' },
  ],
  [
    'M72 twins, brother and sister',
    { given: ['PAUL'], list: undefined, sex: 'male' },
    {},
    'certainly-not',
    { firstGiven: 'differ', gender: 'differ' },
  ],
  [
    'M73 twins whose names are a letter apart',
    { given: ['LINA'], list: undefined },
    { given: ['LISA'], list: undefined },
    'possible',
    { firstGiven: 'near' },
  ],
  // Birth dates.
  ['M80 the year alone', { born: '1984' }, {}, 'possible', { birthDate: 'near' }],
  ['M81 year and month', { born: '1984-01' }, {}, 'possible', { birthDate: 'near' }],
  ['M82 another month', { born: '1984-02' }, {}, 'possible', { birthDate: 'differ' }],
  ['M83 the same year on both sides', { born: '1984' }, { born: '1984' }, 'possible', { birthDate: 'near' }],
  [
    'M84 a lunar date against the made-up one',
    { born: '1958-12-31', lunar: '1958-00-00' },
    { born: '1958-06-12' },
    'possible',
    { birthDate: 'near' },
  ],
  ['M85 31/12 on both sides', { born: '1958-12-31' }, { born: '1958-12-31' }, 'probable', { birthDate: 'agree' }],
  ['M86 31/12 for an unknown day', { born: '1958-12-31' }, { born: '1958-06-12' }, 'possible', near('birthDate')],
  ['M87 the first of the month for an unknown day', { born: '1984-01-01' }, {}, 'possible', { birthDate: 'near' }],
  ['M88 day and month swapped', { born: '1984-03-04' }, { born: '1984-04-03' }, 'possible', { birthDate: 'near' }],
  ['M89 one digit', { born: '1984-01-16' }, {}, 'possible', { birthDate: 'near' }],
  ['M90 two digits swapped', { born: '1948-01-15' }, {}, 'possible', { birthDate: 'near' }],
  ['M91 another day, homonyms', { born: '1962-09-27', cog: undefined }, {}, 'certainly-not', differingDate()],
  // Everything else.
  [
    'M95 a doubtful identity proves nothing',
    { ins: INS_A, doubtful: true },
    { ins: INS_A },
    'possible',
    { ins: 'agree' },
  ],
  ['M96 nothing in common', { ...nothing(), birth: 'MARTIN' }, {}, 'certainly-not', {}],
  ['M97 nothing known', nothing(), {}, 'certainly-not', { birthFamily: 'unknown' }],
  [
    'M98 mother, telephone, postal code',
    { mother: 'Roüx', phone: '+33 1 00 00 00 00', postalCode: '99001' },
    { mother: 'ROUX', phone: '0100000000', postalCode: '99001' },
    'probable',
    { mothersName: 'agree', contact: 'agree', postalCode: 'agree' },
  ],
]

describe('PDQ-119-1: the grade of two records, by the French traits', () => {
  for (const [name, asked, held, grade, traits] of ROWS) {
    test(name, () => {
      const match = matchOf(person(asked), person(held))
      assert.deepEqual({ ...match.comparison, ...traits }, match.comparison)
      assert.equal(match.grade, grade, JSON.stringify(match))
      assert.deepEqual(matchOf(person(held), person(asked)), match, 'symmetric')
    })
  }
})

describe('PDQ-119-2: scores order matches as people would', () => {
  const score = (changes: Facts, held: Facts = {}) => matchOf(person(changes), person(held))

  test('certain before probable before possible, whatever the points', () => {
    const certain = score({ ins: INS_A, list: undefined, cog: undefined }, { ins: INS_A })
    const probable = score({ mother: 'ROUX', phone: '0100000000' }, { mother: 'ROUX', phone: '0100000000' })
    const possible = score({ ins: INS_A, sex: 'unknown' }, { ins: INS_A })
    const none = score({ born: '1962-09-27', birth: 'MARTIN' })
    const found = [none, possible, probable, certain].sort(betterFirst)
    assert.deepEqual(
      found.map(({ grade }) => grade),
      ['certain', 'probable', 'possible', 'certainly-not'],
    )
    assert.ok(found.every(({ score: s }, i) => s >= 0 && s <= 1 && s <= (found[i - 1]?.score ?? 1)))
  })

  test('the closer the traits, the higher the score', () => {
    const scores = [score({ born: '1984' }), score({ born: '1984', given: ['ANNE'], list: undefined })]
    assert.ok((scores[0]?.score ?? 0) > (scores[1]?.score ?? 0))
  })
})

describe('PDQ-119-1: what holds for any two records', () => {
  const people = variations().map(person)

  test('symmetric and deterministic', () => {
    for (const a of people) {
      for (const b of people) {
        const match = matchOf(a, b)
        assert.deepEqual(matchOf(b, a), match)
        assert.deepEqual(matchOf(structuredClone(a), structuredClone(b)), match)
      }
    }
  })

  test('never above possible without the strict traits, never certain without an identifier', () => {
    for (const a of people) {
      for (const b of people) {
        const { grade, comparison } = matchOf(a, b)
        if (grade !== 'certain' && grade !== 'probable') continue
        const { birthFamily, firstGiven, birthDate, gender, birthPlace, birthGivenList } = comparison
        assert.deepEqual([birthFamily, firstGiven, birthDate, gender], ['agree', 'agree', 'agree', 'agree'])
        assert.ok(birthPlace !== 'differ' && birthGivenList !== 'differ' && comparison.ins !== 'differ')
        assert.ok(grade === 'probable' || comparison.ins === 'agree' || comparison.localIdentifier === 'agree')
      }
    }
  })

  test('a trait that agrees never lowers the grade or the score', () => {
    const added: readonly Facts[] = [
      { birth: 'TESTFICTIF' },
      { given: ['LUCIE'] },
      { list: 'LUCIE ANNE' },
      { born: '1984-01-15' },
      { sex: 'female' },
      { cog: '63220' },
      { ins: INS_A },
      { ipp: 'P1' },
      { mother: 'ROUX' },
      { phone: '0100000000' },
      { postalCode: '99001' },
    ]
    for (const a of variations()) {
      for (const b of variations()) {
        const before = matchOf(person(a), person(b))
        for (const trait of added) {
          // New on both sides, or one side says by now what the other has said.
          const [name] = Object.keys(trait) as (keyof Facts)[]
          const known = [a, b].map((facts) => (name === undefined ? undefined : { ...LUCIE, ...facts }[name]))
          if (name === undefined || !known.includes(undefined)) continue
          const same = { [name]: known[0] ?? known[1] ?? trait[name] }
          const after = matchOf(person({ ...a, ...same }), person({ ...b, ...same }))
          assert.ok(betterFirst(after, before) <= 0, `${JSON.stringify([a, b, trait])} ${before.grade} ${after.grade}`)
          assert.ok(after.score >= before.score)
        }
      }
    }
  })

  test('a certain match of two people of one trait apart there is none', () => {
    for (const a of people) {
      for (const b of people) {
        const { grade, comparison } = matchOf(a, b)
        const differing = MATCH_TRAITS.filter((trait) => comparison[trait] === 'differ' && trait !== 'localIdentifier')
        if (differing.length > 0) assert.ok(grade === 'possible' || grade === 'certainly-not')
      }
    }
  })

  test('names and lists of any length cost little', () => {
    const long = 'A-B '.repeat(20_000)
    const many = Array.from({ length: 5000 }, (_, i) => ({ use: 'usual' as const, family: `${long}${i}` }))
    const a = { ...person(), name: many }
    const startedAt = performance.now()
    matchOf(a, { ...a, birthDate: '1990' })
    assert.ok(performance.now() - startedAt < 500)
  })
})

test('PDQ-119-1: the table of weights is whole, and no trait agrees for less than it is near', () => {
  for (const trait of MATCH_TRAITS) {
    const { agree, near, differ } = WEIGHTS[trait]
    assert.ok(agree > near && near >= 0 && differ <= 0, trait)
  }
  assert.ok(WEIGHTS.ins.agree >= LEAST_POSSIBLE && WEIGHTS.localIdentifier.agree >= LEAST_POSSIBLE)
})

function variations(): Facts[] {
  return ROWS.flatMap(([, asked, held]) => [asked, held]).filter(
    (facts, index, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(facts)) === index,
  )
}

function nothing(): Facts {
  return { birth: undefined, given: undefined, list: undefined, born: undefined, sex: undefined, cog: undefined }
}

function unlabelled(): Facts {
  return {
    birth: undefined,
    given: undefined,
    list: undefined,
    unlabelled: { family: 'TESTFICTIF', given: 'LUCIE' },
  }
}

function near(trait: MatchTrait): Partial<Record<MatchTrait, Agreement>> {
  return { [trait]: 'near' }
}

function differing(): Partial<Record<MatchTrait, Agreement>> {
  return { birthFamily: 'differ' }
}

function differingDate(): Partial<Record<MatchTrait, Agreement>> {
  return { birthDate: 'differ' }
}

function wrongKey(): string {
  const key = INS_A.endsWith('01') ? '02' : '01'
  return `${INS_A.slice(0, 13)}${key}`
}
