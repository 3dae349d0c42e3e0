import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InsUse, insUse } from '../../../src/dcc/call/identity.ts'
import type { Resolution } from '../../../src/dcc/call/resolution.ts'
import { type CallFacts, type KnownRecord, resolveCall, survivorOf } from '../../../src/dcc/call/rules.ts'
import { aCall, aRecord, aStore, INS, INS_OID } from './calls.ts'

/** One row: what was called, what the store knows, what comes out. */
interface Row {
  name: string
  call?: Parameters<typeof aCall>
  use?: InsUse
  facts: CallFacts
  expected: Partial<Resolution> & Record<string, unknown>
}

const OTHER_INS = { system: INS.system, value: '284016322000210' }
const local = (change: Partial<KnownRecord> = {}, traits = {}) => aRecord('a', { ins: undefined, ...change }, traits)

const ROWS: readonly Row[] = [
  {
    name: 'R1: INS known, every strict trait equal: opens',
    facts: aStore([aRecord('a')], { byIns: 'a' }),
    expected: { kind: 'match', rule: 'R1', patientId: 'a' },
  },
  {
    name: 'R1: names are the same whatever their case, accents, hyphens and apostrophes',
    call: [{}, { birthFamily: 'testfictif', firstGiven: 'Lucïe' }],
    facts: aStore([aRecord('a')], { byIns: 'a' }),
    expected: { kind: 'match', rule: 'R1' },
  },
  {
    name: 'R1: a list of given names that is the beginning of the other contradicts nothing',
    call: [{}, { birthGivenList: 'LUCIE ANNE MARIE' }],
    facts: aStore([aRecord('a')], { byIns: 'a' }),
    expected: { kind: 'match', rule: 'R1' },
  },
  {
    name: 'R1: a birth place that one side does not know contradicts nothing',
    call: [{}, { birthPlace: '99999' }],
    facts: aStore([aRecord('a')], { byIns: 'a' }),
    expected: { kind: 'match', rule: 'R1' },
  },
  {
    name: 'R1: INS and number of the hospital lead to the same patient',
    facts: aStore([aRecord('a')], { byIns: 'a', byIpp: 'a' }),
    expected: { kind: 'match', rule: 'R1' },
  },
  ...(
    [
      ['birthFamily', 'AUTRE'],
      ['firstGiven', 'LUCE'],
      ['birthGivenList', 'LUCIE MARIE'],
      ['gender', 'male'],
      ['birthDate', '1984-01-16'],
      ['birthPlace', '75056'],
    ] as const
  ).map(([trait, value]) => ({
    name: `R2: INS known, another ${trait}: blocked, the trait named and no value`,
    call: [{}, { [trait]: value }] as Parameters<typeof aCall>,
    facts: aStore([aRecord('a')], { byIns: 'a' }),
    expected: { kind: 'conflict' as const, rule: 'R2' as const, differing: [trait], patientIds: ['a'] },
  })),
  {
    name: 'R2: every trait that differs is named, in the order of the INS',
    call: [{}, { birthDate: '1985-01-15', birthFamily: 'AUTRE' }],
    facts: aStore([aRecord('a')], { byIns: 'a' }),
    expected: { kind: 'conflict', rule: 'R2', differing: ['birthFamily', 'birthDate'] },
  },
  {
    name: 'R3: an INS that is not qualified finds nobody, and the number of the hospital does',
    use: 'not-qualified',
    facts: aStore([aRecord('a'), aRecord('b')], { byIns: 'b', byIpp: 'a' }),
    expected: { kind: 'match', rule: 'R4', patientId: 'a', insIgnored: 'not-qualified' },
  },
  {
    name: 'R3: an INS that is not qualified is no conflict with the INS of the record found by the number',
    use: 'not-believed',
    call: [{ ins: { value: OTHER_INS.value, oid: INS_OID, status: 'QUAL' } }],
    facts: aStore([aRecord('a')], { byIpp: 'a' }),
    expected: { kind: 'match', rule: 'R4', insIgnored: 'not-believed' },
  },
  {
    name: 'R3: without any other way to find the patient, an INS that is ignored leads to a sheet',
    use: 'malformed',
    facts: aStore([]),
    expected: { kind: 'unknown', rule: 'R8', insIgnored: 'malformed' },
  },
  {
    name: 'R4: no INS, number of the hospital known, traits equal: opens as not qualified',
    call: [{ ins: undefined }],
    use: 'none',
    facts: aStore([local()], { byIpp: 'a' }),
    expected: { kind: 'match', rule: 'R4', patientId: 'a' },
  },
  {
    name: 'R4: an unknown sex contradicts none',
    call: [{ ins: undefined }, { gender: 'unknown' }],
    use: 'none',
    facts: aStore([local()], { byIpp: 'a' }),
    expected: { kind: 'match', rule: 'R4' },
  },
  {
    name: 'R4: a qualified INS that nobody holds, on the number of a record that has none',
    facts: aStore([local()], { byIpp: 'a' }),
    expected: { kind: 'match', rule: 'R4' },
  },
  {
    name: 'R4: a final number on a record that holds the waiting number of the same person',
    facts: aStore([aRecord('a', { ins: { system: 'urn:oid:1.2.250.1.213.1.4.9', value: OTHER_INS.value } })], {
      byIpp: 'a',
    }),
    expected: { kind: 'match', rule: 'R4' },
  },
  {
    name: 'R5: number of the hospital known, another trait: blocked',
    call: [{ ins: undefined }, { birthFamily: 'AUTRE' }],
    use: 'none',
    facts: aStore([local()], { byIpp: 'a' }),
    expected: { kind: 'conflict', rule: 'R5', differing: ['birthFamily'] },
  },
  {
    name: 'R5: a partial birth date proves nothing: blocked',
    call: [{ ins: undefined }, { birthDate: '1984' }],
    use: 'none',
    facts: aStore([local()], { byIpp: 'a' }),
    expected: { kind: 'conflict', rule: 'R5', differing: ['birthDate'] },
  },
  {
    name: 'R5: a record whose first given name is not known proves nothing: blocked',
    call: [{ ins: undefined }],
    use: 'none',
    facts: aStore([local({}, { firstGiven: undefined })], { byIpp: 'a' }),
    expected: { kind: 'conflict', rule: 'R5', differing: ['firstGiven'] },
  },
  {
    name: 'R5: the number of the hospital leads to a record with another INS: blocked',
    facts: aStore([aRecord('a', { ins: OTHER_INS })], { byIpp: 'a' }),
    expected: { kind: 'conflict', rule: 'R5', differing: ['identifiers'] },
  },
  {
    name: 'R6: INS and number of the hospital lead to two patients: blocked, though every trait is equal',
    facts: aStore([aRecord('a'), aRecord('b', { ins: undefined })], { byIns: 'a', byIpp: 'b' }),
    expected: { kind: 'conflict', rule: 'R6', differing: ['identifiers'], patientIds: ['a', 'b'] },
  },
  {
    name: 'R7: no number known, one record of the same traits: chosen by a person, never opened by itself',
    facts: aStore([local()], { byTraits: ['a'] }),
    expected: { kind: 'candidates', rule: 'R7', candidates: [{ patientId: 'a' }] },
  },
  {
    name: 'R7: several records of the same traits, in one order',
    facts: aStore([aRecord('b', { ins: undefined }), local()], { byTraits: ['b', 'a'] }),
    expected: { kind: 'candidates', candidates: [{ patientId: 'a' }, { patientId: 'b' }] },
  },
  {
    name: 'R7: only those whom the professional may open are told, without a word of others',
    facts: aStore([local(), aRecord('b', { ins: undefined, entitled: false })], { byTraits: ['a', 'b'] }),
    expected: { kind: 'candidates', candidates: [{ patientId: 'a' }] },
  },
  {
    name: 'R7: nobody alike whom the professional may open: the same as nobody alike',
    facts: aStore([local({ entitled: false })], { byTraits: ['a'] }),
    expected: { kind: 'unknown', rule: 'R8' },
  },
  {
    name: 'R7: a record with another qualified INS is another person, whatever the traits',
    facts: aStore([aRecord('a', { ins: OTHER_INS })], { byTraits: ['a'] }),
    expected: { kind: 'unknown', rule: 'R8' },
  },
  {
    name: 'R7: candidates that the professional declined do not come again',
    facts: aStore([local()], { byTraits: ['a'], declined: ['a'] }),
    expected: { kind: 'unknown', rule: 'R8' },
  },
  {
    name: 'R7: a record that differs in a trait is no candidate',
    facts: aStore([local({}, { firstGiven: 'MARIE' })], { byTraits: ['a'] }),
    expected: { kind: 'unknown', rule: 'R8' },
  },
  { name: 'R8: unknown: a pre-filled sheet', facts: aStore([]), expected: { kind: 'unknown', rule: 'R8' } },
  {
    name: 'R8: without any number nobody is registered: the search, filled in',
    call: [{ ins: undefined, ipp: undefined }],
    use: 'none',
    facts: aStore([]),
    expected: { kind: 'search' },
  },
  {
    name: 'R8: with half a birth date nobody is registered: the search, filled in',
    call: [{ ins: undefined }, { birthDate: '1984-01' }],
    use: 'none',
    facts: aStore([]),
    expected: { kind: 'search' },
  },
  {
    name: 'R9: a merged record: the survivor opens',
    facts: aStore([aRecord('a', { state: 'merged', mergedInto: 'b' }), aRecord('b')], { byIns: 'a' }),
    expected: { kind: 'match', rule: 'R1', patientId: 'b' },
  },
  {
    name: 'R9: a chain of merges is followed to its end',
    facts: aStore(
      [
        aRecord('a', { state: 'merged', mergedInto: 'b' }),
        aRecord('b', { state: 'merged', mergedInto: 'c' }),
        aRecord('c'),
      ],
      { byIpp: 'a', byIns: 'b' },
    ),
    expected: { kind: 'match', rule: 'R1', patientId: 'c' },
  },
  {
    name: 'R9: the comparison is with the survivor, not with the record that was merged',
    facts: aStore([aRecord('a', { state: 'merged', mergedInto: 'b' }), aRecord('b', {}, { birthFamily: 'AUTRE' })], {
      byIns: 'a',
    }),
    expected: { kind: 'conflict', rule: 'R2', differing: ['birthFamily'], patientIds: ['b'] },
  },
  {
    name: 'R9: a merged record that leads nowhere is nobody',
    facts: aStore([aRecord('a', { state: 'merged', mergedInto: 'gone' })], { byIns: 'a' }),
    expected: { kind: 'unknown' },
  },
  {
    name: 'R9: a deleted record is nobody',
    facts: aStore([aRecord('a', { state: 'deleted' })], { byIns: 'a' }),
    expected: { kind: 'unknown' },
  },
  {
    name: 'R10: known, and not for this professional: refused',
    facts: aStore([aRecord('a', { entitled: false })], { byIns: 'a' }),
    expected: { kind: 'not-entitled', rule: 'R10', patientId: 'a', behind: undefined },
  },
  {
    name: 'R10: a conflict with a record that is not for this professional is not told',
    call: [{}, { birthFamily: 'AUTRE' }],
    facts: aStore([aRecord('a', { entitled: false })], { byIns: 'a' }),
    expected: { kind: 'not-entitled', rule: 'R10', behind: 'R2' },
  },
  {
    name: 'R10: of two patients in conflict one is not for this professional: not told either',
    facts: aStore([aRecord('a'), aRecord('b', { entitled: false })], { byIns: 'a', byIpp: 'b' }),
    expected: { kind: 'not-entitled', rule: 'R10', behind: 'R6' },
  },
  {
    name: 'R10: the survivor of a merge is what entitlement is asked of',
    facts: aStore([aRecord('a', { state: 'merged', mergedInto: 'b' }), aRecord('b', { entitled: false })], {
      byIpp: 'a',
    }),
    expected: { kind: 'not-entitled', rule: 'R10', patientId: 'b' },
  },
]

