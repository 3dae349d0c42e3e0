import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerCalled } from '../../../src/dcc/call/confirm.ts'
import { resolve } from '../../../src/dcc/call/resolve.ts'
import { grantHabilitation } from '../../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../../src/dcc/entitlement/open.ts'
import { aCall, INS_OID } from '../../dcc/call/calls.ts'
import { fictitiousMatricule } from '../../support/builders/patients.ts'
import { overBothEngines } from '../../support/server.ts'
import { ONCOLOGIST } from '../../support/signed-in.ts'

await overBothEngines((server) => {
  test('R1, R7, R8: unknown, registered once by two at once, then found by each of the rules', async () => {
    const { dcc } = server().record
    await grantHabilitation(dcc, { nationalId: ONCOLOGIST.nationalId, profile: 'clinician', reach: 'care-team' })
    const { access } = openEntitlements(dcc)
    const ins = { value: fictitiousMatricule(700), oid: INS_OID, status: 'QUAL' as const }
    const identity = aCall({ ins, ipp: { system: 'urn:oid:1.2.250.1.71.4.2.2.990000001', value: 'IPP-700' } })
    const asking = { store: dcc.store, professional: ONCOLOGIST, access, declined: [] }
    assert.equal((await resolve(asking, identity, 'usable')).kind, 'unknown')
    const facts = { identity, use: 'usable', professional: ONCOLOGIST, dpi: 'dpi-1', reason: 'suspected' } as const
    const confirmation = { ...facts, status: 'suspected', topography: undefined, changed: [], requestId: 'r' } as const
    const results = await Promise.allSettled([1, 2, 3].map(() => registerCalled(dcc, confirmation)))
    const ids = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    assert.equal(ids.length, 1)
    const [patientId] = ids
    const byIns = await resolve(asking, identity, 'usable')
    assert.ok(byIns.kind === 'match' && byIns.rule === 'R1' && byIns.patientId === patientId)
    const byIpp = await resolve(asking, { ...identity, ins: undefined }, 'none')
    assert.ok(byIpp.kind === 'match' && byIpp.rule === 'R4' && byIpp.patientId === patientId)
    const byTraits = await resolve(asking, { ...identity, ins: undefined, ipp: undefined }, 'none')
    assert.ok(byTraits.kind === 'candidates')
    assert.deepEqual(byTraits.candidates, [{ patientId }])
    const stranger = { ...asking, professional: { nationalId: '810000000404' } }
    assert.equal((await resolve(stranger, identity, 'usable')).kind, 'not-entitled')
    assert.equal((await resolve(stranger, { ...identity, ins: undefined, ipp: undefined }, 'none')).kind, 'search')
  })
})
