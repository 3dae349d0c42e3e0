import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addToCareTeam } from '../../../src/dcc/entitlement/administration.ts'
import { aPatient, INS_TEST } from '../../support/builders.ts'
import { aDpi } from '../../support/dpi.ts'
import { aProfessional, ONCOLOGIST, signedIn } from '../../support/signed-in.ts'
import { protectedServer } from '../server.ts'
import { about, aKnownPatient, assertError, called, pathOf, seated, tracesOf } from './stories.ts'

const server = protectedServer()

test('R1: a signed call opens the sheet of the patient whose INS and traits are equal', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const { visitor, secret } = await seated(server())
  const page = await called(server(), visitor, dpi, about(patient))
  assert.equal(page.status, 200, page.text)
  assert.equal(pathOf(page), `/patients/${id}`)
  assert.notEqual(visitor.cookies().get('__Host-dcc'), secret, 'a launch gives the session another secret')
  const traces = await tracesOf(server())
  assert.ok(traces.includes('call-received context') && traces.includes('launch call R1'), traces.join('\n'))
})

test('R2: with another strict trait nothing is shown but the name of the trait; it is traced', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  const page = await called(server(), visitor, dpi, about(patient, { birthDate: '1990-02-03' }))
  assert.equal(pathOf(page), '/conflict/*')
  assert.ok(!page.text.includes(patient.birthDate ?? ''), 'our value is not told')
  assert.ok(!page.text.includes(id), 'no way to the record')
  assert.ok((await tracesOf(server(), 'identity-conflict')).includes('identity-conflict call R2 birthDate'))
  const [trace] = await server().record.dcc.store.entitlement.traces({ patientId: id, limit: 1 })
  const reference = /la référence <code>([^<]+)<\/code>/.exec(page.text)?.[1]
  assert.ok(reference !== undefined && reference === trace?.requestId, 'the reference of the page leads to the trace')
  const events = await server().record.dcc.store.pendingEvents(1000, new Date().toISOString())
  assert.ok(events.some(({ eventType, patientId }) => eventType === 'patient.identity-conflict' && patientId === id))
})

test('R3: an INS that is not qualified is not used: the number of the hospital finds the patient, unqualified', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  const ins = { value: patient.identifier?.[0]?.value, oid: INS_TEST.slice('urn:oid:'.length), status: 'PROV' }
  const page = await called(server(), visitor, dpi, about(patient, { ins }))
  assert.match(pathOf(page), /^\/patients\//)
  assert.ok((await tracesOf(server(), 'launch')).includes('launch call R4 R3 not-qualified'))
})

test('R3: nor is the INS of a DPI that the region does not believe', async () => {
  const dpi = await aDpi(server(), { ins_believed: false })
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  await called(server(), visitor, dpi, about(patient))
  assert.ok((await tracesOf(server(), 'launch')).includes('launch call R4 R3 not-believed'))
})

test('R7: without a number that is known, those of the same traits are offered, and a choice opens one', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().named('HOMONYME', 'ZOE').build()
  const id = await aKnownPatient(server(), patient)
  const hidden = await aKnownPatient(server(), aPatient().named('HOMONYME', 'ZOE').build(), { ofOthers: true })
  const { visitor } = await seated(server())
  const ipp = { system: dpi.registration.ipp_system, value: 'IPP-AUTRE-1' }
  const page = await called(server(), visitor, dpi, about(patient, { ipp }))
  assert.equal(pathOf(page), '/candidates/*')
  assert.ok(page.text.includes(id))
  assert.ok(!page.text.includes(hidden), 'whom the professional may not see is not told')
})

test('R5: after a call that led to the search, a record with another INS is not opened, however alike', async () => {
  const dpi = await aDpi(server())
  const { visitor, csrf } = await seated(server())
  const [patient, namesake] = [aPatient(), aPatient()].map((one) => one.qualified().named('JUMELLE').build())
  assert.ok(patient !== undefined && namesake !== undefined)
  const id = await aKnownPatient(server(), namesake)
  const page = await called(server(), visitor, dpi, about(patient, { birthPlaceCode: undefined, ipp: undefined }))
  assert.equal(pathOf(page), '/search')
  const contexte = page.url.searchParams.get('contexte') ?? ''
  const opened = await visitor.post('/search/open', { jeton: csrf, contexte, patient: id })
  assert.equal(pathOf(opened), '/conflict/*')
})

test('R10: not in the care team, no pathway and in conflict unseen give one page with one status', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  const patients = [aPatient().qualified().build(), aPatient().qualified().build(), aPatient().qualified().build()]
  const [ofOthers, hidden, discordant] = patients
  assert.ok(ofOthers !== undefined && hidden !== undefined && discordant !== undefined)
  await aKnownPatient(server(), ofOthers, { ofOthers: true })
  await aKnownPatient(server(), hidden, { pathway: false })
  await aKnownPatient(server(), discordant, { ofOthers: true })
  const pages = [
    await called(server(), visitor, dpi, about(ofOthers)),
    await called(server(), visitor, dpi, about(hidden)),
    await called(server(), visitor, dpi, about(discordant, { birthDate: '1990-02-03' })),
  ]
  const seen = pages.map(({ status, text, url }) => ({
    status,
    path: pathOf({ url }),
    // What the DPI has transmitted of each is all that differs.
    text: text.replaceAll(/[A-Za-z0-9_-]{43}|[0-9a-f-]{36}|<dl class="traits">.*<\/dl>/g, '*'),
  }))
  assert.deepEqual(seen[0], seen[1])
  assert.deepEqual(seen[0], seen[2])
  assert.equal(seen[0]?.path, '/access/*')
  assert.ok((await tracesOf(server(), 'identity-conflict')).includes('identity-conflict call R10 R2'))
})

