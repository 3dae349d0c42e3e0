import assert from 'node:assert/strict'
import { test } from 'node:test'
import { castOf, type HospitalPatient, teamsOf } from '../../../src/commands/demo/cast.ts'
import { casesOf } from '../../../src/commands/demo/dpi/cases.ts'
import { patientResource } from '../../../src/commands/demo/dpi/resources.ts'
import { identityStatusOf, insOf } from '../../../src/french/identity.ts'
import { missingTraits, traitsOfPatient } from '../../../src/french/traits.ts'

const region = { patients: 8, seed: 1, today: '2026-11-01' }
const cast = castOf(region)

test('every case of a region of eight patients can be clicked; a region of one keeps what it can', () => {
  assert.deepEqual(keysOf(region.patients), [
    'connu',
    'second',
    'inconnu',
    'discordant',
    'sans-ins',
    'candidat',
    'autre-equipe',
    'sans-patient',
  ])
  assert.deepEqual(keysOf(1), ['connu', 'inconnu', 'discordant', 'sans-ins', 'sans-patient'])
})

test('the hospital sends a qualified identity with its five traits, another one without INS', () => {
  for (const patient of [cast.known, cast.unknown, cast.contradicted]) {
    const resource = patientResource(patient)
    assert.equal(identityStatusOf(resource), 'QUAL', patient.key)
    assert.deepEqual(missingTraits(traitsOfPatient(resource)), [])
  }
  const unqualified = patientResource(cast.unqualified)
  assert.equal(insOf(unqualified), undefined)
  assert.equal(identityStatusOf(unqualified), 'PROV')
})

test('one team cares for the baseline patient and the second one, another for the one of others', () => {
  const { ours, others } = teamsOf(region)
  const caresFor = (team: typeof ours, patient: HospitalPatient | undefined) =>
    team.some(({ value }) => value === patient?.ins?.value)
  assert.deepEqual([caresFor(ours, cast.known), caresFor(ours, cast.second)], [true, true])
  assert.deepEqual([caresFor(ours, cast.ofOthers), caresFor(others, cast.ofOthers)], [false, true])
})

function keysOf(patients: number): string[] {
  return casesOf(castOf({ ...region, patients })).map(({ key }) => key)
}
