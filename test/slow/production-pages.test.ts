import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type OpenRecord, openRecord } from '../../src/app.ts'
import { addToCareTeam } from '../../src/dcc/entitlement/administration.ts'
import { about, aKnownPatient, called, pathOf, seated } from '../smart/call/stories.ts'
import { aPatient } from '../support/builders.ts'
import { aDpi } from '../support/dpi.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { configOf, productionEnv, type ServerProcess, startProcess } from '../support/process.ts'
import { PUBLIC_ORIGIN } from '../support/server.ts'
import { aProfessional } from '../support/signed-in.ts'
import { aVisitor } from '../support/visitor.ts'

const postgres = await startPostgres()
after(() => postgres?.stop())

/** Method, path, status and what the answer holds, for whoever comes without anything. */
const REFUSED = [
  ['GET', '/search', 404, 'sign-in.none'],
  ['GET', '/patients/abc', 404, 'sign-in.none'],
  ['GET', '/access', 404, 'sign-in.none'],
  ['GET', '/interaction/x', 404, 'sign-in.none'],
  ['GET', '/login/start/psc', 404, 'sign-in.unknown-provider'],
  ['GET', '/login/callback/psc?code=1&state=2', 404, 'sign-in.unknown-provider'],
  ['GET', '/demo/dpi', 404, 'page.unknown'],
  ['GET', '/demo/psc', 404, 'page.unknown'],
  ['GET', '/launch?iss=https://x.test', 400, 'call.unknown-dpi'],
  ['GET', '/oidc/authorize', 400, 'authorization.invalid'],
  ['GET', '/oidc/me', 404, 'not found'],
  ['POST', '/search', 403, 'form.forged'],
  ['POST', '/contextual-call', 400, 'call.invalid'],
  ['POST', '/oidc/token', 400, 'invalid_request'],
  ['POST', '/oidc/reg', 404, 'not found'],
] as const

describe('a production server on PostgreSQL', { skip: postgres === undefined && NO_POSTGRES }, () => {
  let folder = ''
  let record: OpenRecord
  let server: ServerProcess
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-prod-'))
    const env = productionEnv((await postgres?.createDatabase()) ?? '', folder)
    record = await openRecord(configOf(env))
    server = await startProcess(env, record)
  })
  after(async () => {
    await server?.stop()
    await record?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('that no identity provider is configured for refuses everybody, and says why', async () => {
    const stranger = aVisitor(server)
    for (const [method, path, status, word] of REFUSED) {
      const address = `${PUBLIC_ORIGIN}${path}`
      const { text, ...shown } = await (method === 'GET' ? stranger.get(address) : stranger.post(address, { a: '1' }))
      assert.deepEqual([path, shown.status, text.includes(word)], [path, status, true], text)
    }
    assert.equal((await server.get('Patient')).status, 401)
    assert.equal((await server.get('metadata')).status, 200)
  })

  test('opens a hundred calls at once of ten people, each on its own patient', async () => {
    const dpi = await aDpi(server)
    const seats = await Promise.all(
      Array.from({ length: 10 }, (_, index) => seated(server, aProfessional(`8${40_000_000_000 + index}`))),
    )
    const calls = await Promise.all(
      seats.flatMap(({ cookie, session }) =>
        Array.from({ length: 10 }, async () => {
          const patient = aPatient().qualified().build()
          const id = await aKnownPatient(server, patient, { ofOthers: true })
          const { nationalId } = session.professional
          await addToCareTeam(record.dcc, { patientId: id, nationalId })
          return { cookie, nationalId, patient, id }
        }),
      ),
    )
    const opened = await Promise.all(
      calls.map(async ({ cookie, nationalId, patient }) => {
        const tab = aVisitor(server, cookie)
        return pathOf(await called(server, tab, dpi, about(patient), { sub: nationalId }))
      }),
    )
    assert.deepEqual(
      opened,
      calls.map(({ id }) => `/patients/${id}`),
    )
    assert.deepEqual(
      server.logs.filter((line) => line.includes('"defect"')),
      [],
    )
  })
})
