import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  addToCareTeam,
  changeBlock,
  changeHabilitation,
  grantHabilitation,
  recordChoice,
  removeFromCareTeam,
} from '../../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../../src/dcc/entitlement/open.ts'
import type { Professional } from '../../../src/dcc/professional.ts'
import { openTraces } from '../../../src/dcc/traces-store.ts'
import { newPatientId } from '../../../src/store/ids.ts'
import { aPatient, IPP, type PatientBuilder } from '../../support/builders.ts'
import { overBothEngines } from '../../support/server.ts'

const REASON = 'Détresse respiratoire aux urgences'
const FINESS = { system: 'urn:oid:1.2.250.1.71.4.2.2', value: '990000010' }

function aProfessional(more: Partial<Professional> = {}): Professional {
  return {
    nationalId: `8${randomUUID()}`,
    rpps: undefined,
    family: 'ESSAI',
    given: 'Camille',
    profession: { system: 'urn:oid:1.2.250.1.213.1.1.5.5', value: '10' },
    speciality: undefined,
    activity: undefined,
    ...more,
  }
}

let now = new Date('2026-06-01T12:00:00.000Z')
const hoursLater = (hours: number) => {
  now = new Date(now.getTime() + hours * 3_600_000)
}

await overBothEngines(
  (server) => {
    const dcc = () => server().record.dcc
    const entitlements = () => openEntitlements(dcc())
    const patient = async (builder: PatientBuilder = aPatient()) => (await server().create(builder.build())).id
    const clinician = async (more: Partial<Professional> = {}) => {
      const professional = aProfessional(more)
      const { nationalId } = professional
      await grantHabilitation(dcc(), { nationalId, profile: 'clinician', reach: 'care-team' })
      return professional
    }
    const outcome = async (professional: Professional, patientId: string) => {
      const decision = await entitlements().access(professional, patientId)
      return decision.allowed ? decision.basis : decision.reason
    }

    describe('a habilitation', () => {
      test('holds from its beginning to its end, unless it is suspended', async () => {
        const professional = aProfessional()
        const { nationalId } = professional
        assert.equal(await entitlements().habilitation(professional), undefined)
        await grantHabilitation(dcc(), { nationalId, profile: 'coordinator', reach: 'region' })
        assert.equal((await entitlements().habilitation(professional))?.reach, 'region')
        assert.equal(await entitlements().patients(professional), 'all')
        for (const [how, there] of [
          ['suspend', false],
          ['resume', true],
          ['remove', false],
          ['resume', false],
        ] as const) {
          assert.ok((await changeHabilitation(dcc(), { nationalId }, how)) !== undefined)
          assert.equal((await entitlements().habilitation(professional)) !== undefined, there, how)
        }
        assert.deepEqual(await entitlements().patients(professional), [])
        assert.equal(await changeHabilitation(dcc(), { nationalId: 'unknown' }, 'suspend'), undefined)
        const soon = new Date(now.getTime() + 1000).toISOString()
        await grantHabilitation(dcc(), { nationalId, profile: 'clinician', reach: 'care-team', from: soon })
        assert.equal(await entitlements().habilitation(professional), undefined, 'not yet')
      })

      test('for a structure holds only for whoever practises there now', async () => {
        const place = { structure: FINESS, structureName: 'CHU', role: undefined }
        const [there, anywhere] = [aProfessional({ activity: place }), aProfessional()]
        const structure = `${FINESS.system}|${FINESS.value}`
        for (const { nationalId } of [there, anywhere])
          await grantHabilitation(dcc(), { nationalId, structure, profile: 'clinician', reach: 'care-team' })
        assert.ok((await entitlements().habilitation(there)) !== undefined)
        assert.equal(await entitlements().habilitation(anywhere), undefined)
        const moved = { ...there, activity: { ...place, structure: { ...FINESS, value: '990000028' } } }
        assert.equal(await entitlements().habilitation(moved), undefined)
      })
    })

    describe('a record', () => {
      test('is open to the care team for as long as they are in it', async () => {
        const [professional, patientId] = [await clinician(), await patient()]
        const { nationalId } = professional
        assert.equal(await outcome(professional, patientId), 'not-in-care-team')
        await addToCareTeam(dcc(), { patientId, nationalId })
        assert.equal(await outcome(professional, patientId), 'care-team')
        assert.deepEqual(await entitlements().patients(professional), [patientId])
        await changeHabilitation(dcc(), { nationalId }, 'suspend')
        assert.equal(await outcome(professional, patientId), 'not-habilitated')
        assert.deepEqual(await entitlements().patients(professional), [])
        await changeHabilitation(dcc(), { nationalId }, 'resume')
        await removeFromCareTeam(dcc(), { patientId, nationalId })
        assert.equal(await outcome(professional, patientId), 'not-in-care-team')
      })

      test('is closed by what the patient refuses, until that is taken back', async () => {
        const [professional, patientId] = [await clinician(), await patient()]
        const member = { patientId, nationalId: professional.nationalId }
        await addToCareTeam(dcc(), member)
        await recordChoice(dcc(), patientId, 'oppose')
        assert.equal(await outcome(professional, patientId), 'patient-opposed')
        await recordChoice(dcc(), patientId, 'permit')
        await changeBlock(dcc(), member, 'add')
        assert.equal(await outcome(professional, patientId), 'access-blocked')
        assert.deepEqual(await entitlements().patients(professional), [])
        await changeBlock(dcc(), member, 'remove')
        assert.equal(await outcome(professional, patientId), 'care-team')
      })

      test('that was merged is one with the other of the person: memberships and oppositions of each count', async () => {
        const [kept, gone] = [aPatient(), aPatient()]
        const [survivor, merged] = [await patient(kept), await patient(gone)]
        const [ofMerged, ofSurvivor] = [await clinician(), await clinician()]
        await addToCareTeam(dcc(), { patientId: merged, nationalId: ofMerged.nationalId })
        await addToCareTeam(dcc(), { patientId: survivor, nationalId: ofSurvivor.nationalId })
        assert.equal(await outcome(ofMerged, survivor), 'not-in-care-team')
        const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: kept.ipp } } }]
        const target = `Patient?identifier=${IPP}|${gone.ipp}`
        const answer = await server().put(target, gone.with({ active: false, link }).build())
        assert.equal(answer.status, 200, answer.text)
        for (const professional of [ofMerged, ofSurvivor]) {
          for (const id of [survivor, merged]) assert.equal(await outcome(professional, id), 'care-team')
          assert.deepEqual(await entitlements().patients(professional), [survivor, merged].sort())
        }
        await recordChoice(dcc(), merged, 'oppose')
        for (const id of [survivor, merged]) assert.equal(await outcome(ofSurvivor, id), 'patient-opposed')
      })
    })

    describe('an emergency', () => {
      test('opens the record for four hours, traced in the same commit with its reason', async () => {
        const [professional, patientId] = [await clinician(), await patient()]
        const before = await dcc().store.entitlement.traces({ patientId, limit: 9 })
        const decision = await entitlements().breakGlass(professional, patientId, ` ${REASON} `)
        assert.deepEqual(decision, { allowed: true, basis: 'emergency' })
        const [trace, ...others] = await dcc().store.entitlement.traces({ patientId, limit: 9 })
        assert.equal(others.length, before.length)
        assert.equal(trace?.kind, 'emergency-access')
        assert.equal(trace?.actor, professional.nationalId)
        assert.equal(trace?.detail, REASON)
        hoursLater(3.99)
        assert.equal(await outcome(professional, patientId), 'emergency')
        hoursLater(0.01)
        assert.equal(await outcome(professional, patientId), 'not-in-care-team')
      })

      test('is refused without a reason, to a secretary, and against what the patient refuses', async () => {
        const [professional, patientId, opposed] = [await clinician(), await patient(), await patient()]
        const secretary = aProfessional()
        await grantHabilitation(dcc(), {
          nationalId: secretary.nationalId,
          profile: 'rcp-secretary',
          reach: 'care-team',
        })
        await recordChoice(dcc(), opposed, 'oppose')
        const asked = async (who: Professional, id: string, reason: string) => {
          const decision = await entitlements().breakGlass(who, id, reason)
          return decision.allowed ? decision.basis : decision.reason
        }
        assert.equal(await asked(professional, patientId, 'urgence'), 'not-in-care-team')
        assert.equal(await asked(secretary, patientId, REASON), 'not-in-care-team')
        assert.equal(await asked(professional, opposed, REASON), 'patient-opposed')
        assert.equal(await asked(professional, newPatientId(), REASON), 'unknown-patient')
        assert.equal(await asked(aProfessional(), patientId, REASON), 'not-habilitated')
        const [refusal] = await dcc().store.entitlement.traces({ patientId: opposed, limit: 1 })
        assert.equal(refusal?.kind, 'patient-refused')
        assert.equal(refusal?.detail, 'emergency: patient-opposed')
      })
    })

    test('a trace is kept as it was recorded, with its time', async () => {
      const patientId = newPatientId()
      const facts = { actor: '8', client: 'dpi', patientId, detail: undefined, requestId: 'r' }
      await openTraces(dcc()).record({ ...facts, kind: 'patient-opened' })
      const [trace] = await dcc().store.entitlement.traces({ patientId, limit: 1 })
      assert.deepEqual(trace, { ...facts, kind: 'patient-opened', id: trace?.id, at: now.toISOString() })
    })
  },
  { now: () => now },
)

test('no code path changes or removes a trace', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|sql)$/.test(name))
  const naming = sources.filter((name) => readFileSync(`src/${name}`, 'utf8').includes('access_trace'))
  assert.deepEqual(naming.sort(), [
    'store/migrations/0005-entitlement.sql',
    'store/sql/entitlement.ts',
    'store/sql/store.ts',
  ])
  for (const name of naming) {
    assert.doesNotMatch(readFileSync(`src/${name}`, 'utf8'), /(UPDATE|DELETE\s+FROM|upsert\(\s*)['\s]*access_trace/)
  }
})
