import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkedRegistration, type PublicKey, RegistrationError } from '../../src/smart/client-registration.ts'
import { openClients, readClients } from '../../src/smart/clients.ts'
import type { AuthorizationStore } from '../../src/store/authorization.ts'
import { aKey } from './server.ts'

const key: PublicKey = (await aKey()).jwk
const client = { id: 'dpi', name: 'DPI', hospital: 'CHU', scope: 'system/Patient.rs', jwks: { keys: [key] } }

describe('a registration is refused', () => {
  const { kid: _kid, ...nameless } = key
  const rows: [name: string, change: object][] = [
    ['without a name', { name: undefined }],
    ['with an id that is no plain token', { id: 'a b' }],
    ['with an unknown member', { secret: 'x' }],
    ['without keys', { jwks: undefined }],
    ['with keys in two places', { jwks_uri: 'https://dpi.example/jwks' }],
    ['with a private key', { jwks: { keys: [{ ...key, d: 'x' }] } }],
    ['with a symmetric key', { jwks: { keys: [{ kty: 'oct', kid: 'k', k: 'x' }] } }],
    ['with a key that has no kid', { jwks: { keys: [nameless] } }],
    ['with two keys of one kid', { jwks: { keys: [key, key] } }],
    ['with a key on another curve', { jwks: { keys: [{ ...key, crv: 'P-256' }] } }],
    ['with a short RSA key', { jwks: { keys: [{ kty: 'RSA', kid: 'k', e: 'AQAB', n: 'x'.repeat(170) }] } }],
    ['with keys at a plain http address', { jwks: undefined, jwks_uri: 'http://dpi.example/jwks' }],
    ['with keys at an address with a password', { jwks: undefined, jwks_uri: 'https://u:p@dpi.example/jwks' }],
    ['with a scope of users', { scope: 'user/Patient.r' }],
    ['with a scope of sessions', { scope: 'system/Patient.r offline_access' }],
    ['with a restricted scope', { scope: 'system/Patient.rs?gender=male' }],
    ['with a scope that nobody knows', { scope: 'everything' }],
    ['with a strictness that does not exist', { validation: 'none' }],
  ]
  for (const [name, change] of rows) {
    test(name, () => {
      const changed = JSON.parse(JSON.stringify({ ...client, ...change }))
      assert.throws(
        () => checkedRegistration(changed),
        (error) => error instanceof RegistrationError && !error.message.includes(String(key.x)),
      )
    })
  }

  test('and the right one is not', () => {
    assert.deepEqual(checkedRegistration(client), client)
  })
})

describe('a client that people use', () => {
  const people = { id: 'app', name: 'App', hospital: 'CHU', scope: 'launch openid patient/*.rs' }
  const app = { ...people, redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' }
  const secret = { token_endpoint_auth_method: 'client_secret_basic', secret_hash: 'x'.repeat(43) }
  const rows: [name: string, client: object][] = [
    ['with no redirect', { ...app, redirect_uris: undefined }],
    ['with a redirect in clear', { ...app, redirect_uris: ['http://app.example/cb'] }],
    ['with a redirect that has a fragment', { ...app, redirect_uris: ['https://app.example/cb#x'] }],
    ['with a redirect of a scheme, and not native', { ...app, redirect_uris: ['com.example.app:/cb'] }],
    ['with a redirect that runs a script', { ...app, native: true, redirect_uris: ['javascript:alert(1)'] }],
    ['with a scheme that anybody may have', { ...app, native: true, redirect_uris: ['app:/cb'] }],
    ['with a launch address in clear', { ...app, launch_uri: 'http://app.example/launch' }],
    ['that is public and acts for itself', { ...app, scope: 'system/Patient.rs' }],
    ['that is public and has keys', { ...app, jwks: { keys: [key] } }],
    ['that is public and has a secret', { ...app, secret_hash: 'x'.repeat(43) }],
    ['with a secret and no hash', { ...app, token_endpoint_auth_method: 'client_secret_post' }],
    ['with a secret that acts for itself', { ...app, ...secret, scope: 'system/Patient.rs' }],
    ['with a secret that exchanges tokens', { ...app, ...secret, token_exchange: ['dpi'] }],
    ['with a scope that there is none of', { ...app, scope: 'launch/encounter patient/*.rs' }],
    ['with an origin that is an address', { ...app, cors_origins: ['https://app.example/'] }],
    ['with any origin', { ...app, cors_origins: ['*'] }],
    ['with a launch and no redirect', { ...client, launch_uri: 'https://app.example/launch' }],
    ['of a back end with scopes of people', { ...client, scope: 'patient/*.rs' }],
  ]
  for (const [name, registration] of rows) {
    test(`${name} is refused`, () => {
      assert.throws(() => checkedRegistration(JSON.parse(JSON.stringify(registration))), RegistrationError)
    })
  }

  test('by PKCE, secret or key, on the web, on this machine or installed, is taken', () => {
    for (const registration of [
      app,
      { ...app, ...secret },
      {
        ...app,
        redirect_uris: ['http://127.0.0.1:8081/cb', 'http://localhost/cb'],
        cors_origins: ['https://app.example'],
      },
      { ...app, native: true, redirect_uris: ['com.example.app:/cb', 'http://127.0.0.1/cb'] },
      { ...client, redirect_uris: ['https://app.example/cb'], scope: 'launch patient/*.rs system/*.rs ITI-67' },
    ]) {
      assert.deepEqual(checkedRegistration(registration), registration)
    }
  })
})

describe('the file of DCC_CLIENTS', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-clients-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const written = async (content: unknown) => {
    const file = join(folder, 'clients.json')
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }

  test('is refused whole when anything in it is wrong', async () => {
    const twice = { clients: [client, client] }
    for (const content of ['', '[]', '{}', { clients: 'x' }, twice, { clients: [{ ...client, scope: 'x' }] }]) {
      const file = await written(content)
      assert.throws(() => readClients(file), RegistrationError)
    }
    assert.throws(() => readClients(join(folder, 'missing.json')), RegistrationError)
  })

  test('is read again when it changes; while it is broken, what it said before counts', async () => {
    const file = await written({ clients: [client] })
    const faults: string[] = []
    let now = 0
    const store = { find: async () => undefined } as Partial<AuthorizationStore> as AuthorizationStore
    const clients = openClients({ store, file, now: () => now, report: (fault) => faults.push(fault) })
    assert.equal((await clients.find('dpi'))?.name, 'DPI')
    assert.equal(await clients.find('other'), undefined)
    await written('{ broken')
    now += 3000
    assert.equal((await clients.find('dpi'))?.name, 'DPI')
    assert.equal(faults.length, 1)
    await written({
      clients: [
        { ...client, disabled: true },
        { ...client, id: 'other' },
      ],
    })
    now += 3000
    assert.equal(await clients.find('dpi'), undefined)
    assert.equal((await clients.find('other'))?.hospital, 'CHU')
  })
})
