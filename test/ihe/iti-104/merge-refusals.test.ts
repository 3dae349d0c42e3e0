import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Identifier, Patient } from '@medplum/fhirtypes'
import { aPatient, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'
import { byNumber, duplicateOf, feed, followed, merged, OTHER } from './support.ts'

/** Merges that would mix two persons, or say nothing that can be done: each leaves everything as it was. */

const server = sharedServer()

/** Sends the message of a source that a patient is a duplicate, which must be refused and change nothing. */
async function refused(value: string, message: Patient, status: number, key: string): Promise<string> {
  const before = await server().counts()
  const issue = assertRefused(await feed(server(), value, message), status, key)
  assert.deepEqual(await server().counts(), before)
  return issue.details?.text ?? ''
}

const ipp = (value: string): Identifier => ({ system: IPP, value })

describe('PIX-104-2: two persons are never merged', () => {
  test('PIX-104-2: two qualified identities with different INS', async () => {
    const [one, two] = [
      await followed(server(), aPatient().qualified()),
      await followed(server(), aPatient().qualified()),
    ]
    const text = await refused(
      one.person.ipp,
      duplicateOf(one.person.build(), ipp(two.person.ipp)),
      409,
      'identity.conflict',
    )
    assert.match(text, /matricule/)
    for (const secret of [one.person.ins, two.person.ins]) assert.ok(!text.includes(secret))
  })

  const traits: readonly [name: string, change: Partial<Patient>][] = [
    ['another birth date', { birthDate: '1999-09-09' }],
    ['another sex', { gender: 'male' }],
    ['another birth family name', { name: [{ use: 'official', family: 'AUTREPERSONNE', given: ['LUCIE'] }] }],
    ['another first given name', { name: [{ use: 'official', family: 'TESTFICTIF', given: ['ZOE'] }] }],
  ]
  for (const [name, change] of traits) {
    test(`PIX-104-2: records whose strict traits contradict: ${name}`, async () => {
      const [one, two] = [await followed(server()), aPatient().with(change)]
      await server().create(two.build())
      await refused(one.person.ipp, duplicateOf(one.person.build(), ipp(two.ipp)), 409, 'identity.conflict')
    })

    test(`PIX-104-2: a message about somebody else: ${name}`, async () => {
      const [one, two] = [await followed(server()), await followed(server())]
      const message = duplicateOf({ ...one.person.build(), ...change }, ipp(two.person.ipp))
      await refused(one.person.ipp, message, 409, 'identity.conflict')
    })
  }

  test('PIX-104-2 PIX-104-8: a survivor whom the domain of the message does not know', async () => {
    const [one, two] = [await followed(server()), aPatient()]
    const number = `O-${two.ipp}`
    await server().create(two.with({ identifier: [{ system: OTHER, value: number }] }).build())
    const message = duplicateOf(one.person.build(), { system: OTHER, value: number })
    await refused(one.person.ipp, message, 409, 'patient.merge-domain')
  })
})

describe('PIX-104-2: a survivor has to be there', () => {
  test('PIX-104-2: a number that nobody has', async () => {
    const one = await followed(server())
    await refused(one.person.ipp, duplicateOf(one.person.build(), ipp('NOBODY')), 422, 'patient.unknown')
  })

  test('PIX-104-2: a patient who was deleted', async () => {
    const [one, two] = [await followed(server()), aPatient()]
    const { id } = await server().create(two.build())
    await server().delete(`Patient/${id}`)
    await refused(one.person.ipp, duplicateOf(one.person.build(), ipp(two.ipp)), 422, 'patient.unknown')
    const link = [{ other: { reference: `Patient/${id}` }, type: 'replaced-by' as const }]
    await refused(one.person.ipp, { ...one.person.build(), active: false, link }, 422, 'patient.unknown')
  })

  test('PIX-104-2: a hidden patient named by id is as unknown', async () => {
    const [one, hidden] = [await followed(server()), aPatient()]
    const { id } = (await feed(server(), hidden.ipp, hidden.build())).resource('Patient')
    for (const named of [id, '00000000000000000000']) {
      const link = [{ other: { reference: `Patient/${named}` }, type: 'replaced-by' as const }]
      await refused(one.person.ipp, { ...one.person.build(), active: false, link }, 422, 'patient.unknown')
    }
  })

  test('PIX-104-2: a record that is merged itself: the refusal names who stands for the person', async () => {
    const [one, two, three] = [await followed(server()), await followed(server()), await followed(server())]
    await merged(server(), two, three)
    const text = await refused(
      one.person.ipp,
      duplicateOf(one.person.build(), ipp(two.person.ipp)),
      409,
      'patient.merged',
    )
    assert.ok(text.includes(three.reference))
    const link = [{ other: { reference: two.reference }, type: 'replaced-by' as const }]
    await refused(one.person.ipp, { ...one.person.build(), active: false, link }, 409, 'patient.merged')
  })

  test('PIX-104-2: the patient itself, and the other way round once it is merged', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    await refused(one.person.ipp, duplicateOf(one.person.build(), ipp(one.person.ipp)), 422, 'patient.merge')
    await merged(server(), one, two)
    await refused(two.person.ipp, duplicateOf(two.person.build(), ipp(one.person.ipp)), 409, 'patient.merged')
    await refused(one.person.ipp, duplicateOf(one.person.build(), ipp(one.person.ipp)), 409, 'patient.merged')
  })

  test('PIX-104-2: a merged record is not merged into somebody else', async () => {
    const [one, two, three] = [await followed(server()), await followed(server()), await followed(server())]
    await merged(server(), one, two)
    await refused(one.person.ipp, duplicateOf(one.person.build(), ipp(three.person.ipp)), 409, 'patient.merged')
  })
})