for (const { name, call, use = 'usable', facts, expected } of ROWS) {
  test(name, () => {
    const resolution = resolveCall(aCall(call?.[0], call?.[1]), use, facts)
    for (const [member, value] of Object.entries(expected)) {
      assert.deepEqual(Object.entries(resolution).find(([key]) => key === member)?.[1], value, member)
    }
  })
}

test('R9: records that lead to each other end', () => {
  const facts = aStore([
    aRecord('a', { state: 'merged', mergedInto: 'b' }),
    aRecord('b', { state: 'merged', mergedInto: 'a' }),
  ])
  assert.equal(survivorOf(facts, 'a'), undefined)
})

const USES = [
  { id: 'qualified, believed, right', change: {}, expected: 'usable' },
  { id: 'none', change: { ins: undefined }, expected: 'none' },
  ...(['PROV', 'RECUP', 'VALI'] as const).map((status) => ({
    id: `status ${status}`,
    change: { ins: { value: INS.value, oid: INS_OID, status } },
    expected: 'not-qualified',
  })),
  { id: 'DPI not believed', change: {}, believed: false, expected: 'not-believed' },
  { id: 'test OID in production', change: {}, domain: 'production' as const, expected: 'other-domain' },
  {
    id: 'production OID in a test installation',
    change: { ins: { value: INS.value, oid: '1.2.250.1.213.1.4.8', status: 'QUAL' as const } },
    expected: 'other-domain',
  },
  {
    id: 'NIR with a wrong key',
    change: { ins: { value: '284016322000201', oid: '1.2.250.1.213.1.4.8', status: 'QUAL' as const } },
    domain: 'production' as const,
    expected: 'malformed',
  },
  {
    id: 'NIR with its key',
    change: { ins: { value: INS.value, oid: '1.2.250.1.213.1.4.8', status: 'QUAL' as const } },
    domain: 'production' as const,
    expected: 'usable',
  },
  {
    id: 'NIA with its key',
    change: { ins: { value: INS.value, oid: '1.2.250.1.213.1.4.9', status: 'QUAL' as const } },
    domain: 'production' as const,
    expected: 'usable',
  },
  {
    id: 'social-security number',
    change: { ins: { value: INS.value, oid: '1.2.250.1.213.1.4.13', status: 'QUAL' as const } },
    expected: 'malformed',
  },
  {
    id: 'without its key',
    change: { ins: { value: INS.value.slice(0, 13), oid: INS_OID, status: 'QUAL' as const } },
    expected: 'malformed',
  },
  { id: 'half a birth date', change: { traits: { birthDate: '1984' } }, expected: 'traits-missing' },
  { id: 'no birth name', change: { traits: { birthFamily: undefined } }, expected: 'traits-missing' },
] as const

for (const { id, change, expected, ...policy } of USES) {
  test(`R3: an INS is used or not: ${id}`, () => {
    const { domain = 'test', believed = true } = { domain: undefined, believed: undefined, ...policy }
    assert.equal(insUse(aCall(change), { domain, believed }), expected)
  })
}