test('R10: after the care team has changed the same call opens', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient, { ofOthers: true })
  const { visitor } = await seated(server())
  assert.equal(pathOf(await called(server(), visitor, dpi, about(patient))), '/access/*')
  await addToCareTeam(server().record.dcc, { patientId: id, nationalId: ONCOLOGIST.nationalId })
  assert.equal(pathOf(await called(server(), visitor, dpi, about(patient))), `/patients/${id}`)
})

test('a call without patient opens the search', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  const page = await called(server(), visitor, dpi, {})
  assert.deepEqual([page.status, pathOf(page)], [200, '/search'])
})

test('a test identity is refused in production, and a real one in a test installation', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  const patient = aPatient().qualified().build()
  const ins = { value: patient.identifier?.[0]?.value, oid: '1.2.250.1.213.1.4.8', status: 'QUAL' }
  assertError(await called(server(), visitor, dpi, about(patient, { ins })), 400, 'call.wrong-domain')
})

test('threat launch-csrf-forced-login: a call for somebody else is refused, and burnt', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  const page = await called(server(), visitor, dpi, about(patient), { sub: '810000000009' })
  assertError(page, 403, 'call.other-user')
  assertError(await visitor.get(page.url), 410, 'call.used')
  assert.ok((await tracesOf(server(), 'call-refused')).includes('call-refused call.other-user'))
})

test('whoever runs the server reads in the log why a call was refused, by the request of the page, and no identity', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const { visitor } = await seated(server())
  const before = server().logs.length
  const page = await called(server(), visitor, dpi, about(patient), {
    parts: { claims: { aud: 'https://other.test' } },
  })
  assertError(page, 400, 'call.invalid')
  const requestId = /requête <code>([^<]+)<\/code>/.exec(page.text)?.[1]
  const lines = server().logs.slice(before)
  const told = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'call refused')
  assert.equal(told?.requestId, requestId)
  assert.equal(told?.detail, `claim aud (said to be of ${dpi.registration.id})`)
  const { family } = patient.name?.[0] ?? {}
  for (const value of [family, patient.birthDate, patient.identifier?.[0]?.value]) {
    assert.ok(value !== undefined && !lines.join().includes(value))
  }
})

test('a call for the RPPS of who has signed in is for them', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  const { visitor } = await seated(server())
  const page = await called(server(), visitor, dpi, about(patient), { sub: ONCOLOGIST.rpps ?? '' })
  assert.match(pathOf(page), /^\/patients\//)
})

test('who has not signed in is sent to the sign-in with the address of the call alone', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const { visitor, secret } = await seated(server())
  const id = await aKnownPatient(server(), patient)
  visitor.cookies().delete('__Host-dcc')
  const page = await called(server(), visitor, dpi, about(patient))
  const [, bound, login] = page.trail
  assert.match(bound?.pathname ?? '', /^\/calls\//)
  assert.equal(login?.href, `${bound?.origin}/login?${new URLSearchParams({ next: bound?.pathname ?? '' })}`)
  visitor.cookies().set('__Host-dcc', secret)
  assert.equal(pathOf(await visitor.get(bound ?? '')), `/patients/${id}`)
})

test('who is not habilitated opens nothing', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient)
  const stranger = aProfessional('810000000777')
  const { visitor } = await seated(server(), aProfessional('810000000778'))
  const { secret } = await signedIn(server(), stranger)
  visitor.cookies().set('__Host-dcc', secret)
  const page = await called(server(), visitor, dpi, about(patient), { sub: stranger.nationalId })
  assertError(page, 403, 'professional.not-habilitated')
})

test('R10: an emergency with a reason asks the rules again, and opens the patient of the call', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient, { ofOthers: true })
  const { visitor } = await seated(server())
  await called(server(), visitor, dpi, about(patient))
  const page = await visitor.submit(/^\/access\//, {
    reason: 'vital',
    words: 'Patiente admise aux urgences pour une hémoptysie massive.',
    told: 'oui',
  })
  assert.equal(pathOf(page), `/patients/${id}`, page.text)
  assert.ok((await tracesOf(server(), 'emergency-access')).length > 0)
})

test('R10: in an emergency a conflict of identity stays one', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  await aKnownPatient(server(), patient, { ofOthers: true })
  const { visitor } = await seated(server())
  await called(server(), visitor, dpi, about(patient, { birthDate: '1990-02-03' }))
  const page = await visitor.submit(/^\/access\//, {
    reason: 'vital',
    words: 'Patiente admise aux urgences pour une hémoptysie massive.',
    told: 'oui',
  })
  assert.equal(pathOf(page), '/conflict/*', page.text)
})
