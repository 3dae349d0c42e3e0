import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Patient } from '@medplum/fhirtypes'
import { changeDpi } from '../../../src/smart/call/dpis.ts'
import { OUTCOME_LIFE } from '../../../src/smart/call/outcomes.ts'
import { hashOf } from '../../../src/smart/secrets.ts'
import { aPatient, INS_TEST, IPP } from '../../support/builders.ts'
import { aDpi } from '../../support/dpi.ts'
import { aProfessional, ONCOLOGIST } from '../../support/signed-in.ts'
import { formsOf, type Shown } from '../../support/visitor.ts'
import { protectedServer } from '../server.ts'
import { about, aKnownPatient, assertError, called, pathOf, type Seated, seated, tracesOf } from './stories.ts'

let offset = 0
let strangers = 0

/** A person whose birth name is nobody else's. */
function aStranger() {
  strangers += 1
  return aPatient().named(`TESTFICTIF ${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[strangers] ?? ''}`)
}

const server = protectedServer({ now: () => new Date(Date.now() + offset) })

/** A sheet of an unknown patient in a browser. */
async function aSheet(patient: Patient, change: object = {}, who?: Seated) {
  const dpi = await aDpi(server())
  const seat = who ?? (await seated(server()))
  const page = await called(server(), seat.visitor, dpi, about(patient, change), {
    sub: seat.session.professional.nationalId,
  })
  assert.equal(pathOf(page), '/drafts/*', page.text)
  return { ...seat, dpi, page }
}

function confirm(seat: Seated, fields: Record<string, string> = {}): Promise<Shown> {
  return seat.visitor.submit(/^\/drafts\/[^/]+$/, { reason: 'new-rcp', ...fields })
}

function holder(patient: Patient, system: string): Promise<string | undefined> {
  const value = patient.identifier?.find((one) => one.system === system)?.value ?? ''
  return server().record.dcc.store.lookup('patient', { system, value })
}

/** No record of authorization names the patient. */
async function assertNothingKept(patient: Patient): Promise<void> {
  const family = patient.name?.[0]?.family ?? ''
  for (const model of ['PatientDraft', 'PendingCall', 'CallHandle', 'PageContext', 'CallJti']) {
    const records = await server().record.dcc.store.authorization.list(model, 0)
    assert.ok(!records.some(({ payload }) => payload.includes(`${family}"`)), model)
  }
}

const counts = () => server().record.dcc.store.counts()

test('R8: an unknown patient is a sheet of which nothing is in the record, until it is confirmed', async () => {
  const patient = aStranger().qualified().build()
  const who = await seated(server())
  const before = await counts()
  const seat = await aSheet(patient, {}, who)
  assert.deepEqual(
    { ...(await counts()), access_trace: 0, authorization_record: 0 },
    { ...before, access_trace: 0, authorization_record: 0 },
  )
  const page = await confirm(seat)
  const id = await holder(patient, INS_TEST)
  assert.ok(id !== undefined)
  assert.equal(pathOf(page), `/patients/${id}`)
  assert.equal(await holder(patient, IPP), id)
  const state = await server().record.dcc.store.patient(id)
  assert.deepEqual([state?.identityStatus, state?.visible], ['QUAL', true])
  assert.ok((await tracesOf(server(), 'draft-confirmed')).includes('draft-confirmed new-rcp'))
})

test('R8: the same call opens the sheet of the patient afterwards', async () => {
  const patient = aStranger().qualified().build()
  const seat = await aSheet(patient)
  await confirm(seat)
  const page = await called(server(), seat.visitor, seat.dpi, about(patient))
  assert.equal(pathOf(page), `/patients/${await holder(patient, INS_TEST)}`)
})

test('R8: an identity that is not qualified is registered provisional, without its INS', async () => {
  const patient = aStranger().qualified().build()
  const value = patient.identifier?.[0]?.value
  const ins = { value, oid: INS_TEST.slice('urn:oid:'.length), status: 'RECUP' }
  const seat = await aSheet(patient, { ins })
  assert.ok(!seat.page.text.includes(value ?? 'no number'))
  await confirm(seat)
  assert.equal(await holder(patient, INS_TEST), undefined)
  const id = await holder(patient, IPP)
  assert.equal((await server().record.dcc.store.patient(id ?? ''))?.identityStatus, 'PROV')
})

