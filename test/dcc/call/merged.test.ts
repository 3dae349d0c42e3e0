import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CalledIdentity } from '../../../src/dcc/call/identity.ts'
import { resolve } from '../../../src/dcc/call/resolve.ts'
import { changePatient } from '../../../src/dcc/merge.ts'
import { aPatient, IPP } from '../../support/builders.ts'
import { sharedDomain } from '../../support/domain.ts'
import { patientsOf } from '../patients.ts'
import { aCall } from './calls.ts'

const domain = sharedDomain()
const { register, stateOf } = patientsOf(domain)

/** A call for whom the hospital knows by a number, with the traits of the builder. */
function byNumber(value: string, birthDate: string, change: Partial<CalledIdentity> = {}): CalledIdentity {
  const traits = { birthGivenList: undefined, birthPlace: undefined, birthDate }
  return aCall({ ins: undefined, ipp: { system: IPP, value }, ...change }, traits)
}

async function merge(subsumed: string, survivor: string): Promise<void> {
  const state = await stateOf(subsumed)
  const link = [{ other: { reference: `Patient/${survivor}` }, type: 'replaced-by' as const }]
  const sent = { ...JSON.parse(state.text), active: false, link }
  await domain().commit((unit) => changePatient(unit, state, sent, { method: 'PUT', feed: undefined }))
}

function resolved(identity: CalledIdentity) {
  const access = async () => ({ allowed: true, basis: 'care-team' }) as const
  const asking = { store: domain().store, professional: { nationalId: '8' }, access, declined: [] }
  return resolve(asking, identity, 'none')
}

test('R9: the number of a record that was merged twice over opens who stands for the person', async () => {
  const [first, second, third] = [aPatient(), aPatient(), aPatient()].map((one) => one.born('1984-01-15'))
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  const ids: string[] = []
  for (const one of [first, second, third]) ids.push(await register(one.build(), 'test'))
  const [one = '', two = '', three = ''] = ids
  await merge(one, two)
  await merge(two, three)
  for (const ipp of [first.ipp, second.ipp, third.ipp]) {
    const found = await resolved(byNumber(ipp, '1984-01-15'))
    assert.ok(found.kind === 'match', found.kind)
    assert.equal(found.patientId, three)
  }
})

test('R9: the traits are compared with those of the survivor', async () => {
  const [gone, kept] = [aPatient().born('1985-01-15'), aPatient().born('1985-01-15')]
  const [one, two] = [await register(gone.build(), 'test'), await register(kept.build(), 'test')]
  await merge(one, two)
  const found = await resolved(byNumber(gone.ipp, '1986-01-15'))
  assert.ok(found.kind === 'conflict')
  assert.deepEqual([found.rule, found.differing, found.patientIds], ['R5', ['birthDate'], [two]])
})

test('R7: a record that was merged is no candidate beside the one that took it in', async () => {
  const [gone, kept] = [aPatient().named('FUSION').born('1987-01-15'), aPatient().named('FUSION').born('1987-01-15')]
  const [one, two] = [await register(gone.build(), 'test'), await register(kept.build(), 'test')]
  await merge(one, two)
  const call = byNumber('IPP-NOBODY', '1987-01-15')
  const found = await resolved({ ...call, traits: { ...call.traits, birthFamily: 'Fusion' } })
  assert.ok(found.kind === 'candidates')
  assert.deepEqual(found.candidates, [{ patientId: two }])
})
