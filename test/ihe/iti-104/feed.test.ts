import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { aPatient, aTransaction, INS_TEST, IPP, putting } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'
import { pixAddress, pixAnswer } from '../iti-83/support.ts'
import { byNumber, feed, followed, OTHER } from './support.ts'

const server = sharedServer()

/** What one source says of a person whom another one has sent with INS: no INS, its own number, a provisional identity. */
function asKnownElsewhere(person: ReturnType<typeof aPatient>, value: string): Patient {
  const { extension: _extension, ...rest } = person.build()
  return { ...rest, identifier: [{ system: OTHER, value }] }
}

test('PIX-104-1 PIX-104-5: nobody has the number: 201; somebody has it: 200; the body has another id: 400', async () => {
  const person = aPatient()
  const created = await feed(server(), person.ipp, person.build())
  assert.equal(created.status, 201, created.text)
  const { id } = created.resource('Patient')
  assert.match(created.headers.location ?? '', new RegExp(`/Patient/${id}/_history/1$`))
  const revised = await feed(
    server(),
    person.ipp,
    person.with({ telecom: [{ system: 'phone', value: '+33100000001' }] }).build(),
  )
  assert.equal(revised.status, 200, revised.text)
  assert.equal(revised.resource('Patient').id, id)
  assert.equal(revised.headers.etag, 'W/"2"')
  assertRefused(await feed(server(), person.ipp, { ...person.build(), id: 'another' }), 400, 'resource.id-mismatch')
})

test('PIX-104-1 PIX-104-5: several patients match: 412, and nothing is changed', async () => {
  const [one, two] = [aPatient(), aPatient()]
  for (const person of [one, two]) await server().create(person.build())
  const before = await server().counts()
  const criteria = new URLSearchParams({ identifier: `${IPP}|${one.ipp},${IPP}|${two.ipp}` })
  assertRefused(await server().put(`Patient?${criteria}`, one.build()), 412, 'precondition.multiple')
  assert.deepEqual(await server().counts(), before)
})

test('PIX-104-1: a patient without the number of the address is refused, known or not, alone or in a transaction', async () => {
  const [person, stranger] = [aPatient(), aPatient()]
  const before = await server().counts()
  assertRefused(await feed(server(), person.ipp, stranger.build()), 400, 'identity.feed-identifier')
  assertRefused(await feed(server(), person.ipp, { resourceType: 'Patient' }), 400, 'identity.feed-identifier')
  const bundle = aTransaction(putting(byNumber(person.ipp), stranger.build()))
  assertRefused(await server().post('/fhir', bundle), 400, 'identity.feed-identifier')
  assert.deepEqual(await server().counts(), before)
  await feed(server(), person.ipp, person.build())
  assertRefused(await feed(server(), person.ipp, stranger.build()), 400, 'identity.feed-identifier')
})

test('PIX-104-1: links that a feed makes are seen by ITI-83 at once', async () => {
  const person = aPatient().qualified()
  await server().create(person.build())
  const number = `O-${person.ipp}`
  assertRefused(await server().get(pixAddress(`${OTHER}|${number}`)), 400, 'pix.source-system')
  const { identifier = [] } = person.build()
  const sent = person.with({ identifier: [...identifier, { system: OTHER, value: number }] }).build()
  assert.equal((await feed(server(), person.ipp, sent)).status, 200)
  const answer = pixAnswer(await server().get(pixAddress(`${OTHER}|${number}`)))
  assert.deepEqual(answer.identifiers, [`${INS_TEST}|${person.ins}`, `${IPP}|${person.ipp}`].sort())
})

test('PIX-104-1: a source that adds a number to somebody known by the same INS and traits adds it to that record', async () => {
  const person = aPatient().qualified()
  const known = await server().create(person.build())
  const [ins] = person.build().identifier ?? []
  const number = `O-${person.ipp}`
  const sent = person
    .with({ identifier: [...(ins === undefined ? [] : [ins]), { system: OTHER, value: number }] })
    .build()
  const answer = await feed(server(), number, sent, OTHER)
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.resource('Patient').id, known.id)
  const pix = pixAnswer(await server().get(pixAddress(`${OTHER}|${number}`, IPP)))
  assert.deepEqual(pix, { identifiers: [`${IPP}|${person.ipp}`], patients: [`Patient/${known.id}`] })
})

test('PIX-104-1: the same INS with another strict trait is a conflict, whoever sends it', async () => {
  const person = aPatient().qualified()
  await server().create(person.build())
  const [ins] = person.build().identifier ?? []
  const number = `O-${person.ipp}`
  const identifier = [...(ins === undefined ? [] : [ins]), { system: OTHER, value: number }]
  const sent = person.named('AUTREPERSONNE').with({ identifier }).build()
  assertRefused(await feed(server(), number, sent, OTHER), 409, 'identity.conflict')
  assertRefused(await server().get(pixAddress(`${OTHER}|${number}`)), 404, 'pix.source-unknown')
})

