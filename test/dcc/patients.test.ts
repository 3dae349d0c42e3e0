import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Extension, Patient } from '@medplum/fhirtypes'
import { type DccError, isDccError } from '../../src/dcc/errors.ts'
import { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { birthPlace, identityCode } from '../french/patients.ts'
import { aPatient, fictitiousMatricule, IPP } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { named, ofDomain, patientsOf, withIns } from './patients.ts'

const FR_CORE = 'https://hl7.fr/ig/fhir/core'
const domain = sharedDomain()
const { registering, register, stateOf, holders } = patientsOf(domain)

describe('registering a patient', () => {
  test('a qualified identity is kept with its INS, found by it, and the gateway is told', async () => {
    const person = aPatient().qualified()
    const id = await register(person.build(), 'registration')
    assert.deepEqual(await holders(person.ins, person.ipp), [id, id])
    const { text, identityStatus, visible } = await stateOf(id)
    assert.deepEqual([identityStatus, visible], ['QUAL', true])
    const stored: Patient = JSON.parse(text)
    assert.deepEqual([stored.id, stored.meta?.versionId], [id, '1'])
    assert.equal(stored.identifier?.[0]?.value, person.ins)
    assert.deepEqual(await domain().events(id), ['patient.created Patient 1'])
    assert.deepEqual(await domain().found('Patient', id), [id])
  })

  test('without anything that opens a pathway the patient is kept and invisible', async () => {
    const id = await register(aPatient().build())
    assert.equal((await stateOf(id)).visible, false)
    assert.deepEqual(await domain().found('Patient', id), [])
  })

  const BROKEN: [id: string, key: string, patient: Patient][] = [
    ['INS of a provisional identity', 'INS-01', withStatus('PROV')],
    ['INS without a birth place', 'INS-02', { ...aPatient().qualified().build(), extension: [reliability('VALI')] }],
    ['INS too short', 'INS-03', withIns({ value: '28401632200021' })],
    ['INS of a doubtful identity', 'INS-04', withStatus('VALI', 'DOUT')],
    ['INS of the production domain', 'INS-05', withIns(ofDomain('1.2.250.1.213.1.4.8', 'INS-NIR'))],
    ['first given name outside the list', 'INS-08', aPatient().qualified().named('TESTFICTIF', 'ODILE').build()],
    ['two current INS', 'INS-09', withSecondIns()],
    ['birth place that is no code', 'INS-10', withBirthPlace('6322')],
    ['INS without status', 'INS-11', { ...aPatient().qualified().build(), extension: [birthPlace('63220')] }],
    ['INS under another type', 'IDENT-TYPE', withIns({ type: { coding: [{ code: 'NH' }] } })],
    ['unknown status', 'IDENT-STATUS', withStatus('VALI', 'XXXX')],
    ['official hospital identifier', 'IDENT-IPP', withOfficialIpp()],
  ]
  for (const [id, rule, patient] of BROKEN) {
    test(`${id}: refused by ${rule}, nothing is stored, no value is told`, async () => {
      const error = await domain().refuses('identity.rule', (unit) => registering(unit, patient))
      assert.ok(error.issues.some(({ key, severity }) => key === rule && severity === 'error'))
      assertSilent(error, patient)
    })
  }

  test('a production installation refuses the test domain, and a wrong key', async () => {
    const context = { insDomain: 'production' as const }
    const wrongDomain = await domain().refuses(
      'identity.rule',
      (unit) => registering(unit, aPatient().qualified().build()),
      context,
    )
    assert.deepEqual(
      wrongDomain.issues.map(({ key }) => key),
      ['INS-05'],
    )
    const wrongKey = withIns({ ...ofDomain('1.2.250.1.213.1.4.8', 'INS-NIR'), value: '284016322000211' })
    const wrong = await domain().refuses('identity.rule', (unit) => registering(unit, wrongKey), context)
    assert.deepEqual(
      wrong.issues.map(({ key }) => key),
      ['INS-03'],
    )
  })

  test('what a rule only warns of is registered and told', async () => {
    const person = aPatient().qualified()
    const unit = new UnitOfWork(domain().context)
    await registering(unit, person.born('1984-02-15').with({ gender: 'male' }).build())
    await unit.commit()
    assert.deepEqual(
      unit.warnings.map(({ key, severity }) => `${key} ${severity}`),
      ['INS-06 warning', 'INS-07 warning'],
    )
  })

  test('a rule that the source may break becomes a warning', async () => {
    const patient = withIns(ofDomain('1.2.250.1.213.1.4.8', 'INS-NIR'))
    const unit = new UnitOfWork(domain().context)
    await registering(unit, patient, { tolerates: ({ key }) => key === 'INS-05' })
    await unit.commit()
    assert.deepEqual(
      unit.warnings.map(({ key }) => key),
      ['INS-05'],
    )
  })

  test('what may not be kept is not claimed: a billing number is free for ever', async () => {
    const nss = { system: 'urn:oid:1.2.250.1.213.1.4.13', value: fictitiousMatricule(900) }
    const id = await register({ ...aPatient().build(), identifier: [nss] })
    assert.equal(await domain().store.lookup('patient', nss), undefined)
    assert.ok(!(await stateOf(id)).text.includes(nss.value))
    await register({ ...aPatient().build(), identifier: [nss] })
  })
})

describe('one patient for one INS', () => {
  test('the same INS with the same traits is known already', async () => {
    const person = aPatient().qualified()
    await register(person.build())
    const again = withoutIpp(person.build())
    const error = await domain().refuses('identity.known', (unit) => registering(unit, again))
    assertSilent(error, again)
  })

  test('accents, case and hyphens are no difference', async () => {
    const person = aPatient().qualified()
    await register(person.named('LE-BRÉTON', 'LUCIE').build())
    const written = withoutIpp(person.named('Le Breton', 'lucie').build())
    await domain().refuses('identity.known', (unit) => registering(unit, written))
  })

  const OTHER_TRAITS: Record<string, (patient: Patient) => Patient> = {
    birthFamily: (patient) => named(patient, { family: 'AUTRE' }),
    firstGiven: (patient) => named(patient, { given: ['LUCIE ANNE'] }),
    birthGivenList: (patient) => named(patient, { extension: [givenList('LUCIE MARIE')] }),
    gender: (patient) => ({ ...patient, gender: 'male' }),
    birthDate: (patient) => ({ ...patient, birthDate: '1931-03-04' }),
    birthPlace: (patient) => ({ ...patient, extension: [reliability('VALI'), birthPlace('75115')] }),
  }
  for (const [trait, change] of Object.entries(OTHER_TRAITS)) {
    test(`the same INS with another ${trait} is a conflict that names the trait and no value`, async () => {
      const person = aPatient().qualified()
      await register(person.build())
      const other = change(withoutIpp(person.build()))
      const error = await domain().refuses('identity.conflict', (unit) => registering(unit, other))
      assert.equal(error.detail.traits, trait)
      assertSilent(error, other)
    })
  }

  test('twenty registrations of one INS at once make one patient', async () => {
    const person = aPatient().qualified()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => register({ ...withoutIpp(person.build()) })),
    )
    const made = results.filter(({ status }) => status === 'fulfilled')
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    assert.equal(made.length, 1)
    assert.ok(refused.every((error) => isStoreError(error, 'store.identifier-taken') || isDccError(error)))
    const [winner] = made.map((result) => (result.status === 'fulfilled' ? result.value : ''))
    assert.deepEqual(await holders(person.ins), [winner])
  })

  test('two patients with one INS in one unit are refused whole', async () => {
    const person = aPatient().qualified()
    const before = await domain().state()
    await assert.rejects(
      domain().commit(async (unit) => {
        await registering(unit, withoutIpp(person.build()))
        await registering(unit, withoutIpp(person.build()))
      }),
      (error) => isStoreError(error, 'store.identifier-taken'),
    )
    assert.deepEqual(await domain().state(), before)
  })
})

