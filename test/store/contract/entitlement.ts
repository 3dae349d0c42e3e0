import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { HabilitationRow, MembershipRow, TraceRow } from '../../../src/store/entitlement.ts'
import { newLocalId, newPatientId } from '../../../src/store/ids.ts'
import type { DccStore } from '../../../src/store/store.ts'
import { aDocument, aPathway, aPatient } from '../../support/store-samples.ts'
import { idsOf, type Setting } from './setting.ts'

const BEFORE = '2026-01-01T00:00:00.000Z'
const NOW = '2026-06-01T12:00:00.000Z'
const LATER = '2026-06-01T16:00:00.000Z'

export function entitlementStories({ store, fresh }: Setting): void {
  const someone = () => `8${randomUUID()}`
  const aMember = (patientId: string, nationalId: string, more: Partial<MembershipRow> = {}) =>
    ({
      kind: 'put-membership',
      patientId,
      nationalId,
      basis: 'care-team',
      role: undefined,
      reason: undefined,
      from: BEFORE,
      until: undefined,
      ...more,
    }) as const

  test('a habilitation is kept by professional and structure, and written over', async () => {
    const { entitlement } = store()
    const row: HabilitationRow = {
      nationalId: someone(),
      structure: '',
      profile: 'clinician',
      reach: 'care-team',
      from: BEFORE,
      until: undefined,
      suspended: false,
    }
    const elsewhere = { ...row, structure: 'urn:finess|990000010', reach: 'region' } as const
    for (const one of [elsewhere, row]) await entitlement.commit([{ kind: 'put-habilitation', ...one }])
    assert.deepEqual(await entitlement.habilitations(row.nationalId), [row, elsewhere])
    const ended = { ...row, until: NOW, suspended: true }
    await entitlement.commit([{ kind: 'put-habilitation', ...ended }])
    assert.deepEqual(await entitlement.habilitations(row.nationalId), [ended, elsewhere])
    assert.ok((await entitlement.habilitations()).some(({ nationalId }) => nationalId === row.nationalId))
    assert.deepEqual(await entitlement.habilitations(someone()), [])
  })

  test('memberships, choices and blocks hold between their instants, and only for whom they name', async () => {
    const { entitlement } = store()
    const [patient, other] = [await aVisiblePatient(store()), await aVisiblePatient(store())]
    const [who, another] = [someone(), someone()]
    const facts = (at = NOW, nationalId = who, ids = [patient]) => entitlement.facts(nationalId, ids, at)
    const none = { bases: [], opposed: false, blocked: false }
    assert.deepEqual(await facts(), none)
    await entitlement.commit([
      aMember(patient, who, { from: NOW }),
      aMember(patient, who, { basis: 'emergency', reason: 'Coma', from: BEFORE, until: LATER }),
    ])
    assert.deepEqual((await facts(BEFORE)).bases, ['emergency'])
    assert.deepEqual((await facts(NOW)).bases, ['care-team', 'emergency'])
    assert.deepEqual((await facts(LATER)).bases, ['care-team'], 'until is the first instant without')
    assert.deepEqual(await facts(NOW, another), none)
    assert.deepEqual(await facts(NOW, who, [other]), none)
    assert.deepEqual((await facts(NOW, who, [other, patient])).bases, ['care-team', 'emergency'])
    await entitlement.commit([
      { kind: 'end-memberships', patientId: patient, nationalId: who, at: NOW },
      { kind: 'put-choice', patientId: patient, purpose: 'dcc_share', decision: 'oppose', at: NOW },
      { kind: 'put-block', patientId: patient, nationalId: who, from: NOW, until: undefined },
    ])
    assert.deepEqual(await facts(), { bases: [], opposed: true, blocked: true })
    assert.deepEqual(await facts(NOW, another), { bases: [], opposed: true, blocked: false })
    await entitlement.commit([
      { kind: 'put-choice', patientId: patient, purpose: 'dcc_share', decision: 'permit', at: LATER },
      { kind: 'end-block', patientId: patient, nationalId: who, at: LATER },
    ])
    assert.deepEqual(await facts(LATER), none)
  })

  test('the patients of a professional are those of whole persons, in use, with a pathway, not closed', async () => {
    const own = await fresh()
    const { entitlement } = own
    const who = someone()
    const ids = await Promise.all(Array.from({ length: 6 }, () => aVisiblePatient(own)))
    const [plain = '', opposed = '', blocked = '', survivor = '', merged = '', sibling = ''] = ids
    const hidden = aPatient()
    await own.commit([hidden])
    for (const id of [merged, sibling]) await own.commit([{ kind: 'merge', survivorId: survivor, id, domain: '' }])
    await entitlement.commit([
      ...[plain, opposed, blocked, hidden.id, merged].map((id) => aMember(id, who)),
      aMember(plain, who, { basis: 'emergency', until: LATER }),
      { kind: 'put-choice', patientId: opposed, purpose: 'dcc_share', decision: 'oppose', at: BEFORE },
      { kind: 'put-block', patientId: blocked, nationalId: who, from: BEFORE, until: undefined },
    ])
    assert.deepEqual(await entitlement.patientsOf(who, NOW, 10), [plain, survivor, merged, sibling].sort())
    assert.equal((await entitlement.patientsOf(who, NOW, 2)).length, 2)
    assert.equal(await entitlement.memberships(who, NOW, 10), 5, 'memberships, whoever is hidden or closed')
    assert.equal(await entitlement.memberships(who, NOW, 3), 3)
    assert.deepEqual(await entitlement.patientsOf(someone(), NOW, 10), [])
    await entitlement.commit([
      { kind: 'put-choice', patientId: sibling, purpose: 'dcc_share', decision: 'oppose', at: BEFORE },
    ])
    assert.deepEqual(await entitlement.patientsOf(who, NOW, 10), [plain], 'one record of a person closes all')
  })

  test('a search and a history find, of whole persons, what single records tell', async () => {
    const own = await fresh()
    const { entitlement } = own
    const who = someone()
    const ids = await Promise.all(Array.from({ length: 7 }, () => aVisiblePatient(own)))
    const [mine = '', opposed = '', blocked = '', survivor = '', merged = '', sibling = '', stranger = ''] = ids
    for (const id of [merged, sibling]) await own.commit([{ kind: 'merge', survivorId: survivor, id, domain: '' }])
    for (const id of ids) await own.commit([aDocument(id)])
    await entitlement.commit([
      ...[mine, opposed, blocked, sibling].map((id) => aMember(id, who)),
      { kind: 'put-choice', patientId: opposed, purpose: 'dcc_share', decision: 'oppose', at: BEFORE },
      { kind: 'put-block', patientId: blocked, nationalId: who, from: BEFORE, until: undefined },
    ])
    const expected = {
      'care-team': [mine, survivor, merged, sibling].sort(),
      region: [mine, survivor, merged, sibling, stranger].sort(),
    }
    for (const reach of ['care-team', 'region'] as const) {
      const to = { nationalId: who, reach, at: NOW }
      assert.deepEqual((await entitlement.entitled(to, ids)).sort(), expected[reach], reach)
      const conditions = [{ kind: 'entitled', to }] as const
      assert.deepEqual((await idsOf(own, 'Patient', conditions)).sort(), expected[reach])
      const documents = await idsOf(own, 'DocumentReference', conditions)
      assert.deepEqual(documents.map((id) => id.split('.')[0]).sort(), expected[reach])
      assert.equal(await own.count({ type: 'DocumentReference', conditions }), expected[reach].length)
      assert.deepEqual(await idsOf(own, 'Practitioner', conditions), [])
      const history = await own.history({ type: 'DocumentReference', entitledTo: to, limit: 50 })
      assert.deepEqual(history.map(({ id }) => id.split('.')[0]).sort(), expected[reach])
    }
    assert.deepEqual(await entitlement.entitled({ nationalId: who, reach: 'region', at: NOW }, []), [])
  })

  test('a membership is stored with the trace that goes with it, or neither is', async () => {
    const { entitlement } = store()
    const patientId = await aVisiblePatient(store())
    const who = someone()
    const trace: TraceRow = {
      id: newLocalId(Date.now()),
      at: NOW,
      kind: 'emergency-access',
      actor: who,
      client: undefined,
      patientId,
      detail: 'reason',
      requestId: 'r-1',
    }
    await assert.rejects(entitlement.commit([{ kind: 'trace', trace }, aMember(newPatientId(), who)]))
    assert.deepEqual(await entitlement.traces({ patientId, limit: 5 }), [])
    const later = { ...trace, id: newLocalId(Date.now()), kind: 'patient-opened', requestId: undefined }
    await entitlement.commit([{ kind: 'trace', trace }, aMember(patientId, who)])
    await entitlement.commit([{ kind: 'trace', trace: later }])
    assert.deepEqual(await entitlement.traces({ patientId, limit: 5 }), [later, trace])
    assert.deepEqual(await entitlement.traces({ patientId, limit: 1 }), [later])
    await assert.rejects(entitlement.commit([{ kind: 'trace', trace: { ...trace, detail: 'other' } }]), 'append only')
  })
}

async function aVisiblePatient(store: DccStore): Promise<string> {
  const patient = aPatient()
  await store.commit([patient, aPathway(patient.id)])
  return patient.id
}
