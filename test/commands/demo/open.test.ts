import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { type OpenRecord, openRecord } from '../../../src/app.ts'
import type { Credentials } from '../../../src/commands/demo/credentials.ts'
import { fillRegion } from '../../../src/commands/demo/fill.ts'
import { openDemonstration } from '../../../src/commands/demo/open.ts'
import { openDemoPsc } from '../../../src/commands/demo/psc/open.ts'
import { type Config, loadConfig } from '../../../src/config.ts'
import { openEntitlements } from '../../../src/dcc/entitlement/open.ts'
import { storedDpi } from '../../../src/smart/call/dpis.ts'
import { storedClient } from '../../../src/smart/clients.ts'

const folder = mkdtempSync(join(tmpdir(), 'dcc-demo-'))
const path = join(folder, 'demo', 'credentials.json')
let config: Config
let record: OpenRecord

before(async () => {
  const rules = resolve('.cache/rules')
  mkdirSync(rules, { recursive: true })
  symlinkSync(rules, join(folder, 'rules'))
  config = loadConfig({ env: { DCC_DATA_DIR: folder, LOG_LEVEL: 'silent' }, mode: 'demo' })
  record = await openRecord(config)
  await open(config)
})
after(async () => {
  await record.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(settings: Config): Promise<Credentials> {
  const region = await fillRegion(record, settings, { patients: 4, seed: 1 })
  await openDemonstration(settings, record, region, openDemoPsc(settings).professionals)
  return written()
}

const written = (): Credentials => JSON.parse(readFileSync(path, 'utf8'))

test('credentials hold what design.md section 5 names, for their owner only', () => {
  const { clients, professionals, patients, ...rest } = written()
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const base = 'http://127.0.0.1:8080'
  const endpoints = { fhirBase: `${base}/fhir`, issuer: `${base}/oidc`, tokenEndpoint: `${base}/oidc/token` }
  assert.deepEqual(rest, endpoints)
  assert.equal(clients.backend.scope, 'system/*.cruds')
  for (const { jwk } of [clients.backend, clients.dpi]) {
    assert.deepEqual([jwk.kty, jwk.crv, jwk.alg, typeof jwk.d], ['EC', 'P-384', 'ES384', 'string'])
  }
  assert.deepEqual(clients.dpi.redirect_uris, [`${base}/demo/dpi/callback`])
  assert.equal(clients.dpi.launch_uri, `${base}/demo/dpi/launch`)
  assert.deepEqual(clients.app.redirect_uris, [`${base}/demo/app/callback`])
  const [first] = professionals
  assert.equal(first?.habilitated, true)
  assert.ok(first?.patients?.includes(patients.known.id))
  assert.deepEqual(
    professionals.filter(({ habilitated }) => !habilitated).map(({ login, patients: seen }) => [login, seen]),
    [['generaliste', undefined]],
  )
  assert.ok(professionals.every(({ password, rpps }) => password.length >= 12 && /^\d{11}$/.test(rpps)))
  assert.deepEqual(Object.keys(patients), ['known', 'unknown', 'withoutPathway'])
})

test('the oncologist sees the patients of their team, and not those of the other one', async () => {
  const entitlements = openEntitlements(record.dcc)
  const [first, , surgeon] = written().professionals
  const sees = async (rpps: string | undefined, patientId: string) =>
    (await entitlements.access({ nationalId: `8${rpps}` }, patientId)).allowed
  for (const id of first?.patients ?? []) assert.equal(await sees(first?.rpps, id), true)
  for (const id of surgeon?.patients ?? []) assert.equal(await sees(first?.rpps, id), false)
  assert.deepEqual([first?.patients?.length, surgeon?.patients?.length], [3, 1])
})

test('a second run finds everything as it was; another port moves the addresses and keeps the keys', async () => {
  const before = written()
  const traces = () => record.dcc.store.entitlement.traces({ limit: 1000 })
  const acts = (await traces()).length
  assert.deepEqual(await open(config), before)
  assert.equal((await traces()).length, acts)
  const moved = await open({ ...config, baseUrl: 'http://127.0.0.1:9999' })
  assert.deepEqual(moved.clients.backend.jwk, before.clients.backend.jwk)
  const store = record.dcc.store.authorization
  assert.deepEqual((await storedClient(store, 'demo-app'))?.redirect_uris, ['http://127.0.0.1:9999/demo/app/callback'])
  assert.equal((await storedDpi(store, 'demo-dpi'))?.smart?.iss, 'http://127.0.0.1:9999/demo/dpi/fhir')
})

test('no private key reaches the store', async () => {
  const store = record.dcc.store.authorization
  const { d = '' } = written().clients.backend.jwk
  for (const id of ['demo-backend', 'demo-dpi', 'demo-app']) {
    assert.doesNotMatch(JSON.stringify(await storedClient(store, id)), new RegExp(`"d"|${d}`))
  }
})
