import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerCalled } from '../../../src/dcc/call/confirm.ts'
import type { CalledIdentity, InsUse } from '../../../src/dcc/call/identity.ts'
import { patientOfCall } from '../../../src/dcc/call/patient.ts'
import { identifierRules, identityStatusOf, insOf } from '../../../src/french/identity.ts'
import { fictitiousMatricule } from '../../support/builders/patients.ts'
import { sharedDomain } from '../../support/domain.ts'
import { ONCOLOGIST } from '../../support/signed-in.ts'
import { aCall, INS_OID } from './calls.ts'

const domain = sharedDomain()
const CONFIRMED = {
  professional: ONCOLOGIST,
  dpi: 'dpi-1',
  reason: 'new-rcp',
  status: 'active',
  requestId: 'request-1',
} as const

function register(identity: CalledIdentity, use: InsUse): Promise<string> {
  return registerCalled(domain().context, { ...CONFIRMED, identity, use, topography: 'C50.9', changed: ['usedFamily'] })
}

let number = 100
function somebody(): CalledIdentity {
  number += 1
  const ins = { value: fictitiousMatricule(number), oid: INS_OID, status: 'QUAL' as const }
  return aCall({ ins, ipp: { system: 'urn:oid:1.2.250.1.71.4.2.2.990000001', value: `IPP-N${number}` } })
}

test('R8: a qualified identity is registered qualified, with INS, number, pathway, care team and traces at once', async () => {
  const identity = somebody()
  const id = await register(identity, 'usable')
  const { store } = domain()
  const state = await store.patient(id)
  assert.deepEqual([state?.identityStatus, state?.visible, state?.state], ['QUAL', true, 'current'])
  for (const key of [{ system: `urn:oid:${INS_OID}`, value: identity.ins?.value ?? '' }, identity.ipp]) {
    assert.ok(key !== undefined)
    assert.equal(await store.lookup('patient', key), id)
  }
  const [pathway, ...others] = await store.pathways(id)
  assert.deepEqual(
    [pathway?.status, pathway?.topography, pathway?.origin, others.length],
    ['active', 'C50.9', 'contextual-call dpi-1 new-rcp', 0],
  )
  const facts = await store.entitlement.facts(ONCOLOGIST.nationalId, [id], new Date().toISOString())
  assert.deepEqual(facts.bases, ['care-team'])
  const traces = await store.entitlement.traces({ patientId: id, limit: 10 })
  assert.deepEqual(traces.map(({ kind, detail }) => `${kind}: ${detail}`).sort(), [
    'care-team-joined: care-team',
    'draft-confirmed: new-rcp corrected: usedFamily',
  ])
})

test('R8: an identity that is not qualified is provisional, and its INS is not kept', async () => {
  const identity = somebody()
  const id = await register(identity, 'not-qualified')
  const state = await domain().store.patient(id)
  assert.equal(state?.identityStatus, 'PROV')
  assert.equal(state.text.includes(identity.ins?.value ?? ''), false)
  assert.equal(await domain().store.lookup('patient', identity.ipp ?? { system: '', value: '' }), id)
})

test('of two who register the same patient at once, one does; nothing of the other is kept', async () => {
  const identity = somebody()
  const before = await domain().state()
  const results = await Promise.allSettled([register(identity, 'usable'), register(identity, 'usable')])
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const { counts } = await domain().state()
  assert.equal((counts.patient ?? 0) - (before.counts.patient ?? 0), 1)
  assert.equal((counts.care_pathway ?? 0) - (before.counts.care_pathway ?? 0), 1)
  assert.equal((counts.care_team_member ?? 0) - (before.counts.care_team_member ?? 0), 1)
})

test('the Patient of a call holds to the rules of the INS in both releases of FR Core', () => {
  for (const frCore of ['2.2.0', '2.1.0'] as const) {
    const patient = patientOfCall(somebody(), 'usable', frCore)
    const errors = identifierRules(patient, { domain: 'test', frCore }).filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors, [])
    assert.equal(identityStatusOf(patient), 'QUAL')
  }
})

test('without birth place the INS is not kept: it may not go without its traits', () => {
  const patient = patientOfCall(aCall({}, { birthPlace: undefined }), 'usable', '2.2.0')
  assert.equal(insOf(patient), undefined)
  assert.equal(identityStatusOf(patient), 'PROV')
})