test('a reason is needed, and a topography is one', async () => {
  const patient = aStranger().qualified().build()
  const seat = await aSheet(patient)
  assert.equal((await confirm(seat, { reason: '' })).status, 400)
  assert.equal((await confirm(seat, { topography: 'Z99' })).status, 400)
  assert.equal(await holder(patient, INS_TEST), undefined)
  await confirm(seat, { topography: 'C50.9' })
  const [pathway] = await server().record.dcc.store.pathways((await holder(patient, INS_TEST)) ?? '')
  assert.equal(pathway?.topography, 'C50.9')
})

test('two professionals who confirm one unknown patient at once register one; the other hears what the rules say', async () => {
  const patient = aStranger().qualified().build()
  const colleague = aProfessional('810000000055')
  const seats = [await aSheet(patient), await aSheet(patient, {}, await seated(server(), colleague))]
  const before = await counts()
  const pages = await Promise.all(seats.map((seat) => confirm(seat)))
  const after = await counts()
  assert.equal((after.patient ?? 0) - (before.patient ?? 0), 1)
  assert.equal((after.care_pathway ?? 0) - (before.care_pathway ?? 0), 1)
  assert.deepEqual(pages.map(pathOf).sort(), ['/access/*', `/patients/${await holder(patient, INS_TEST)}`])
})

test('a form that is sent twice registers once, and leads to the same patient', async () => {
  const patient = aStranger().qualified().build()
  const { visitor, page } = await aSheet(patient)
  const form = formsOf(page).find(({ action }) => /^\/drafts\/[^/]+$/.test(action.pathname))
  assert.ok(form !== undefined)
  const members = { ...form.fields, reason: 'new-rcp' }
  const pages = await Promise.all([visitor.post(form.action, members), visitor.post(form.action, members)])
  const id = await holder(patient, INS_TEST)
  for (const shown of pages)
    assert.ok([`/patients/${id}`, form.action.pathname].includes(shown.url.pathname), shown.text)
  assert.ok(pages.some((shown) => pathOf(shown) === `/patients/${id}`))
})

for (const [id, head] of [
  ['at once', 0],
  ['a moment later', 8],
] as const) {
  test(`who confirms a sheet and gives it up ${id} is told what came of it`, async () => {
    const patient = aStranger().qualified().build()
    const { visitor, page } = await aSheet(patient)
    const [form, away] = formsOf(page).filter(({ action }) => action.pathname.startsWith('/drafts/'))
    assert.ok(form !== undefined && away !== undefined)
    const confirmed = visitor.post(form.action, { ...form.fields, reason: 'new-rcp' })
    await delay(head)
    const [, left] = await Promise.all([confirmed, visitor.post(away.action, away.fields)])
    const stored = await holder(patient, INS_TEST)
    if (stored === undefined) assert.match(left.text, /Rien n’a été enregistré/)
    else assert.equal(pathOf(left), `/patients/${stored}`, left.text)
  })
}

test('a sheet whose confirmation was cut off can be confirmed again, and given up', async () => {
  const { authorization } = server().record.dcc.store
  const sheets = [aStranger().qualified().build(), aStranger().qualified().build()]
  for (const [at, patient] of sheets.entries()) {
    const seat = await aSheet(patient)
    const cut = hashOf(seat.page.url.pathname.split('/')[2] ?? '')
    assert.ok(await authorization.consume('PatientDraft', cut, Math.floor((Date.now() + offset) / 1000)))
    offset += at === 0 ? 3_000 : 31_000
    const page = at === 0 ? await confirm(seat) : await seat.visitor.submit('/cancel')
    if (at === 0) assert.equal(pathOf(page), `/patients/${await holder(patient, INS_TEST)}`)
    else assert.match(page.text, /Rien n’a été enregistré/)
  }
  offset = 0
})

test('a patient who has become known meanwhile is not registered again', async () => {
  const patient = aStranger().qualified().build()
  const seat = await aSheet(patient)
  const id = await aKnownPatient(server(), patient)
  assert.equal(pathOf(await confirm(seat)), `/patients/${id}`)
})

test('a patient who has become known meanwhile with another trait is a conflict', async () => {
  const patient = aStranger().qualified().build()
  const seat = await aSheet(patient)
  await aKnownPatient(server(), { ...patient, birthDate: '1931-07-08' })
  assert.equal(pathOf(await confirm(seat)), '/conflict/*')
})

test('a sheet of a DPI that was shut out since is not confirmed', async () => {
  const patient = aStranger().qualified().build()
  const seat = await aSheet(patient)
  await changeDpi(server().record.dcc.store.authorization, { ...seat.dpi.registration, disabled: true })
  offset = 3000
  assertError(await confirm(seat), 400, 'call.unknown-dpi')
  offset = 0
  assert.equal(await holder(patient, INS_TEST), undefined)
})

