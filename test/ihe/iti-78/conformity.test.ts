import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { before, describe, test } from 'node:test'
import type { Patient, Resource } from '@medplum/fhirtypes'
import { textOf } from '../../../src/validation/catalogue/index.ts'
import { openValidator, type RecordValidator } from '../../../src/validation/open.ts'
import { aPatient, INS_TEST, IPP } from '../../support/builders.ts'
import { linkOf, resourcesOf } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const PACKAGE = resolve('../shared/official/ihe/pdqm/conformance')
const skip = existsSync(PACKAGE) || process.env.CI === 'true' ? false : 'the official profiles are not on this machine'
const PDQM = 'https://profiles.ihe.net/ITI/PDQm/StructureDefinition'

describe('what goes out, held to the official profiles of PDQm', { skip }, () => {
  const server = sharedServer()
  let validator: RecordValidator

  before(() => {
    validator = openValidator({ frCore: '2.2.0', insDomain: 'test', packages: [PACKAGE] })
  })

  const assertConforms = (resource: Resource, profile: string): void => {
    const found = validator.check(resource, { profiles: [`${PDQM}/${profile}`], verifiesContents: false })
    const errors = found.filter(({ severity }) => severity === 'error' || severity === 'fatal')
    assert.deepEqual(
      errors.map((issue) => `${issue.expression}: ${textOf(issue, 'en')} [${issue.key}]`),
      [],
    )
  }
  const read = async (id: string | undefined): Promise<Patient> =>
    (await server().get(`Patient/${id}`)).resource('Patient')

  test('the official profiles are the ones that are applied', () => {
    const { identifier: _none, ...without } = aPatient().build()
    assert.throws(() => assertConforms(without as Patient, 'IHE.PDQm.Patient'), /Patient/)
    const bundle = { resourceType: 'Bundle' as const, type: 'searchset' as const, link: [] }
    assert.throws(() => assertConforms(bundle, 'IHE.PDQm.QueryPatientResourceResponseMessage'), /total|link/)
    const graded = { resource: aPatient().build(), search: { mode: 'match' as const } }
    assert.throws(() => assertConforms({ ...bundle, entry: [graded] }, 'IHE.PDQm.MatchParametersOut'), /search/)
  })

  test('PDQ-78-13: patients that are read, local or with an INS', async () => {
    for (const patient of [aPatient().build(), aPatient().qualified().build()]) {
      assertConforms(await read((await server().create(patient)).id), 'IHE.PDQm.Patient')
    }
  })

  test('PDQ-78-13: a patient without identifier gets one of ours, the same in every version, which finds them', async () => {
    const { identifier: _none, ...sent } = aPatient().named('SANSNUMERO-FICTIF', 'EVE').build()
    const stored = await server().create(sent as Patient)
    const [own, ...others] = stored.identifier ?? []
    assert.equal(others.length, 0)
    assert.equal(own?.system, 'urn:ietf:rfc:3986')
    assert.match(own.value ?? '', /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    assertConforms(await read(stored.id), 'IHE.PDQm.Patient')

    const changed = await server().put(`Patient/${stored.id}`, { ...sent, id: stored.id, birthDate: '1950-01-01' })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual((await read(stored.id)).identifier, [own])
    const found = await server().get(`Patient?identifier=${own.system}|${own.value}`)
    assert.deepEqual(
      resourcesOf(found.resource('Bundle')).map(({ id }) => id),
      [stored.id],
    )

    // Once the hospital has a number for them, ours is no longer needed.
    const numbered = { ...sent, id: stored.id, identifier: [{ system: IPP, value: 'IPP-SANS' }] }
    assert.equal((await server().put(`Patient/${stored.id}`, numbered)).status, 200)
    assert.deepEqual((await read(stored.id)).identifier, numbered.identifier)
  })

  test('PDQ-78-13: a record with a link says whether it is in use', async () => {
    const other = await server().create(aPatient().build())
    const link = [{ type: 'seealso' as const, other: { reference: `Patient/${other.id}` } }]
    const { active: _absent, ...sent } = aPatient().with({ link }).build()
    const answer = await server().post('Patient', sent)
    if (answer.status === 201) assertConforms(await read(answer.resource('Patient').id), 'IHE.PDQm.Patient')
    else assert.equal(answer.status, 422, answer.text)
  })

  test('PDQ-78-13: a merged record and its survivor', async () => {
    const [kept, merged] = [aPatient().named('LIEN-FICTIF', 'EVE'), aPatient().named('LIEN-FICTIF', 'EVE')]
    const survivor = await server().create(kept.build())
    const subsumed = await server().create(merged.build())
    const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: kept.ipp } } }]
    const criterion = encodeURIComponent(`${IPP}|${merged.ipp}`)
    const told = await server().put(`Patient?identifier=${criterion}`, merged.with({ active: false, link }).build())
    assert.equal(told.status, 200, told.text)
    for (const id of [survivor.id, subsumed.id]) assertConforms(await read(id), 'IHE.PDQm.Patient')
  })

  test('PDQ-78-13 PDQ-78-2: whole pages, whatever the domains asked for', async () => {
    const one = aPatient().qualified().named('PAGES-FICTIVES', 'LUCIE')
    await server().create(one.build())
    await server().create(aPatient().named('PAGES-FICTIVES', 'EVE').build())
    for (const query of [
      'family=pages-fictives',
      `family=pages-fictives&identifier=${IPP}|`,
      `family=pages-fictives&identifier=${INS_TEST}|`,
      `identifier=${INS_TEST}|${one.ins}&identifier=${IPP}|`,
      'family=pages-fictives&_count=1',
      'family=personne-fictif',
    ]) {
      const bundle = (await server().get(`Patient?${query}`)).resource('Bundle')
      assertConforms(bundle, 'IHE.PDQm.QueryPatientResourceResponseMessage')
      for (const patient of resourcesOf(bundle)) assertConforms(patient, 'IHE.PDQm.Patient')
      assert.ok(linkOf(bundle, 'self') !== undefined)
    }
  })

  test('PDQ-119-13: answers to a match, with and without results and warnings', async () => {
    const known = aPatient().qualified().named('REPONSE-FICTIVE', 'LUCIE')
    await server().create(known.build())
    for (const asked of [
      known.build(),
      known.born('1971-11-30').build(),
      aPatient().named('INCONNU-FICTIF', 'LEA').build(),
      { resourceType: 'Patient' as const, gender: 'female' as const },
    ]) {
      const answer = await server().post('Patient/$match', asked)
      assertConforms(answer.resource('Bundle'), 'IHE.PDQm.MatchParametersOut')
    }
  })
})
