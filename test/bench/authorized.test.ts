import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { prepareLaunch, sendLaunch } from '../../bench/app.ts'
import { AUTHORIZED_MEASUREMENTS, LEAST_AUTHORIZED } from '../../bench/authorized.ts'
import { type BenchClients, newClients } from '../../bench/authorized-server.ts'
import { tokenOf } from '../../bench/back-end.ts'
import { MOST, PEOPLE_MEASUREMENTS, SHEET_DOCUMENTS } from '../../bench/people.ts'
import { openPerson } from '../../bench/person.ts'
import { freePort } from '../support/browser.ts'
import { aPatient } from '../support/builders.ts'
import { startServer, type TestServer } from '../support/server.ts'

let clients: BenchClients
let server: TestServer

before(async () => {
  clients = await newClients()
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  server = await startServer({ config: { auth: 'on', clients: clients.settings.DCC_CLIENTS ?? '', port, baseUrl } })
})
after(async () => {
  await server.stop()
  await clients.remove()
})

test('reads are measured with a token against the same without, and may lose a fifth', () => {
  const names = AUTHORIZED_MEASUREMENTS.map(({ name }) => name)
  assert.deepEqual(names, ['auth-read/patient', 'auth-read/page', 'auth-read/person'])
  assert.equal(LEAST_AUTHORIZED, 0.8)
})

test('launches and sheets are measured against their aims', () => {
  const names = PEOPLE_MEASUREMENTS.map(({ name }) => name)
  assert.deepEqual(names, ['launch', 'launch/parallel', 'sheet', 'sheet/size'])
  assert.deepEqual([MOST, SHEET_DOCUMENTS], [{ launch: 60, sheet: 300, size: 60_000 }, 200])
})

test('the clients of the measurements are let in, for themselves and for somebody who has signed in', async () => {
  const { baseUrl, store, blobs } = server.config
  const back = { authorization: `Bearer ${await tokenOf(clients.backEnd, baseUrl)}` }
  const patient = (await server.post('Patient', aPatient().qualified().build(), back)).resource('Patient')
  const person = await openPerson({ store, blobs }, patient.id ?? '')
  try {
    const { app } = clients
    const launch = await prepareLaunch(app, baseUrl, await person.launch(app.registration.id))
    const authorization = `Bearer ${await sendLaunch(baseUrl, person.cookie, launch)}`
    assert.equal((await server.get(`Patient/${patient.id}`, { authorization })).status, 200)
    const page = `/patients/${patient.id}?contexte=${await person.page()}`
    assert.equal((await server.get(page, { cookie: person.cookie })).status, 200)
  } finally {
    await person.close()
  }
})
