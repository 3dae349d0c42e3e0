import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordChoice } from '../../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../../src/dcc/entitlement/open.ts'
import { changePatient } from '../../../src/dcc/merge.ts'
import { revisePatient } from '../../../src/dcc/patients.ts'
import { UnitOfWork } from '../../../src/dcc/unit-of-work.ts'
import { aPatient } from '../../support/builders.ts'
import { aDpi } from '../../support/dpi.ts'
import { ONCOLOGIST } from '../../support/signed-in.ts'
import type { Shown } from '../../support/visitor.ts'
import { protectedServer } from '../server.ts'
import { about, aKnownPatient, called, pathOf, seated, tracesOf } from './stories.ts'

const server = protectedServer()
const COMPLETE = {
  reason: 'vital',
  words: 'Patiente admise aux urgences pour une hémoptysie massive.',
  told: 'oui',
}

const accessTo = (id: string) => openEntitlements(server().record.dcc).access(ONCOLOGIST, id)

/** What a page says, without what differs from one call to another. */
const said = ({ text }: Shown): string => text.replaceAll(/[A-Za-z0-9_-]{43}/g, '*')

test('R10: the page of a refused call says whom it is about, as the DPI said it, whether or not there is a record', async () => {
  const dpi = await aDpi(server(), { name: 'DPI <du> CHU' })
  const { visitor } = await seated(server())
  const one = aPatient().qualified().named('TRANSMISE').build()
  const ipp = { system: dpi.registration.ipp_system, value: 'IPP-SHOWN' }
  const change = { ipp, birthFamily: 'Transmise-Autrement', birthPlaceCode: '75056', usedFamily: '<b>USUEL</b>' }
  const opposed = await aKnownPatient(server(), one, { ofOthers: true })
  await recordChoice(server().record.dcc, opposed, 'oppose')
  const page = await called(server(), visitor, dpi, about(one, change))
  assert.equal(pathOf(page), '/access/*')
  for (const text of [
    'Patient de l’appel',
    'Transmise-Autrement',
    '75056',
    'IPP-SHOWN',
    '&lt;b&gt;USUEL',
    '&lt;du&gt;',
  ]) {
    assert.ok(page.text.includes(text), text)
  }
  assert.ok(!page.text.includes('TRANSMISE'), 'nothing of the record')
  const incomplete = await visitor.submit('/access/emergency', { ...COMPLETE, words: 'court' })
  assert.ok(incomplete.status === 400 && incomplete.text.includes('IPP-SHOWN'))
  const again = await visitor.submit('/access/emergency', COMPLETE)
  assert.ok(again.status === 403 && again.text.includes('IPP-SHOWN'))
  assert.match(again.text, /n’a pas ouvert de dossier/)
})

test('R10: the pages of a call of an opposed patient and of one in hidden conflict differ in nothing', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  const told = { birthFamily: 'MEME', birthGiven: 'PAGE', birthDate: '1975-05-05', gender: 'female' }
  const pages: string[] = []
  for (const birthDate of ['1975-05-05', '1976-05-05']) {
    const patient = aPatient().named('MEME', 'PAGE').born(birthDate).build()
    const id = await aKnownPatient(server(), patient, { ofOthers: true })
    await recordChoice(server().record.dcc, id, 'oppose')
    const page = await called(server(), visitor, dpi, about(patient, told))
    assert.equal(page.status, 403)
    const value = patient.identifier?.[0]?.value ?? ''
    pages.push(said(page).replaceAll(value, 'IPP'))
    pages.push(said(await visitor.submit('/access/emergency', COMPLETE)).replaceAll(value, 'IPP'))
  }
  assert.equal(pages[0], pages[2])
  assert.equal(pages[1], pages[3])
})

test('R2: an emergency lets nobody into a record that contradicts the call, and is traced all the same', async () => {
  const dpi = await aDpi(server())
  const patient = aPatient().qualified().build()
  const id = await aKnownPatient(server(), patient, { ofOthers: true })
  const { visitor } = await seated(server())
  await called(server(), visitor, dpi, about(patient, { birthDate: '1990-02-03' }))
  assert.equal(pathOf(await visitor.submit('/access/emergency', COMPLETE)), '/conflict/*')
  assert.deepEqual(await accessTo(id), { allowed: false, reason: 'not-in-care-team', emergency: true })
  assert.ok((await tracesOf(server(), 'patient-refused')).includes('patient-refused emergency: R2'))
})

test('an emergency opens whom the numbers of the call lead to now, not whom they led to when the page was shown', async () => {
  const dpi = await aDpi(server())
  const { visitor } = await seated(server())
  const patient = aPatient().named('NUMERO', 'DEPLACE').born('1961-06-01').build()
  const before = await aKnownPatient(server(), patient, { ofOthers: true })
  await called(server(), visitor, dpi, about(patient))
  const { dcc } = server().record
  const unit = new UnitOfWork(dcc)
  const state = await unit.patientState(before)
  assert.ok(state !== undefined)
  await revisePatient(unit, state, { ...JSON.parse(state.text), birthDate: '1991-06-01' })
  await unit.commit()
  assert.equal(pathOf(await visitor.submit('/access/emergency', COMPLETE)), '/conflict/*')
  assert.equal((await accessTo(before)).allowed, false)
})

test('R9: a candidate who was merged since the list was shown is opened only if no trait of the survivor contradicts the call', async () => {
  const dpi = await aDpi(server())
  const { visitor, csrf } = await seated(server())
  const [gone, kept] = [aPatient(), aPatient()].map((one) => one.named('FUSIONNE', 'DEPUIS').born('1971-07-07').build())
  assert.ok(gone !== undefined && kept !== undefined)
  const one = await aKnownPatient(server(), gone)
  const ipp = { system: dpi.registration.ipp_system, value: 'IPP-AUTRE-9' }
  const page = await called(server(), visitor, dpi, about(gone, { ipp }))
  assert.equal(pathOf(page), '/candidates/*')
  const two = await aKnownPatient(server(), kept)
  const { dcc } = server().record
  const merging = new UnitOfWork(dcc)
  const state = await merging.patientState(one)
  assert.ok(state !== undefined)
  const link = [{ other: { reference: `Patient/${two}` }, type: 'replaced-by' as const }]
  const sent = { ...JSON.parse(state.text), active: false, link }
  await changePatient(merging, state, sent, { method: 'PUT', feed: undefined })
  await merging.commit()
  const choose = () =>
    visitor.post(page.url.pathname, {
      jeton: csrf,
      contexte: page.url.searchParams.get('contexte') ?? '',
      patient: one,
    })
  assert.equal(pathOf(await choose()), `/patients/${two}`)
  const revising = new UnitOfWork(dcc)
  const survivor = await revising.patientState(two)
  assert.ok(survivor !== undefined)
  await revisePatient(revising, survivor, { ...JSON.parse(survivor.text), birthDate: '1981-07-07' })
  await revising.commit()
  assert.equal(pathOf(await choose()), '/conflict/*')
})
