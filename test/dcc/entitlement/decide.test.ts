import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AccessFacts, decide, isEmergencyReason } from '../../../src/dcc/entitlement/decide.ts'

const clinician = { profile: 'clinician', reach: 'care-team' } as const
const regional = { profile: 'coordinator', reach: 'region' } as const
const secretary = { profile: 'rcp-secretary', reach: 'care-team' } as const

const ORDINARY: AccessFacts = {
  habilitation: clinician,
  patient: 'visible',
  bases: ['care-team'],
  opposed: false,
  blocked: false,
}

const refused = (reason: string, emergency = false) => ({ allowed: false, reason, emergency })
const allowed = (basis: string) => ({ allowed: true, basis })

/** What differs from a clinician of the care team of a visible patient, and what is decided. */
const CASES: Readonly<Record<string, [Partial<AccessFacts>, object]>> = {
  'a member of the care team': [{}, allowed('care-team')],
  'whom the patient chose': [{ bases: ['patient-choice'] }, allowed('patient-choice')],
  'who broke the glass': [{ bases: ['emergency'] }, allowed('emergency')],
  'several bases: the strongest is told': [{ bases: ['emergency', 'care-team'] }, allowed('care-team')],
  'not habilitated, suspended or ended: nothing else matters': [
    { habilitation: undefined },
    refused('not-habilitated'),
  ],
  'nobody under that id': [{ patient: 'unknown' }, refused('unknown-patient')],
  'no pathway, care team or not': [{ patient: 'no-pathway' }, refused('no-pathway')],
  'no pathway, the whole region': [{ patient: 'no-pathway', habilitation: regional }, refused('no-pathway')],
  'not in the care team': [{ bases: [] }, refused('not-in-care-team', true)],
  'not in the care team, a secretary': [{ bases: [], habilitation: secretary }, refused('not-in-care-team', false)],
  'a secretary in the care team': [{ habilitation: secretary }, allowed('care-team')],
  'the whole region': [{ bases: [], habilitation: regional }, allowed('region')],
  'the whole region, in the care team besides': [{ habilitation: regional }, allowed('care-team')],
  'an opposition beats the care team': [{ opposed: true }, refused('patient-opposed')],
  'an opposition beats the region': [{ opposed: true, bases: [], habilitation: regional }, refused('patient-opposed')],
  'an opposition beats an emergency': [{ opposed: true, bases: ['emergency'] }, refused('patient-opposed')],
  'an opposition is not opened by an emergency': [{ opposed: true, bases: [] }, refused('patient-opposed')],
  'a closed record beats the care team': [{ blocked: true }, refused('access-blocked')],
  'a closed record is not opened by an emergency': [{ blocked: true, bases: [] }, refused('access-blocked')],
  'a closed record beats the region': [{ blocked: true, bases: [], habilitation: regional }, refused('access-blocked')],
  'closed and opposed: closed is traced': [{ blocked: true, opposed: true }, refused('access-blocked')],
}

describe('who may see a record', () => {
  for (const [name, [facts, expected]] of Object.entries(CASES)) {
    test(name, () => assert.deepEqual(decide({ ...ORDINARY, ...facts }), expected))
  }

  test('of all that can be known, what the patient refuses is never allowed', () => {
    for (const habilitation of [clinician, regional, secretary, undefined])
      for (const bases of [[], ['care-team'], ['emergency'], ['patient-choice']] as const)
        for (const [opposed, blocked] of [
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const decision = decide({ habilitation, patient: 'visible', bases, opposed, blocked })
          assert.ok(!decision.allowed && !decision.emergency)
        }
  })
})

test('the reason of an emergency has at least 15 characters that say something, and at most 500', () => {
  const cases: [string, boolean][] = [
    ['Coma, urgences', false],
    ['Coma, urgences.', true],
    [`  ${'a'.repeat(14)}  `, false],
    [`a${' '.repeat(20)}b`, false],
    ['a'.repeat(500), true],
    ['a'.repeat(501), false],
    ['', false],
  ]
  for (const [text, accepted] of cases) assert.equal(isEmergencyReason(text), accepted, JSON.stringify(text))
})
