import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkedDpi } from '../../../src/smart/call/dpi-registration.ts'
import { addDpi, changeDpi, openDpis, readDpis, removeDpi } from '../../../src/smart/call/dpis.ts'
import { RegistrationError } from '../../../src/smart/client-registration.ts'
import { sharedDomain } from '../../support/domain.ts'

const domain = sharedDomain()
const PLAIN = { id: 'dpi-chu', name: 'DPI', hospital: '990000001', ipp_system: 'urn:oid:1.2.250.1.71.4.2.2.990000001' }
const SMART = {
  iss: 'https://dpi.example/fhir',
  authorization_endpoint: 'https://dpi.example/authorize',
  token_endpoint: 'https://dpi.example/token',
  client_id: 'dcc',
  authentication: 'none',
}
const EC = { kty: 'EC', kid: 'k', crv: 'P-256', x: 'x', y: 'y' }

const WRONG: readonly { id: string; change: object }[] = [
  { id: 'no hospital', change: { hospital: undefined } },
  { id: 'an unknown member', change: { password: 'x' } },
  { id: 'a system that is none', change: { ipp_system: 'IPP' } },
  { id: 'an iss over plain http', change: { smart: { ...SMART, iss: 'http://dpi.example/fhir' } } },
  { id: 'an endpoint with a user', change: { smart: { ...SMART, token_endpoint: 'https://u:p@dpi.example/token' } } },
  { id: 'an issuer whose keys nobody knows', change: { smart: { ...SMART, issuer: 'https://dpi.example' } } },
  { id: 'a wildcard among the origins', change: { return_origins: ['https://*.example'] } },
  { id: 'an origin with a path', change: { frame_origins: ['https://dpi.example/x'] } },
  { id: 'no keys', change: { call: { algs: ['ES256'] } } },
  {
    id: 'keys here and elsewhere',
    change: { call: { algs: ['ES256'], jwks: { keys: [EC] }, jwks_uri: 'https://x.fr' } },
  },
  { id: 'a symmetric algorithm', change: { call: { algs: ['HS256'], jwks: { keys: [EC] } } } },
  { id: 'a key of another curve', change: { call: { algs: ['ES384'], jwks: { keys: [EC] } } } },
  { id: 'a private key', change: { call: { algs: ['ES256'], jwks: { keys: [{ ...EC, d: 'secret' }] } } } },
  {
    id: 'a small RSA key',
    change: { call: { algs: ['PS256'], jwks: { keys: [{ kty: 'RSA', kid: 'k', n: 'AQAB' }] } } },
  },
]

for (const { id, change } of WRONG) {
  test(`a DPI is not registered with ${id}`, () => {
    const json = JSON.parse(JSON.stringify({ ...PLAIN, ...change }))
    assert.throws(() => checkedDpi(json), RegistrationError)
  })
}

test('a DPI is found by id, by FHIR base and by its back ends; disabled it is nowhere', async () => {
  const store = domain().store.authorization
  let at = 0
  const dpis = openDpis({ store, file: undefined, now: () => at, report: assert.fail })
  const dpi = checkedDpi({ ...PLAIN, smart: SMART, clients: ['back-end'] })
  assert.equal(await dpis.find(PLAIN.id), undefined)
  await addDpi(store, dpi)
  assert.equal(await addDpi(store, dpi), false, 'the id is taken')
  for (const iss of ['https://dpi.example/fhir', 'https://DPI.example:443/fhir/']) {
    assert.equal((await dpis.byIss(iss))?.id, PLAIN.id, iss)
  }
  for (const iss of ['https://dpi.example/fhir2', 'https://dpi.example/fhir?x', 'https://dpi.example.evil/fhir', '']) {
    assert.equal(await dpis.byIss(iss), undefined, iss)
  }
  assert.deepEqual(
    (await dpis.ofClient('back-end')).map(({ id }) => id),
    [PLAIN.id],
  )
  await changeDpi(store, { ...dpi, disabled: true })
  at += 3000
  assert.equal(await dpis.find(PLAIN.id), undefined)
  await removeDpi(store, PLAIN.id)
})

test('DPIs may be in the file of clients, which goes before the store and is read again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dcc-dpis-'))
  const file = join(folder, 'clients.json')
  writeFileSync(file, JSON.stringify({ clients: [], dpis: [PLAIN] }))
  let at = 0
  const faults: string[] = []
  const dpis = openDpis({
    store: domain().store.authorization,
    file,
    now: () => at,
    report: (fault) => void faults.push(fault),
  })
  assert.equal((await dpis.find(PLAIN.id))?.name, 'DPI')
  writeFileSync(file, JSON.stringify({ clients: [], dpis: [{ ...PLAIN, name: 'DPI renommé' }] }))
  at += 3000
  assert.equal((await dpis.find(PLAIN.id))?.name, 'DPI renommé')
  writeFileSync(file, '{')
  at += 3000
  assert.equal((await dpis.find(PLAIN.id))?.name, 'DPI renommé', 'what it named before stays')
  assert.equal(faults.length > 0, true)
  writeFileSync(file, JSON.stringify({ clients: [], dpis: [PLAIN, PLAIN] }))
  assert.throws(() => readDpis(file), RegistrationError)
  rmSync(folder, { recursive: true })
})