describe('local identifiers', () => {
  test('one that another patient holds is refused, naming its place', async () => {
    const held = aPatient()
    await register(held.build())
    const other: Patient = { ...aPatient().build(), identifier: [{ value: 'x' }, { system: IPP, value: held.ipp }] }
    const error = await domain().refuses('identity.identifier-taken', (unit) => registering(unit, other))
    assert.equal(error.expression, 'Patient.identifier[1]')
    assertSilent(error, other)
  })

  test('or left out with a warning, where the source cannot be asked', async () => {
    const held = aPatient()
    const holder = await register(held.build())
    const own = { system: IPP, value: `own-${randomUUID()}` }
    const other: Patient = { ...aPatient().build(), identifier: [{ system: IPP, value: held.ipp }, own] }
    const unit = new UnitOfWork(domain().context)
    const id = await registering(unit, other, { takenIdentifier: 'leave-out' })
    await unit.commit()
    assert.deepEqual(
      unit.warnings.map(({ key, expression }) => [key, expression]),
      [['identity.identifier-taken', 'Patient.identifier[0]']],
    )
    assert.deepEqual(await holders(held.ipp), [holder])
    const stored: Patient = JSON.parse((await stateOf(id)).text)
    assert.deepEqual(stored.identifier, [own])
  })

  test('the same one twice in a patient is held once', async () => {
    const person = aPatient()
    const [identifier] = person.build().identifier ?? []
    const id = await register({ ...person.build(), identifier: [identifier ?? {}, identifier ?? {}] })
    assert.deepEqual(await holders(person.ipp), [id])
  })
})

/** A refusal holds nothing of the patient. */
function assertSilent(error: DccError, patient: Patient): void {
  const told = JSON.stringify([error.message, error.detail, error.expression, error.issues])
  const names = (patient.name ?? []).flatMap(({ family, given = [] }) => [family, ...given])
  const values = [...names, patient.birthDate, ...(patient.identifier ?? []).map(({ value }) => value)]
  for (const value of values) if (value !== undefined && value.length > 2) assert.ok(!told.includes(value), value)
}

function withSecondIns(): Patient {
  const patient = aPatient().qualified().build()
  const [ins] = patient.identifier ?? []
  return { ...patient, identifier: [...(patient.identifier ?? []), { ...ins, value: fictitiousMatricule(995) }] }
}

function withOfficialIpp(): Patient {
  const patient = aPatient().build()
  return { ...patient, identifier: (patient.identifier ?? []).map((one) => ({ ...one, use: 'official' as const })) }
}

function withoutIpp(patient: Patient): Patient {
  return { ...patient, identifier: (patient.identifier ?? []).filter(({ system }) => system !== IPP) }
}

function withStatus(...codes: string[]): Patient {
  return { ...aPatient().qualified().build(), extension: [...codes.map(reliability), birthPlace('63220')] }
}

function reliability(code: string): Extension {
  return identityCode(code)
}

function withBirthPlace(code: string): Patient {
  return { ...aPatient().qualified().build(), extension: [reliability('VALI'), birthPlace(code)] }
}

function givenList(valueString: string): Extension {
  return { url: `${FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString }
}