test('a sheet that is cancelled leaves nothing: no row, no authorization record', async () => {
  const patient = aStranger().qualified().build()
  const before = await counts()
  const { visitor } = await aSheet(patient)
  await visitor.submit(/\/cancel$/)
  await assertNothingKept(patient)
  const after = await counts()
  for (const [table, rows] of Object.entries(before)) {
    if (!['access_trace', 'authorization_record', 'habilitation'].includes(table))
      assert.equal(after[table], rows, table)
  }
  assert.ok((await tracesOf(server(), 'draft-cancelled')).length > 0)
})

test('a sheet expires after half an hour and leaves nothing after the sweep', async () => {
  const patient = aStranger().qualified().build()
  const store = server().record.dcc.store
  const before = await counts()
  const seat = await aSheet(patient)
  offset = (OUTCOME_LIFE + 60) * 1000
  try {
    const page = await confirm(seat)
    assertError(page, 410, 'draft.gone')
    await store.authorization.sweep(Math.floor((Date.now() + offset) / 1000))
    await assertNothingKept(patient)
    const after = await counts()
    for (const table of ['patient', 'care_pathway', 'care_team_member', 'outbox']) {
      assert.equal(after[table], before[table], table)
    }
  } finally {
    offset = 0
  }
})

test('threat context-confusion: a sheet is of its own session; another one sees and confirms nothing', async () => {
  const patient = aStranger().qualified().build()
  const { page } = await aSheet(patient)
  const other = await seated(server(), aProfessional('810000000056'))
  assertError(await other.visitor.get(page.url), 410, 'context.unknown')
  const fields = { jeton: other.csrf, reason: 'new-rcp', contexte: page.url.searchParams.get('contexte') ?? '' }
  const home = await other.visitor.get('/')
  assert.equal(home.status, 200)
  assertError(await other.visitor.post(page.url.pathname, fields), 410, 'context.unknown')
  assert.equal(await holder(patient, INS_TEST), undefined)
})

test('threat context-confusion: the context of one sheet does not confirm another', async () => {
  const [first, second] = [aStranger().qualified().build(), aStranger().qualified().build()]
  const seat = await seated(server())
  const one = await aSheet(first, {}, seat)
  const two = await aSheet(second, {}, seat)
  const contexte = one.page.url.searchParams.get('contexte') ?? ''
  const page = await seat.visitor.post(two.page.url.pathname, { jeton: seat.csrf, contexte, reason: 'new-rcp' })
  assertError(page, 409, 'context.other-patient')
  assert.deepEqual([await holder(first, INS_TEST), await holder(second, INS_TEST)], [undefined, undefined])
})

test('what a professional corrects is traced by its name; two strict traits would be another patient', async () => {
  const patient = aStranger().build()
  const seat = await aSheet(patient)
  const other = await confirm(seat, { birthFamily: 'AUTRE', birthDate: '1950-01-01' })
  assertError(other, 409, 'draft.other-identity')
  await seat.visitor.get(seat.page.url)
  await confirm(seat, { usedFamily: 'ESSAI', birthDate: '1984-01-16' })
  const id = (await holder(patient, IPP)) ?? ''
  const stored = await server().record.dcc.store.patient(id)
  assert.match(stored?.text ?? '', /"birthDate":"1984-01-16"/)
  const traces = await server().record.dcc.store.entitlement.traces({ patientId: id, limit: 10 })
  const confirmed = traces.find(({ kind }) => kind === 'draft-confirmed')
  assert.equal(confirmed?.detail, 'new-rcp corrected: birthDate, usedFamily')
  assert.equal(confirmed.actor, ONCOLOGIST.nationalId)
})

test('R7: none of the candidates leads to a sheet, and its confirmation does not ask again', async () => {
  const patient = aPatient().named('JUMELLE', 'ZOE').build()
  await aKnownPatient(server(), patient)
  const dpi = await aDpi(server())
  const seat = await seated(server())
  const ipp = { system: IPP, value: `IPP-JUMELLE-${dpi.registration.id}` }
  const offered = await called(server(), seat.visitor, dpi, about(patient, { ipp }))
  const fields = { jeton: seat.csrf, contexte: offered.url.searchParams.get('contexte') ?? '', none: 'oui' }
  const page = await seat.visitor.post(offered.url.pathname, fields)
  assert.equal(pathOf(page), '/drafts/*', page.text)
  const confirmed = await confirm(seat)
  assert.equal(pathOf(confirmed), `/patients/${await server().record.dcc.store.lookup('patient', ipp)}`)
})