describe('PIX-104-8: a source touches its own domain only', () => {
  test('PIX-104-1 PIX-104-8: numbers of other domains stay, the source replaces its own', async () => {
    const person = aPatient().qualified()
    const { identifier = [] } = person.build()
    const number = `O-${person.ipp}`
    await server().create(person.with({ identifier: [...identifier, { system: OTHER, value: number }] }).build())
    const second = `P-${person.ipp}`
    const numbers = [number, second].map((value) => ({ system: OTHER, value }))
    const answer = await feed(server(), number, { ...asKnownElsewhere(person, number), identifier: numbers }, OTHER)
    assert.equal(answer.status, 200, answer.text)
    const held = (answer.resource('Patient').identifier ?? []).map(({ system, value }) => `${system}|${value}`)
    const others = [`${INS_TEST}|${person.ins}`, `${IPP}|${person.ipp}`]
    assert.deepEqual(held.sort(), [...others, `${OTHER}|${number}`, `${OTHER}|${second}`].sort())
    const withoutSecond = await feed(server(), number, asKnownElsewhere(person, number), OTHER)
    const left = (withoutSecond.resource('Patient').identifier ?? []).map(({ system, value }) => `${system}|${value}`)
    assert.deepEqual(left.sort(), [...others, `${OTHER}|${number}`].sort())
    assertRefused(await server().get(pixAddress(`${OTHER}|${second}`)), 404, 'pix.source-unknown')
  })

  test('PIX-104-1 PIX-104-8: a qualified identity is not lowered by a source that does not know the INS', async () => {
    const person = aPatient().qualified()
    const { identifier = [] } = person.build()
    const number = `O-${person.ipp}`
    const known = await server().create(
      person.with({ identifier: [...identifier, { system: OTHER, value: number }] }).build(),
    )
    const sent = { ...asKnownElsewhere(person, number), telecom: [{ system: 'phone' as const, value: '+33100000009' }] }
    const stored = (await feed(server(), number, sent, OTHER)).resource('Patient')
    assert.deepEqual(stored.extension, known.extension)
    assert.deepEqual(stored.name?.[0], known.name?.[0])
    assert.deepEqual(stored.meta?.profile, known.meta?.profile)
    assert.deepEqual(stored.telecom, sent.telecom)
  })

  test('PIX-104-1 PIX-104-8: strict traits of another person are a conflict with a qualified identity', async () => {
    const person = aPatient().qualified()
    const { identifier = [] } = person.build()
    const number = `O-${person.ipp}`
    const known = await server().create(
      person.with({ identifier: [...identifier, { system: OTHER, value: number }] }).build(),
    )
    const changes: Partial<Patient>[] = [
      { birthDate: '1999-09-09' },
      { gender: 'male' },
      { name: [{ use: 'official', family: 'AUTREPERSONNE', given: ['LUCIE'] }] },
    ]
    for (const change of changes) {
      const answer = await feed(server(), number, { ...asKnownElsewhere(person, number), ...change }, OTHER)
      assertRefused(answer, 409, 'identity.conflict')
    }
    assert.equal((await server().get(`Patient/${known.id}`)).headers.etag, 'W/"1"')
  })

  test('PIX-104-8: a source that doubts a qualified identity is told that the INS forbids it', async () => {
    const person = aPatient().qualified()
    const { identifier = [] } = person.build()
    const number = `O-${person.ipp}`
    await server().create(person.with({ identifier: [...identifier, { system: OTHER, value: number }] }).build())
    const [reliability] = person.build().extension ?? []
    const doubt = structuredClone(reliability)
    const coding = doubt?.extension?.find(({ url }) => url === 'identityStatus')?.valueCoding
    assert.ok(coding !== undefined && doubt !== undefined)
    coding.code = 'DOUT'
    const sent = { ...asKnownElsewhere(person, number), extension: [doubt] }
    assertRefused(await feed(server(), number, sent, OTHER), 422, 'INS-04')
  })

  test('PIX-104-8: the number of another patient cannot be taken', async () => {
    const [one, two] = [aPatient(), aPatient()]
    for (const person of [one, two]) await feed(server(), person.ipp, person.build())
    const identifier = [...(one.build().identifier ?? []), ...(two.build().identifier ?? [])]
    const answer = await feed(server(), one.ipp, one.with({ identifier }).build())
    assertRefused(answer, 409, 'identity.identifier-taken')
  })
})

test('PIX-104-4: a patient comes in XML too', async () => {
  const person = aPatient()
  await server().create(person.build())
  const xml = (await server().get(byNumber(person.ipp), { accept: 'application/fhir+xml' })).text
  const patient = /<Patient xmlns.*<\/Patient>/s.exec(
    xml.replace('<Patient>', '<Patient xmlns="http://hl7.org/fhir">'),
  )?.[0]
  assert.ok(patient !== undefined, xml)
  const answer = await server().put(byNumber(person.ipp), patient, { 'content-type': 'application/fhir+xml' })
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.headers.etag, 'W/"2"')
})

