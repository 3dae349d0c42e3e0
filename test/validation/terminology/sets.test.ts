import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isWhole } from '../../../src/validation/terminology/code-set.ts'
import { readTerminologyResource } from '../../../src/validation/terminology/read.ts'
import { newTerminology, type TerminologyService } from '../../../src/validation/terminology/terminology.ts'

/** A small hierarchy: A over B and C, B over D; D also under C. X is out of use and says its colour, as B does. */
const LETTERS = {
  resourceType: 'CodeSystem',
  url: 'urn:test:letters',
  version: '1',
  name: 'Letters',
  content: 'complete',
  concept: [
    {
      code: 'A',
      display: 'Alpha',
      concept: [
        { code: 'B', display: 'Beta', property: [{ code: 'colour', valueCode: 'red' }], concept: [{ code: 'D' }] },
        { code: 'C', property: [{ code: 'child', valueCode: 'D' }] },
      ],
    },
    { code: 'X', property: [{ code: 'colour', valueString: 'blue' }] },
  ],
}
const ROMANS = {
  resourceType: 'CodeSystem',
  url: 'urn:test:romans',
  name: 'Romans',
  content: 'complete',
  caseSensitive: false,
  concept: [{ code: 'iv' }, { code: 'X' }],
}
const SOME = { resourceType: 'CodeSystem', url: 'urn:test:some', content: 'fragment', concept: [{ code: 'known' }] }
const NESTED = setOf('nested', { include: [{ system: 'urn:test:letters', concept: [{ code: 'A' }, { code: 'B' }] }] })
const ABSENT = { system: 'urn:test:absent' }

function setOf(name: string, compose: object): object {
  return { resourceType: 'ValueSet', url: `urn:test:set:${name}`, version: '1', compose }
}

function terminologyOf(...resources: object[]): TerminologyService {
  return newTerminology(
    resources.map((json) => {
      const resource = readTerminologyResource(json)
      assert.ok(resource !== undefined)
      return { resource }
    }),
  )
}

/** Which of the codes of the small systems are in a set; `?` after a code that cannot be told. */
function codesIn(compose: object): string {
  const terminology = terminologyOf(LETTERS, ROMANS, SOME, NESTED, setOf('it', compose))
  const asked: [string, string][] = [
    ...['A', 'B', 'C', 'D', 'X', 'Z'].map((code): [string, string] => ['urn:test:letters', code]),
    ['urn:test:romans', 'IV'],
    ['urn:test:some', 'known'],
    ['urn:test:some', 'other'],
    ['urn:test:absent', '1'],
  ]
  return asked
    .flatMap(([system, code]) => {
      const answer = terminology.contains('urn:test:set:it', system, code)
      return answer === false ? [] : [answer === true ? code : `${code}?`]
    })
    .join(' ')
}

const letters = (...filter: object[]) => ({ include: [{ system: 'urn:test:letters', filter }] })
const concept = (op: string, value: string) => letters({ property: 'concept', op, value })
const colour = (op: string, value: string) => letters({ property: 'colour', op, value })

