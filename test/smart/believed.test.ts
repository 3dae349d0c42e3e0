import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Administration,
  addToCareTeam,
  changeHabilitation,
  removeFromCareTeam,
} from '../../src/dcc/entitlement/administration.ts'
import { openStore } from '../../src/store/open.ts'
import { aClinician, aKnownPatient, anApp, appPages, authorize, openServer, redeem, tokens } from './apps.ts'
import { bearer } from './server.ts'

/** How long a running server goes on believing what it has read of people: not past its own writes, nor past a second. */

const server = openServer()
const pages = appPages()

async function launched() {
  const clinician = await aClinician(server())
  const app = await anApp(server(), pages(), 'public')
  const returned = await authorize(server(), clinician.visitor, app, { scope: 'user/*.rs' })
  const { access_token } = tokens(await redeem(server(), app, returned))
  const status = async (id: string) => (await server().get(`Patient/${id}`, bearer(access_token))).status
  return { ...clinician, nationalId: clinician.professional.nationalId, status }
}

/** The record as the command line has it: a store of its own. */
async function elsewhere(change: (administration: Administration) => Promise<unknown>): Promise<void> {
  const store = await openStore(server().config.store)
  await change({ store, now: () => new Date() })
  await store.close()
}

async function becomes(status: () => Promise<number>, expected: number): Promise<void> {
  const until = Date.now() + 3000
  while ((await status()) !== expected && Date.now() < until) await delay(100)
  assert.equal(await status(), expected)
}

test('what this server changes is in force at the next request, both ways', async () => {
  const { nationalId, patientId, status } = await launched()
  const { dcc } = server().record
  const other = await aKnownPatient(server())
  for (let turn = 0; turn < 3; turn += 1) {
    assert.deepEqual([await status(patientId), await status(other.id)], [200, 404])
    await addToCareTeam(dcc, { patientId: other.id, nationalId })
    assert.equal(await status(other.id), 200)
    await removeFromCareTeam(dcc, { patientId: other.id, nationalId })
  }
  await changeHabilitation(dcc, { nationalId }, 'suspend')
  assert.equal(await status(patientId), 401)
  await changeHabilitation(dcc, { nationalId }, 'resume')
  assert.equal(await status(patientId), 200)
})

test('what the command line changes is in force within moments, both ways, while requests go on', async () => {
  const { nationalId, patientId, status } = await launched()
  const other = await aKnownPatient(server())
  assert.deepEqual([await status(patientId), await status(other.id)], [200, 404])
  await elsewhere((there) => addToCareTeam(there, { patientId: other.id, nationalId }))
  await becomes(() => status(other.id), 200)
  await elsewhere((there) => removeFromCareTeam(there, { patientId: other.id, nationalId }))
  await becomes(() => status(other.id), 404)
  await elsewhere((there) => changeHabilitation(there, { nationalId }, 'suspend'))
  await becomes(() => status(patientId), 401)
})
