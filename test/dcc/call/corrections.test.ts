import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corrected, isNameable } from '../../../src/dcc/call/corrections.ts'
import { filledFields } from '../../../src/dcc/call/identity.ts'
import { aCall } from './calls.ts'

const ROWS: readonly { id: string; fields: Record<string, string>; kind: string; changed?: string[] }[] = [
  { id: 'nothing sent', fields: {}, kind: 'corrected', changed: [] },
  { id: 'the same values sent back', fields: { birthFamily: 'TESTFICTIF' }, kind: 'corrected', changed: [] },
  { id: 'a used name', fields: { usedFamily: 'ESSAI' }, kind: 'corrected', changed: ['usedFamily'] },
  { id: 'one strict trait', fields: { birthDate: '1984-01-16' }, kind: 'corrected', changed: ['birthDate'] },
  { id: 'the same name with its accent', fields: { firstGiven: 'Lucïe' }, kind: 'corrected', changed: ['firstGiven'] },
  {
    id: 'two strict traits: another person',
    fields: { birthDate: '1984-01-16', firstGiven: 'MARIE' },
    kind: 'other-identity',
    changed: ['firstGiven', 'birthDate'],
  },
  {
    id: 'name and sex: another person',
    fields: { birthFamily: 'AUTRE', gender: 'male' },
    kind: 'other-identity',
    changed: ['birthFamily', 'gender'],
  },
  {
    id: 'what completes a trait does not count',
    fields: { birthDate: '1984-01-16', birthPlace: '75056', birthGivenList: 'LUCIE MARIE' },
    kind: 'corrected',
    changed: ['birthGivenList', 'birthDate', 'birthPlace'],
  },
  { id: 'a number', fields: { ins: '1', ipp: '2' }, kind: 'corrected', changed: [] },
  { id: 'markup', fields: { usedFamily: '<script>' }, kind: 'invalid' },
  { id: 'half a date', fields: { birthDate: '1984' }, kind: 'invalid' },
  { id: 'a strict name emptied', fields: { birthFamily: ' ' }, kind: 'invalid' },
  { id: 'a member of every object', fields: { constructor: 'x' }, kind: 'corrected', changed: [] },
]

for (const { id, fields, kind, changed } of ROWS) {
  test(`corrections of an identity that no INS vouches for: ${id}`, () => {
    const correction = corrected(aCall({ ins: undefined }), 'none', fields)
    assert.equal(correction.kind, kind)
    if (correction.kind !== 'invalid') assert.deepEqual(correction.changed, changed)
  })
}

test('the strict traits of a qualified INS are not corrected, used names are', () => {
  const correction = corrected(aCall(), 'usable', { birthFamily: 'AUTRE', usedGiven: 'LULU' })
  assert.ok(correction.kind === 'corrected')
  assert.deepEqual(correction.changed, ['usedGiven'])
  assert.equal(correction.identity.traits.birthFamily, 'TESTFICTIF')
  assert.equal(correction.identity.usedGiven, 'LULU')
})

test('each field of a sheet says where it comes from', () => {
  const correction = corrected(aCall(), 'usable', { usedFamily: 'ESSAI' })
  assert.ok(correction.kind === 'corrected')
  const sources = new Map(filledFields(correction.identity, 'usable').map((one) => [one.name, one]))
  assert.equal(sources.get('ins')?.source, 'insi')
  assert.equal(sources.get('birthDate')?.source, 'insi')
  assert.equal(sources.get('birthDate')?.correctable, false)
  assert.equal(sources.get('ipp')?.source, 'dpi')
  assert.equal(sources.get('usedFamily')?.source, 'professional')
  const unproved = new Map(filledFields(aCall(), 'not-qualified').map((one) => [one.name, one]))
  assert.equal(unproved.has('ins'), false, 'an INS that may not be used is not shown')
  assert.deepEqual([unproved.get('birthDate')?.source, unproved.get('birthDate')?.correctable], ['dpi', true])
})

test('names that no person has are not kept', () => {
  assert.equal(isNameable(aCall()), true)
  assert.equal(isNameable(aCall({ usedFamily: "D'ARTAGNAN-ÉLOI" })), true)
  assert.equal(isNameable(aCall({}, { birthFamily: '<b>X</b>' })), false)
})