const ROWS: readonly [id: string, compose: object, expected: string][] = [
  ['a whole system', letters(), 'A B C D X'],
  ['codes listed', { include: [{ system: 'urn:test:letters', concept: [{ code: 'A' }, { code: 'X' }] }] }, 'A X'],
  ['codes listed of a system that is not carried', { include: [{ ...ABSENT, concept: [{ code: '1' }] }] }, '1'],
  ['is-a takes the code itself', concept('is-a', 'B'), 'B D'],
  ['is-a of several parents', concept('is-a', 'C'), 'C D'],
  ['is-a of an unknown code', concept('is-a', 'Q'), ''],
  ['descendent-of does not', concept('descendent-of', 'A'), 'B C D'],
  ['is-not-a', concept('is-not-a', 'B'), 'A C X'],
  ['generalizes', concept('generalizes', 'D'), 'A B C D'],
  ['= on the code', concept('=', 'C'), 'C'],
  ['= on a property', colour('=', 'red'), 'B'],
  ['= on parent', letters({ property: 'parent', op: '=', value: 'A' }), 'B C'],
  ['= on child', letters({ property: 'child', op: '=', value: 'D' }), 'B C'],
  ['= on display', letters({ property: 'display', op: '=', value: 'Alpha' }), 'A'],
  ['in', concept('in', 'A, X'), 'A X'],
  ['not-in', concept('not-in', 'A,X'), 'B C D'],
  ['in on a property', colour('in', 'blue,green'), 'X'],
  ['not-in on a property', colour('not-in', 'blue'), 'A B C D'],
  ['exists', colour('exists', 'true'), 'B X'],
  ['does not exist', colour('exists', 'false'), 'A C D'],
  ['regex takes the whole code', letters({ property: 'code', op: 'regex', value: '[A-B]|' }), 'A B'],
  ['regex on a property', colour('regex', 'b.*'), 'X'],
  [
    'every filter',
    letters({ property: 'concept', op: 'is-a', value: 'A' }, { property: 'colour', op: 'exists', value: 'true' }),
    'B',
  ],
  ['a property that nobody carries', letters({ property: 'size', op: '=', value: '1' }), 'A? B? C? D? X? Z?'],
  ['an operator that nobody knows', concept('child-of', 'A'), 'A? B? C? D? X? Z?'],
  ['an operator that JavaScript knows', concept('constructor', 'A'), 'A? B? C? D? X? Z?'],
  ['a regex that retries', letters({ property: 'code', op: 'regex', value: '(a)\\1' }), 'A? B? C? D? X? Z?'],
  ['a system that is not carried', { include: [ABSENT] }, '1?'],
  ['a fragment', { include: [{ system: 'urn:test:some' }] }, 'known other?'],
  ['another version of a system', { include: [{ system: 'urn:test:letters', version: '2' }] }, 'A B C D X Z?'],
  ['this version of a system', { include: [{ system: 'urn:test:letters', version: '1' }] }, 'A B C D X'],
  ['a system without regard to case', { include: [{ system: 'urn:test:romans' }] }, 'IV'],
  [
    'codes listed without regard to case',
    { include: [{ system: 'urn:test:romans', concept: [{ code: 'Iv' }] }] },
    'IV',
  ],
  ['a nested set', { include: [{ valueSet: ['urn:test:set:nested'] }] }, 'A B'],
  ['a nested set of a version', { include: [{ valueSet: ['urn:test:set:nested|1'] }] }, 'A B'],
  [
    'a system and a nested set',
    { include: [{ ...concept('is-a', 'B').include[0], valueSet: ['urn:test:set:nested'] }] },
    'B',
  ],
  [
    'an unknown nested set',
    { include: [{ valueSet: ['urn:test:set:none'] }] },
    'A? B? C? D? X? Z? IV? known? other? 1?',
  ],
  [
    'a system and an unknown nested set',
    { include: [{ system: 'urn:test:letters', valueSet: ['urn:none'] }] },
    'A? B? C? D? X?',
  ],
  ['a union', { include: [...concept('=', 'X').include, { valueSet: ['urn:test:set:nested'] }] }, 'A B X'],
  ['an exclusion', { ...letters(), exclude: [{ system: 'urn:test:letters', concept: [{ code: 'A' }] }] }, 'B C D X'],
  ['an exclusion by filter', { ...letters(), exclude: concept('is-a', 'B').include }, 'A C X'],
  ['an exclusion of a nested set', { ...letters(), exclude: [{ valueSet: ['urn:test:set:nested'] }] }, 'C D X'],
  ['an exclusion of an unknown set', { ...letters(), exclude: [{ valueSet: ['urn:none'] }] }, 'A? B? C? D? X?'],
  ['an exclusion of another system', { ...letters(), exclude: [ABSENT] }, 'A B C D X'],
  ['part of it unknown', { include: [...letters().include, ABSENT] }, 'A B C D X 1?'],
  ['nothing at all', { include: [] }, 'A? B? C? D? X? Z? IV? known? other? 1?'],
]

describe('which codes are in a value set', () => {
  for (const [id, compose, expected] of ROWS) {
    test(id, () => assert.equal(codesIn(compose), expected))
  }
})

describe('a code without a system', () => {
  const both = setOf('both', { include: [{ system: 'urn:test:letters' }, { system: 'urn:test:romans' }] })
  const partly = setOf('partly', { include: [{ system: 'urn:test:letters' }, ABSENT] })
  const terminology = terminologyOf(LETTERS, ROMANS, both, partly)
  const rows: readonly [set: string, code: string, expected: boolean | undefined][] = [
    ['both', 'A', true],
    ['both', 'a', false],
    ['both', 'Iv', true],
    ['both', 'V', false],
    ['partly', 'A', true],
    ['partly', '1', undefined],
  ]
  for (const [set, code, expected] of rows) {
    test(`${code} in ${set}: ${expected}`, () => {
      assert.equal(terminology.contains(`urn:test:set:${set}`, undefined, code), expected)
    })
  }
})

