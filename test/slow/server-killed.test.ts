import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type OpenRecord, openRecord } from '../../src/app.ts'
import { aClinician, aLaunch, anApp, appPages, authorize, redeem, refresh, tokens } from '../smart/apps.ts'
import { about, aKnownPatient, called, pathOf, seated } from '../smart/call/stories.ts'
import { bearer } from '../smart/server.ts'
import { aPatient, IPP } from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { aDpi } from '../support/dpi.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { configOf, productionEnv, type ServerProcess, startProcess } from '../support/process.ts'
import { aProfessional } from '../support/signed-in.ts'
import { aVisitor, type Shown } from '../support/visitor.ts'

const postgres = await startPostgres()
after(() => postgres?.stop())

const ROUNDS = 6
const EMERGENCY = { reason: 'vital', words: 'hémorragie, équipe injoignable', told: 'oui' }
const OF_EACH = 4

/** An answer, or undefined when the server died first. */
const unlessKilled = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined)

describe('a server that is killed', { skip: postgres === undefined && NO_POSTGRES }, () => {
  let folder = ''
  let env: NodeJS.ProcessEnv = {}
  let record: OpenRecord
  let server: ServerProcess
  const pages = appPages()
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-killed-'))
    env = productionEnv((await postgres?.createDatabase()) ?? '', folder)
    record = await openRecord(configOf(env))
    server = await startProcess(env, record)
  })
  after(async () => {
    await server?.stop()
    await record?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('has lost nothing that it acknowledged, and nothing is half there', { timeout: 300_000 }, async (t) => {
    const told = { codes: 0, refreshes: 0, sheets: 0, emergencies: 0 }
    const after = { codes: 0, refreshes: 0, sheets: 0, emergencies: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      const app = await anApp(server, pages(), 'public', { consent: 'implied' })
      const person = await aClinician(server)
      const launched = async () => {
        const launch = await aLaunch(server, app, person)
        const tab = aVisitor(server, person.signedIn.cookie)
        return authorize(server, tab, app, { scope: 'launch openid patient/*.rs offline_access', launch })
      }
      const many = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: OF_EACH }, make))
      const codes = await many(launched)
      const held = await many(async () => tokens(await redeem(server, app, await launched())).refresh_token ?? '')
      const dpi = await aDpi(server)
      const who = aProfessional(`8${30_000_000_000 + round}`)
      const sheets = await many(async () => {
        const seat = await seated(server, who)
        const patient = aPatient().qualified().build()
        const page = await called(server, seat.visitor, dpi, about(patient), { sub: who.nationalId })
        assert.equal(pathOf(page), '/drafts/*', page.text)
        return { ...seat, ipp: patient.identifier?.find(({ system }) => system === IPP)?.value ?? '' }
      })
      const refused = await many(async () => {
        const seat = await seated(server, who)
        const id = await aKnownPatient(server, aPatient().qualified().build(), { ofOthers: true })
        const page = await seat.visitor.get(`/patients/${id}`)
        assert.equal(page.status, 403)
        return { ...seat, id }
      })

      for (const { visitor } of [...sheets, ...refused]) visitor.following = false
      const work = {
        codes: codes.map((returned) => unlessKilled(redeem(server, app, returned))),
        refreshes: held.map((token) => unlessKilled(refresh(server, app, token))),
        sheets: sheets.map(({ visitor }) => unlessKilled(visitor.submit(/^\/drafts\/[^/]+$/, { reason: 'new-rcp' }))),
        emergencies: refused.map(({ visitor }) => unlessKilled(visitor.submit(/^\/access/, { ...EMERGENCY }))),
      }
      // From the first answer on, a little later each time.
      await Promise.race(Object.values(work).flat())
      await delay(round * 150)
      await server.kill()
      const answers: {
        codes: (Answer | undefined)[]
        refreshes: (Answer | undefined)[]
        sheets: (Shown | undefined)[]
        emergencies: (Shown | undefined)[]
      } = {
        codes: await Promise.all(work.codes),
        refreshes: await Promise.all(work.refreshes),
        sheets: await Promise.all(work.sheets),
        emergencies: await Promise.all(work.emergencies),
      }
      server = await startProcess(env, record)

      for (const [index, answer] of answers.codes.entries()) {
        const returned = codes[index]
        assert.ok(returned !== undefined)
        if (answer?.status === 200) {
          told.codes += 1
          assert.equal((await server.get('Patient', bearer(tokens(answer).access_token))).status, 200)
        } else {
          const again = await redeem(server, app, returned)
          assert.ok([200, 400].includes(again.status), again.text)
          if (again.status === 200) after.codes += 1
        }
        const twice = await redeem(server, app, returned)
        assert.equal(twice.status, 400, 'a code opens one token')
      }
      for (const [index, answer] of answers.refreshes.entries()) {
        const next = answer?.status === 200 ? (tokens(answer).refresh_token ?? '') : (held[index] ?? '')
        const again = await refresh(server, app, next)
        if (answer?.status === 200) {
          told.refreshes += 1
          assert.equal(again.status, 200, again.text)
        } else {
          assert.ok([200, 400].includes(again.status), again.text)
          if (again.status === 200) after.refreshes += 1
        }
      }
      const traces = await record.dcc.store.entitlement.traces({ limit: 100_000 })
      for (const [index, answer] of answers.sheets.entries()) {
        const value = sheets[index]?.ipp ?? ''
        const id = await record.dcc.store.lookup('patient', { system: IPP, value })
        if (answer?.status === 303) {
          told.sheets += 1
          assert.ok(id !== undefined, 'an acknowledged patient is there')
        }
        if (id === undefined) continue
        after.sheets += 1
        const facts = await record.dcc.store.entitlement.facts(who.nationalId, [id], new Date().toISOString())
        assert.deepEqual(facts.bases, ['care-team'])
        assert.ok((await record.dcc.store.patient(id))?.visible, 'with a pathway')
        const kinds = traces.filter(({ patientId }) => patientId === id).map(({ kind }) => kind)
        for (const kind of ['draft-confirmed', 'care-team-joined'])
          assert.ok(
            kinds.some((one) => one === kind),
            kind,
          )
      }
      for (const [index, answer] of answers.emergencies.entries()) {
        const id = refused[index]?.id ?? ''
        const facts = await record.dcc.store.entitlement.facts(who.nationalId, [id], new Date().toISOString())
        const traced = traces.filter(({ patientId, kind }) => patientId === id && kind === 'emergency-access')
        assert.equal(traced.length, facts.bases.length, 'what opens a record is traced')
        after.emergencies += traced.length
        if (answer?.status === 303) {
          told.emergencies += 1
          assert.equal(traced.length, 1)
        }
      }
    }
    for (const [kind, count] of Object.entries(told)) assert.ok(count > 0, `nothing was acknowledged of: ${kind}`)
    t.diagnostic(`acknowledged ${JSON.stringify(told)}; there besides or after asking again ${JSON.stringify(after)}`)
  })
})
