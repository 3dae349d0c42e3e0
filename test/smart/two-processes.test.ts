import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type OpenRecord, openRecord } from '../../src/app.ts'
import { openSessions } from '../../src/smart/sessions.ts'
import { aPatient } from '../support/builders.ts'
import { aContextToken, aDpi } from '../support/dpi.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { configOf, productionEnv, type ServerProcess, startProcess } from '../support/process.ts'
import { ONCOLOGIST } from '../support/signed-in.ts'
import { aVisitor } from '../support/visitor.ts'
import {
  aClinician,
  aLaunch,
  anApp,
  appPages,
  ask,
  authorizationRequest,
  authorize,
  redeem,
  refresh,
  throughPages,
  tokens,
} from './apps.ts'
import { about, aKnownPatient, FROM_DPI, pathOf, seated } from './call/stories.ts'
import { bearer } from './server.ts'

const postgres = await startPostgres()
after(() => postgres?.stop())

/** The promise of tokens.ts and clients.ts: what one process ends is out in the other within this time. */
const BELIEVED = 2100

describe('two processes over one PostgreSQL are one server', { skip: postgres === undefined && NO_POSTGRES }, () => {
  let folder = ''
  let record: OpenRecord
  let one: ServerProcess
  let other: ServerProcess
  const pages = appPages()
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-two-'))
    const env = productionEnv((await postgres?.createDatabase()) ?? '', folder)
    record = await openRecord(configOf(env))
    ;[one, other] = await Promise.all([startProcess(env, record), startProcess(env, record)])
  })
  after(async () => {
    await Promise.all([one?.stop(), other?.stop()])
    await record?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('an authorization begun in one is agreed to in the other; the code opens a token anywhere, once', async () => {
    const app = await anApp(one, pages(), 'public')
    const person = await aClinician(one)
    const launch = await aLaunch(one, app, person)
    const asking = { scope: 'launch openid patient/*.rs offline_access', launch }
    const { parameters, verifier } = authorizationRequest(one, app, asking)
    const here = aVisitor(one, person.signedIn.cookie)
    here.following = false
    const begun = await ask(one, here, parameters)
    const there = aVisitor(other, person.signedIn.cookie)
    for (const [name, value] of here.cookies()) there.cookies().set(name, value)
    const shown = await there.get(new URL(begun.headers.get('location') ?? '', begun.url))
    const callback = await throughPages(there, shown, app)
    const code = callback.searchParams.get('code') ?? ''
    const answers = await Promise.all([one, other, one, other].map((server) => redeem(server, app, { code, verifier })))
    const good = answers.filter(({ status }) => status === 200)
    assert.ok(good.length <= 1, 'never two tokens of one code')
    assert.ok(
      answers.every(({ status }) => status === 200 || status === 400),
      answers.map(({ text }) => text).join(),
    )
  })

  test('a token of one is good in the other until it is revoked anywhere, and a refresh token is used once over both', async () => {
    const app = await anApp(one, pages(), 'symmetric', { consent: 'implied' })
    const person = await aClinician(one)
    const launch = await aLaunch(one, app, person)
    const returned = await authorize(one, aVisitor(one, person.signedIn.cookie), app, {
      scope: 'launch openid patient/*.rs offline_access',
      launch,
    })
    const first = tokens(await redeem(other, app, returned))
    const read = async (server: ServerProcess, token: string) => (await server.get('Patient', bearer(token))).status
    assert.deepEqual([await read(one, first.access_token), await read(other, first.access_token)], [200, 200])
    const second = tokens(await refresh(one, app, first.refresh_token ?? ''))
    const twice = await Promise.all([one, other].map((server) => refresh(server, app, second.refresh_token ?? '')))
    assert.ok(twice.filter(({ status }) => status === 200).length <= 1)
    await delay(BELIEVED)
    assert.deepEqual([await read(one, first.access_token), await read(other, first.access_token)], [401, 401])
  })

  test('a session of one is known to the other, and over there at once when it is closed', async () => {
    const seat = await seated(one)
    const shown = async (server: ServerProcess) => (await aVisitor(server, seat.cookie).get('/search')).url.pathname
    assert.deepEqual([await shown(one), await shown(other)], ['/search', '/search'])
    await openSessions(record.dcc.store.authorization, Date.now).close(seat.session)
    assert.deepEqual([await shown(one), await shown(other)], ['/login', '/login'])
  })

  test('a call that comes in here is opened there, by one of many who click', async () => {
    const seat = await seated(one)
    const dpi = await aDpi(one)
    const patient = aPatient().qualified().build()
    const id = await aKnownPatient(one, patient)
    const token = await aContextToken(one, dpi, about(patient), ONCOLOGIST.nationalId)
    const visitor = aVisitor(one, seat.cookie)
    visitor.following = false
    const posted = await visitor.post('/contextual-call', { context_token: token }, FROM_DPI)
    const again = await aVisitor(other, seat.cookie).post(
      'https://dcc.example.test/contextual-call',
      { context_token: token },
      FROM_DPI,
    )
    assert.equal(again.status, 410, 'a context is good once, whoever takes it')
    const handle = new URL(posted.headers.get('location') ?? '', posted.url)
    const opened = await Promise.all(
      [one, other, one, other].map(async (server) => {
        const tab = aVisitor(server, seat.cookie)
        await tab.get(handle)
        return tab.submit(/^\/c\//)
      }),
    )
    const right = opened.filter((page) => page.status === 200)
    assert.deepEqual(right.map(pathOf), [`/patients/${id}`])
    assert.ok(opened.filter((page) => page !== right[0]).every(({ status }) => status === 410))
  })
})