describe('canonicals', () => {
  const terminology = terminologyOf(LETTERS, NESTED)
  test('a version that is there, one that is not, an unknown set', () => {
    assert.equal(terminology.contains('urn:test:set:nested|1', 'urn:test:letters', 'A'), true)
    assert.equal(terminology.contains('urn:test:set:nested|2', 'urn:test:letters', 'A'), undefined)
    assert.equal(terminology.contains('urn:test:set:none', 'urn:test:letters', 'A'), undefined)
  })

  test('what a package brings replaces what was there before', () => {
    const replaced = terminologyOf(NESTED, setOf('nested', { include: [{ ...ABSENT, concept: [{ code: '1' }] }] }))
    assert.equal(replaced.contains('urn:test:set:nested', 'urn:test:letters', 'A'), false)
  })

  test('an expansion without a definition counts when it is whole', () => {
    const expanded = (total: number) => ({
      resourceType: 'ValueSet',
      url: 'urn:test:expanded',
      expansion: { total, contains: [{ system: 'urn:s', code: 'a', contains: [{ system: 'urn:s', code: 'b' }] }] },
    })
    assert.equal(terminologyOf(expanded(2)).contains('urn:test:expanded', 'urn:s', 'b'), true)
    assert.equal(terminologyOf(expanded(2)).contains('urn:test:expanded', 'urn:s', 'c'), false)
    assert.equal(terminologyOf(expanded(3)).contains('urn:test:expanded', 'urn:s', 'c'), undefined)
  })
})

describe('codes and displays of a system', () => {
  const french = setOf('french', {
    include: [{ system: 'urn:test:letters', concept: [{ code: 'B', display: 'Bêta' }] }],
  })
  const terminology = terminologyOf(LETTERS, ROMANS, SOME, french)
  const known: readonly [system: string, code: string, expected: boolean | undefined][] = [
    ['urn:test:letters', 'D', true],
    ['urn:test:letters', 'd', false],
    ['urn:test:romans', 'x', true],
    ['urn:test:some', 'known', true],
    ['urn:test:some', 'other', undefined],
    ['urn:test:absent', '1', undefined],
    ['constructor', 'constructor', undefined],
    ['urn:ietf:bcp:47', 'fr-FR', true],
    ['urn:ietf:bcp:47', 'fr_FR', false],
    ['urn:ietf:bcp:13', 'application/pdf', true],
    ['urn:ietf:bcp:13', 'pdf', false],
  ]
  for (const [system, code, expected] of known) {
    test(`${system} knows ${code}: ${expected}`, () => assert.equal(terminology.knows(system, code), expected))
  }

  const displays: readonly [code: string, display: string, expected: boolean | undefined][] = [
    ['B', 'Beta', true],
    ['B', 'beta ', true],
    ['B', 'Bêta', true],
    ['B', 'Gamma', false],
    ['C', 'Gamma', undefined],
    ['Q', 'Gamma', undefined],
  ]
  for (const [code, display, expected] of displays) {
    test(`${display} is a display of ${code}: ${expected}`, () => {
      assert.equal(terminology.displays('urn:test:letters', code, display), expected)
    })
  }

  test('the codes of a small set can be told in a message, not those of a large or unknown one', () => {
    assert.deepEqual(terminology.codesOf('urn:test:set:french'), ['B'])
    assert.deepEqual(terminology.codesOf('urn:test:set:french', 0), [])
    assert.deepEqual(terminology.codesOf('urn:test:set:none'), [])
  })
})

