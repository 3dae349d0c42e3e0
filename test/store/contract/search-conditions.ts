import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { clinicalId, newLocalId, newPatientId } from '../../../src/store/ids.ts'
import type { Condition, DccStore, SearchableType, SortKey, TokenMatch } from '../../../src/store/store.ts'
import { AT, aDocument, aList, aPathway, aPatient, aReference, at, indexOf } from '../../support/store-samples.ts'
import { idsOf, type Setting } from './setting.ts'

const token = (param: string, ...anyOf: TokenMatch[]): Condition => ({ kind: 'token', param, anyOf })
const not = (param: string, ...anyOf: TokenMatch[]): Condition => ({ kind: 'token', param, anyOf, not: true })
const string = (param: string, match: 'starts' | 'contains' | 'exact' | 'folded', ...anyOf: string[]): Condition => ({
  kind: 'string',
  param,
  anyOf,
  match,
})
const missing = (param: string, index: 'token' | 'string' | 'date', isMissing: boolean): Condition => ({
  kind: 'missing',
  param,
  index,
  missing: isMissing,
})
const any = (...conditions: Condition[]): Condition => ({ kind: 'any', conditions })
const NONE: Condition = { kind: 'none' }

/** Documents of the population by letter: A-D of the first patient, E and F of the second. */
const DOCUMENTS = {
  A: { tokens: ['status||current', 'type|loinc|1', 'type|fr|RCP', 'note||x'], strings: ['title|Élan vital'] },
  B: { tokens: ['status||current', 'type|loinc|2'], strings: ['title|Elan', 'title|Second titre'] },
  C: { tokens: ['status||superseded', 'type|loinc|1', 'type|fr|1'], strings: ['title|100 % sûr'] },
  D: { tokens: ['status||current', 'type||1'], strings: ['title|100_a'] },
  E: { tokens: ['status||superseded', 'type|loinc|2', 'type|fr|PPS'], strings: ['title|ELAN VITAL'] },
  F: { tokens: ['status||current'], strings: [] },
}
type Letter = keyof typeof DOCUMENTS

/** What each condition finds, in the first patient (A-D) and without patient (A-F). */
const ROWS: readonly (readonly [name: string, conditions: readonly Condition[], expected: string])[] = [
  ['no condition', [], 'ABCDEF'],
  ['token: a code of any system', [token('type', { code: '1' })], 'ACD'],
  ['token: a code of one system', [token('type', { system: 'loinc', code: '1' })], 'AC'],
  ['token: a code without system', [token('type', { system: '', code: '1' })], 'D'],
  ['token: any code of a system', [token('type', { system: 'fr' })], 'ACE'],
  ['token: any value', [token('type', {})], 'ABCDE'],
  ['token: one of several', [token('type', { code: '2' }, { system: 'fr', code: 'RCP' })], 'ABE'],
  ['token: several that share rows give each once', [token('type', { code: '1' }, { system: 'fr' })], 'ACDE'],
  ['token: a code that nothing has', [token('type', { code: 'nothing' })], ''],
  ['token: a system that nothing has', [token('type', { system: 'x', code: '1' })], ''],
  ['token: a param that nothing has', [token('unknown', { code: '1' })], ''],
  ['token: no value to choose from', [token('type')], ''],
  ['token: codes are compared as they are', [token('type', { code: 'rcp' })], ''],
  ['not: keeps what has no value', [not('type', { code: '1' })], 'BEF'],
  ['not: one of several', [not('type', { code: '1' }, { code: '2' })], 'F'],
  ['not: a code of one system', [not('type', { system: 'loinc', code: '1' })], 'BDEF'],
  ['not: nothing to exclude', [not('type')], 'ABCDEF'],
  ['two conditions', [token('status', { code: 'current' }), token('type', { code: '1' })], 'AD'],
  ['three conditions', [token('status', { code: 'current' }), not('type', { code: '2' }), token('note', {})], 'A'],
  ['string: starts with', [string('title', 'starts', 'ELAN')], 'ABE'],
  ['string: starts with, one of several', [string('title', 'starts', 'SECOND', '100')], 'BCD'],
  ['string: starts with nothing', [string('title', 'starts', '')], 'ABCDE'],
  ['string: starts with something longer', [string('title', 'starts', 'ELAN VITAL !')], ''],
  ['string: starts with the last character there is', [string('title', 'starts', '\u{10ffff}')], ''],
  ['string: contains', [string('title', 'contains', 'VITAL')], 'AE'],
  ['string: contains a wildcard as it is', [string('title', 'contains', '%')], 'C'],
  ['string: contains the other wildcard as it is', [string('title', 'contains', '0_A')], 'D'],
  ['string: contains a backslash', [string('title', 'contains', '\\')], ''],
  ['string: exact keeps case and accents', [string('title', 'exact', 'Élan vital')], 'A'],
  ['string: exact, one of several', [string('title', 'exact', 'Elan', 'ELAN VITAL')], 'BE'],
  ['string: exact is not a prefix', [string('title', 'exact', 'Élan')], ''],
  ['string: folded, whatever case and accents', [string('title', 'folded', 'ELAN VITAL')], 'AE'],
  ['string: folded is not a prefix', [string('title', 'folded', 'ELAN')], 'B'],
  ['string: with a zero character', [string('title', 'starts', 'ELAN\0')], ''],
  ['string: no value to choose from', [string('title', 'starts')], ''],
  ['missing: a token', [missing('type', 'token', true)], 'F'],
  ['missing: not missing a token', [missing('type', 'token', false)], 'ABCDE'],
  ['missing: a string', [missing('title', 'string', true)], 'F'],
  ['missing: not missing a string', [missing('title', 'string', false)], 'ABCDE'],
  ['missing: a date', [missing('period', 'date', true)], 'BCDEF'],
  ['missing: not missing a date', [missing('period', 'date', false)], 'A'],
  ['any: of two tokens', [any(token('type', { code: 'PPS' }), token('note', { code: 'x' }))], 'AE'],
  ['any: of a token and a string', [any(token('note', {}), string('title', 'starts', '100'))], 'ACD'],
  ['any: with something missing', [any(missing('title', 'string', true), token('note', {}))], 'AF'],
  ['any: what both have is given once', [any(token('note', {}), string('title', 'starts', 'ELAN V'))], 'AE'],
  ['any: inside any', [any(any(token('note', {})), any(token('type', { code: 'PPS' })))], 'AE'],
  ['any: of none and something', [any(NONE, token('note', {}))], 'A'],
  ['any: of none', [any(NONE)], ''],
  ['any: of nothing', [any()], ''],
  [
    'any: and another condition',
    [any(token('note', {}), token('type', { code: '2' })), token('status', { code: 'current' })],
    'AB',
  ],
  ['none', [NONE], ''],
  ['none and something', [token('status', { code: 'current' }), NONE], ''],
]