describe('PIX-104-2: a merge is told in one way', () => {
  test('PIX-104-2: of a patient who is not known yet, by feed or by creation', async () => {
    const [stranger, two] = [aPatient(), await followed(server())]
    const message = duplicateOf(stranger.build(), ipp(two.person.ipp))
    await refused(stranger.ipp, message, 422, 'patient.merge')
    assertRefused(await server().post('Patient', message), 422, 'patient.merge')
  })

  test('PIX-104-2: a record that says to be active, two survivors, or a survivor that says to replace', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    const sent = one.person.build()
    const message = duplicateOf(sent, ipp(two.person.ipp))
    const { active: _active, ...unsaid } = message
    await refused(one.person.ipp, { ...message, active: true }, 422, 'patient.merge')
    await refused(one.person.ipp, unsaid, 422, 'patient.merge')
    await refused(
      one.person.ipp,
      { ...message, link: [...(message.link ?? []), ...(message.link ?? [])] },
      422,
      'patient.merge',
    )
    const replaces = [{ other: { reference: two.reference }, type: 'replaces' as const }]
    await refused(one.person.ipp, { ...sent, link: replaces }, 422, 'patient.merge')
    await refused(
      one.person.ipp,
      { ...message, link: [{ other: { display: 'quelqu’un' }, type: 'replaced-by' }] },
      422,
      'patient.unknown',
    )
  })

  test('PIX-104-2: a merged record takes no other change: a late message does not undo the merge', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    await merged(server(), one, two)
    const { active: _active, ...unsaid } = one.person.build()
    for (const late of [unsaid, { ...unsaid, active: false }]) {
      const text = await refused(one.person.ipp, late, 409, 'patient.merged')
      assert.ok(text.includes(two.reference))
    }
    const patch = [{ op: 'replace', path: '/birthDate', value: '1950-01-01' }]
    assertRefused(await server().patch(one.reference, patch), 409, 'patient.merged')
    assertRefused(await server().patch(byNumber(one.person.ipp), patch), 409, 'patient.merged')
    assert.equal((await server().get(one.reference)).headers.etag, 'W/"2"')
    assert.equal((await server().get(two.reference)).resource('Patient').birthDate, two.person.build().birthDate)
  })
})