describe('hostile sets are answered, as unknown where they cost too much', () => {
  const include = (...names: string[]) => ({ include: names.map((name) => ({ valueSet: [`urn:test:set:${name}`] })) })
  const answer = (resources: object[], set: string) =>
    terminologyOf(LETTERS, ...resources).contains(`urn:test:set:${set}`, 'urn:test:letters', 'A')

  test('a set of itself', () => assert.equal(answer([setOf('me', include('me'))], 'me'), undefined))

  test('a cycle of sets, from either side', () => {
    const cycle = [
      setOf('one', { include: [...include('two').include, ...letters().include] }),
      setOf('two', include('one')),
    ]
    assert.equal(answer(cycle, 'one'), true)
    assert.equal(answer(cycle, 'two'), true)
    assert.equal(terminologyOf(LETTERS, ...cycle).contains('urn:test:set:two', 'urn:test:letters', 'Q'), undefined)
  })

  test('two sets inside two sets, sixty times over, with an unknown one at the end', () => {
    const tower = Array.from({ length: 60 }, (_, level) =>
      setOf(`t${level}`, include(`t${level + 1}`, `t${level + 1}`)),
    )
    const before = performance.now()
    assert.equal(answer(tower, 't0'), undefined)
    assert.ok(performance.now() - before < 2_000)
  })

  test('three hundred thousand codes', () => {
    const codes = Array.from({ length: 300_000 }, (_, index) => ({ code: `c${index}` }))
    const large = setOf('large', { include: [{ system: 'urn:test:large', concept: codes }] })
    assert.equal(terminologyOf(large).contains('urn:test:set:large', 'urn:test:large', 'c1'), undefined)
  })

  test('many parts of one system are one pass', () => {
    const parts = Array.from({ length: 100_000 }, (_, index) => ({ system: 'urn:x', concept: [{ code: `c${index}` }] }))
    const terminology = terminologyOf(setOf('parts', { include: parts }))
    const before = performance.now()
    assert.equal(terminology.contains('urn:test:set:parts', 'urn:x', 'c99999'), true)
    assert.equal(terminology.contains('urn:test:set:parts', 'urn:x', 'other'), false)
    assert.ok(performance.now() - before < 2_000)
  })

  test('large sets intersected over and over', () => {
    const codes = (from: number) => Array.from({ length: 10_000 }, (_, index) => ({ code: `c${from + index}` }))
    const large = setOf('large', { include: [{ system: 'urn:x', concept: codes(0) }] })
    const other = setOf('other', { include: [{ system: 'urn:x', concept: codes(9_999) }] })
    const valueSet = Array.from({ length: 50_000 }, (_, index) => `urn:test:set:${index % 2 === 0 ? 'large' : 'other'}`)
    const before = performance.now()
    const terminology = terminologyOf(large, other, setOf('both', { include: [{ valueSet }] }))
    assert.equal(terminology.contains('urn:test:set:both', 'urn:x', 'c1'), undefined)
    assert.ok(performance.now() - before < 2_000)
  })

  test('a regular expression that backtracks', () => {
    const trap = setOf('trap', letters({ property: 'display', op: 'regex', value: '(a+)+b' }))
    const long = { ...LETTERS, concept: [{ code: 'L', display: 'a'.repeat(100_000) }, ...LETTERS.concept] }
    const before = performance.now()
    assert.equal(terminologyOf(long, trap).contains('urn:test:set:trap', 'urn:test:letters', 'L'), false)
    assert.ok(performance.now() - before < 2_000)
  })

  test('concepts a hundred thousand deep, and a hierarchy that turns in a circle', () => {
    let concept: object = { code: 'leaf' }
    for (let depth = 0; depth < 100_000; depth += 1) concept = { code: `c${depth}`, concept: [concept] }
    const deep = { resourceType: 'CodeSystem', url: 'urn:deep', content: 'complete', concept: [concept] }
    const parent = (code: string, above: string) => ({ code, property: [{ code: 'parent', valueCode: above }] })
    const round = { ...deep, url: 'urn:round', concept: [parent('a', 'b'), parent('b', 'a')] }
    const under = (system: string, value: string) => ({ system, filter: [{ property: 'concept', op: 'is-a', value }] })
    const both = setOf('both', { include: [under('urn:deep', 'c99999'), under('urn:round', 'a')] })
    const terminology = terminologyOf(deep, round, both)
    assert.equal(terminology.contains('urn:test:set:both', 'urn:deep', 'leaf'), true)
    assert.equal(terminology.contains('urn:test:set:both', 'urn:round', 'b'), true)
  })

  test('what is no terminology resource, or has wrong shapes inside', () => {
    for (const json of [null, 1, 'x', [], {}, { resourceType: 'toString', url: 'u' }, { resourceType: 'ValueSet' }]) {
      assert.equal(readTerminologyResource(json), undefined)
    }
    const odd = {
      resourceType: 'ValueSet',
      url: 'urn:odd',
      compose: { include: [1, null, { system: 3, concept: 'x' }] },
    }
    assert.equal(terminologyOf(odd).contains('urn:odd', 'urn:x', 'y'), undefined)
    const { expand, registry } = terminologyOf({ resourceType: 'ValueSet', url: 'urn:empty', compose: 7 })
    const empty = registry.valueSet('urn:empty')
    assert.ok(empty !== undefined && !isWhole(expand(empty)))
  })
})