const SORTS: readonly SortKey[] = ['_id', '_lastUpdated', 'date', 'creation', 'period', 'birthdate', 'family']

export function conditionStories({ fresh, store }: Setting): void {
  let own: DccStore
  const [one, two] = [newPatientId(), newPatientId()]
  const ids = new Map<Letter, string>()

  before(async () => {
    own = await fresh()
    await own.commit([aPatient({ id: one }), aPathway(one), aPatient({ id: two }), aPathway(two)])
    for (const [n, letter] of (Object.keys(DOCUMENTS) as Letter[]).entries()) {
      const patientId = letter < 'E' ? one : two
      const period = letter === 'A' ? [['period', AT, at(5)] as const] : []
      const id = clinicalId(patientId, newLocalId(n))
      const index = indexOf({ ...DOCUMENTS[letter], dates: [['date', at(n), at(n)], ...period] })
      await own.commit([aDocument(patientId, { id, updatedAt: at(n % 3), index })])
      ids.set(letter, id)
    }
  })

  const lettersOf = (found: readonly string[]) =>
    [...ids].flatMap(([letter, id]) => (found.includes(id) ? [letter] : []))

  for (const [name, conditions, expected] of ROWS) {
    test(`${name} -> ${expected || 'nothing'}`, async () => {
      const scopes: [Condition[], string][] = [
        [[], expected],
        [[{ kind: 'patient', ids: [one] }], expected.replaceAll(/[EF]/g, '')],
        [[{ kind: 'patient', ids: [two, one] }], expected],
        [[{ kind: 'id', ids: [...ids.values()] }], expected],
      ]
      for (const [scope, letters] of scopes) {
        const all = [...conditions, ...scope]
        for (const key of SORTS) {
          for (const descending of [false, true]) {
            const found = await idsOf(own, 'DocumentReference', all, { sort: { key, descending } })
            assert.equal(lettersOf(found).join(''), letters, `${scope[0]?.kind} ${key}`)
            assert.equal(found.length, letters.length, `${scope[0]?.kind} ${key}: each once`)
          }
        }
        assert.equal(await own.count({ type: 'DocumentReference', conditions: all }), letters.length)
      }
    })
  }

  test('id: one, several, unknown ones and such that cannot be ours', async () => {
    const [a = '', b = ''] = ids.values()
    const strangers = [clinicalId(one, newLocalId(9)), newPatientId(), 'x', '']
    const rows: [string[], string][] = [
      [[a], 'A'],
      [[b, a, b], 'AB'],
      [[...strangers, b], 'B'],
      [strangers, ''],
      [[], ''],
    ]
    for (const [wanted, letters] of rows) {
      const found = await idsOf(own, 'DocumentReference', [{ kind: 'id', ids: wanted }])
      assert.equal(lettersOf(found).join(''), letters)
    }
  })

  test('id: as many as a client can name', async () => {
    const wanted = [...Array.from({ length: 3000 }, () => clinicalId(one, newLocalId(9))), ...ids.values()]
    assert.equal((await idsOf(own, 'DocumentReference', [{ kind: 'id', ids: wanted }])).length, 6)
    const patients = [...Array.from({ length: 3000 }, () => newPatientId()), one]
    assert.equal((await idsOf(own, 'DocumentReference', [{ kind: 'patient', ids: patients }])).length, 4)
    assert.equal((await idsOf(own, 'Patient', [{ kind: 'id', ids: patients }])).length, 1)
  })

  test('token and string: as many values as a client can name, in every order', async () => {
    const codes = Array.from({ length: 600 }, (_, n) => ({ system: n % 2 === 0 ? 'fr' : '', code: `x${n}` }))
    const rows: Condition[] = [
      token('type', ...codes, { code: '1' }),
      string('title', 'starts', ...codes.map(({ code }) => code), 'ELAN'),
    ]
    for (const [index, condition] of rows.entries()) {
      for (const key of SORTS) {
        const found = await idsOf(own, 'DocumentReference', [condition], { sort: { key, descending: true } })
        assert.equal(lettersOf(found).join(''), index === 0 ? 'ACD' : 'ABE')
      }
      assert.equal(await own.count({ type: 'DocumentReference', conditions: [condition] }), 3)
    }
  })

  test('patient: none, unknown, several conditions at once', async () => {
    const rows: [Condition[], string][] = [
      [[{ kind: 'patient', ids: [] }], ''],
      [[{ kind: 'patient', ids: [newPatientId()] }], ''],
      [[{ kind: 'patient', ids: ['x'] }], ''],
      [
        [
          { kind: 'patient', ids: [one, two] },
          { kind: 'patient', ids: [two] },
        ],
        'EF',
      ],
      [[any({ kind: 'patient', ids: [two] }, token('note', {}))], 'AEF'],
    ]
    for (const [conditions, letters] of rows) {
      assert.equal(lettersOf(await idsOf(own, 'DocumentReference', conditions)).join(''), letters)
    }
  })

  test('the directories belong to no patient', async () => {
    const practitioner = aReference('Practitioner')
    await store().commit([practitioner])
    assert.deepEqual(await idsOf(store(), 'Practitioner', [{ kind: 'patient', ids: [newPatientId()] }]), [])
    assert.deepEqual(await idsOf(store(), 'Practitioner', [{ kind: 'id', ids: [practitioner.id] }]), [practitioner.id])
  })

  test('every type is searched by the three kinds of values, and only in itself', async () => {
    const patient = aPatient()
    const code = newLocalId(1)
    const index = indexOf({ tokens: [`t|s|${code}`], strings: [`n|${code}`], dates: [['d', AT, AT]] })
    const samples: [SearchableType, string][] = []
    const changes = [
      { ...patient, index },
      aPathway(patient.id),
      aDocument(patient.id, { index }),
      aList(patient.id, { index }),
      aReference('Practitioner', { index }),
      aReference('PractitionerRole', { index }),
      aReference('Organization', { index }),
    ] as const
    for (const change of changes) {
      if (change.kind === 'put-patient') samples.push(['Patient', change.id])
      if (change.kind === 'put-document') samples.push(['DocumentReference', change.id])
      if (change.kind === 'put-list') samples.push(['List', change.id])
      if (change.kind === 'put-reference') samples.push([change.type, change.id])
    }
    await store().commit(changes)
    const wanted: Condition[] = [token('t', { system: 's', code }), string('n', 'exact', code)]
    const dated: Condition = { kind: 'date', param: 'd', anyOf: [{ op: 'eq', lo: AT, hi: AT }] }
    for (const [type, id] of samples) {
      for (const condition of wanted) {
        for (const key of SORTS) {
          assert.deepEqual(await idsOf(store(), type, [condition], { sort: { key, descending: true } }), [id], type)
        }
      }
      assert.deepEqual(await idsOf(store(), type, [...wanted, dated]), [id], type)
      assert.ok((await idsOf(store(), type, [dated])).includes(id), type)
      assert.deepEqual(await idsOf(store(), type, [...wanted, missing('t', 'token', true)]), [], type)
      assert.deepEqual(await idsOf(store(), type, [...wanted, not('t', { code })]), [], type)
    }
  })
}