test('PIX-104-7: every element of the PDQm patient is taken and given back', async () => {
  const person = aPatient()
  const maiden = { url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', valueString: 'MERE' }
  const sent = person
    .with({
      extension: [maiden],
      address: [{ line: ['1 rue Fictive'], city: 'Mazoires', postalCode: '63420', country: 'FRA' }],
      maritalStatus: { text: 'célibataire' },
      multipleBirthBoolean: false,
      contact: [{ name: { family: 'PROCHE' } }],
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'fr' }] } }],
      managingOrganization: { display: 'Hôpital fictif' },
    })
    .build()
  const stored = (await feed(server(), person.ipp, sent)).resource('Patient')
  const { meta: _meta, id: _id, ...elements } = stored
  const { meta: _sent, ...expected } = sent
  assert.deepEqual(elements, expected)
})

test('PIX-104-9: the CapabilityStatement declares conditional update and deletion', async () => {
  const { rest = [] } = (await server().get('metadata')).resource('CapabilityStatement')
  const patient = rest[0]?.resource?.find(({ type }) => type === 'Patient')
  assert.equal(patient?.conditionalUpdate, true)
  assert.equal(patient?.conditionalDelete, 'single')
  const codes = patient?.interaction?.map(({ code }) => code) ?? []
  assert.ok(codes.includes('update') && codes.includes('delete'))
})

describe('PIX-104-3: remove', () => {
  test('PIX-104-3: a patient without documents is removed and nothing returns it; the number is free again', async () => {
    const person = aPatient()
    const { id } = await server().create(person.build())
    assert.equal((await server().delete(byNumber(person.ipp))).status, 204)
    assertRefused(await server().get(`Patient/${id}`), 410, 'resource.deleted')
    assert.equal((await server().get(byNumber(person.ipp))).resource('Bundle').total, 0)
    assertRefused(await server().get(pixAddress(`${IPP}|${person.ipp}`, IPP)), 404, 'pix.source-unknown')
    assert.equal((await server().delete(byNumber(person.ipp))).status, 204)
    const again = await feed(server(), person.ipp, person.build())
    assert.equal(again.status, 201)
    assert.notEqual(again.resource('Patient').id, id)
  })

  test('PIX-104-3: a patient whom only the feed knows is removed too', async () => {
    const person = aPatient()
    await feed(server(), person.ipp, person.build())
    assert.equal((await server().delete(byNumber(person.ipp))).status, 204)
    assert.equal((await feed(server(), person.ipp, person.build())).status, 201)
  })

  test('PIX-104-3: a patient with documents is refused by policy, whoever sees them', async () => {
    const { person, id } = await followed(server())
    const before = await server().counts()
    assertRefused(await server().delete(byNumber(person.ipp)), 409, 'patient.has-documents')
    assert.deepEqual(await server().counts(), before)
    assert.equal((await server().get(`Patient/${id}`)).status, 200)
  })

  test('PIX-104-6: several patients match: 412, and both stay', async () => {
    const [one, two] = [aPatient(), aPatient()]
    const ids = [await server().create(one.build()), await server().create(two.build())].map(({ id }) => id)
    const criteria = new URLSearchParams({ identifier: `${IPP}|${one.ipp},${IPP}|${two.ipp}` })
    assertRefused(await server().delete(`Patient?${criteria}`), 412, 'precondition.multiple')
    for (const id of ids) assert.equal((await server().get(`Patient/${id}`)).status, 200)
  })
})

const EXAMPLES = resolve('../shared/official/ihe/pixm/examples')
const skip = process.env.CI !== 'true' && !existsSync(EXAMPLES) ? 'the official examples are not here' : false

test('PIX-104-1 PIX-104-2 PIX-104-7: the story of the official examples', { skip }, async () => {
  const read = (name: string): Patient => {
    const { id: _id, ...patient } = JSON.parse(readFileSync(`${EXAMPLES}/Patient-${name}.json`, 'utf8'))
    return patient
  }
  const RED = 'urn:oid:1.3.6.1.4.1.21367.13.20.1000'
  const [alice, maiden] = [
    await feed(server(), 'IHERED-994', read('MohrAlice-Red'), RED),
    await feed(server(), 'IHERED-m94', read('MaidenAlice-Red'), RED),
  ]
  assert.deepEqual([alice.status, maiden.status], [201, 201])
  assert.equal((await feed(server(), 'IHERED-994', read('MohrAlissa-Red'), RED)).status, 200)
  const resolved = await feed(server(), 'IHERED-m94', read('MohrMaidenResolvedByMohrMalice-Red'), RED)
  assert.equal(resolved.status, 200, resolved.text)
  const { active, link } = resolved.resource('Patient')
  assert.equal(active, false)
  assert.equal(link?.[0]?.other?.reference, `Patient/${alice.resource('Patient').id}`)
  assert.equal(link[0].other.identifier?.value, 'IHERED-994')
})
