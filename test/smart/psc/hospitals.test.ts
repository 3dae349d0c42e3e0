import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { exportJWK } from 'jose'
import type { StandIn } from '../../../src/commands/demo/psc/stand-in.ts'
import { hospitalProviders, ProvidersError } from '../../../src/smart/psc/hospital-providers.ts'
import { providersOf } from '../../../src/smart/psc/providers.ts'
import { COOKIES } from '../../../src/web/cookies.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { aVisitor } from '../../support/visitor.ts'
import { aKey } from '../server.ts'
import { CLIENT_SECRET, choose, refusalOf, startStandIn } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'dcc-providers-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function fileWith(content: unknown): string {
  files += 1
  const path = join(folder, `providers-${files}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

type Members = Record<string, unknown>

function aHospital(members: Members = {}): Members {
  return {
    id: 'chu',
    name: 'le CHU fictif',
    issuer: 'https://idp.chu.example.test/realms/pro',
    client_id: 'dcc',
    client_secret: CLIENT_SECRET,
    required_acr: ['urn:chu:strong'],
    hospital: { finess: '990000010', name: 'CHU FICTIF' },
    claims: { national_id: 'rpps', family: 'family_name', given: 'given_name', profession: 'profession' },
    ...members,
  }
}

describe('the file of hospitals’ providers', () => {
  test('gives each a callback of its own, its own level and its own names', () => {
    const [provider, ...others] = hospitalProviders(fileWith({ providers: [aHospital()] }))
    assert.equal(others.length, 0)
    assert.deepEqual(
      [provider?.id, provider?.discovery, provider?.signature, provider?.assurance.acr, provider?.claims?.nationalId],
      [
        'chu',
        'https://idp.chu.example.test/realms/pro/.well-known/openid-configuration',
        'RS256',
        ['urn:chu:strong'],
        'rpps',
      ],
    )
  })
  test('stands beside Pro Santé Connect, or alone', () => {
    const identityProviders = fileWith({ providers: [aHospital()] })
    const rest = { pscSignature: 'RS256', pscAcr: 'eidas1', identityProviders } as const
    const ids = (psc: string) =>
      providersOf({ psc, pscClientId: 'dcc', pscClientSecret: CLIENT_SECRET, ...rest }).map(({ id }) => id)
    assert.deepEqual([ids('production'), ids('off')], [['psc', 'chu'], ['chu']])
  })

  const refused: { id: string; content: unknown; says: RegExp }[] = [
    { id: 'no JSON', content: '{"providers": [', says: /cannot be read, or is not JSON/ },
    { id: 'no list', content: {}, says: /providers/ },
    { id: 'an unknown member', content: { providers: [aHospital({ client_secrets: 'x' })] }, says: /additional/ },
    { id: 'no secret and no key', content: { providers: [aHospital({ client_secret: undefined })] }, says: /oneOf/ },
    { id: 'neither level nor method', content: { providers: [aHospital({ required_acr: undefined })] }, says: /anyOf/ },
    { id: 'an empty list of levels', content: { providers: [aHospital({ required_acr: [] })] }, says: /required_acr/ },
    {
      id: 'an issuer without encryption',
      content: { providers: [aHospital({ issuer: 'http://idp.example.test' })] },
      says: /issuer/,
    },
    {
      id: 'a description by no well-known name',
      content: { providers: [aHospital({ discovery: 'https://idp.example.test/config' })] },
      says: /discovery/,
    },
    {
      id: 'a symmetric signature',
      content: { providers: [aHospital({ id_token_signed_response_alg: 'HS256' })] },
      says: /alg/,
    },
    { id: 'no signature', content: { providers: [aHospital({ id_token_signed_response_alg: 'none' })] }, says: /alg/ },
    { id: 'the id of Pro Santé Connect', content: { providers: [aHospital({ id: 'psc' })] }, says: /id psc/ },
    { id: 'the same id twice', content: { providers: [aHospital(), aHospital()] }, says: /id chu/ },
    { id: 'an id that is no address', content: { providers: [aHospital({ id: '../psc' })] }, says: /id/ },
    { id: 'a name with markup', content: { providers: [aHospital({ name: '<b>' })] }, says: /name/ },
  ]
  for (const { id, content, says } of refused) {
    test(`is refused with ${id}, without any secret in the reason`, () => {
      assert.throws(
        () => hospitalProviders(fileWith(content)),
        (error) =>
          error instanceof ProvidersError && says.test(error.message) && !error.message.includes(CLIENT_SECRET),
      )
    })
  }
  test('is refused when it is not there', () => {
    assert.throws(() => hospitalProviders(join(folder, 'none.json')), ProvidersError)
  })

  for (const content of [
    '',
    '[]',
    '{"kty":"EC","kid":"1","alg":"ES384"}',
    '{"kty":"oct","kid":"1","alg":"HS256","d":"x"}',
  ]) {
    test(`a key of ours that is « ${content} » is refused`, () => {
      const settings = { psc: 'production', pscClientId: 'dcc', pscSignature: 'RS256', pscAcr: 'eidas1' } as const
      assert.throws(() => providersOf({ ...settings, pscKey: fileWith(content) }), ProvidersError)
    })
  }
})

describe('a hospital’s provider beside Pro Santé Connect', () => {
  let psc: { psc: StandIn; unplug(): Promise<void> }
  let chu: { psc: StandIn; unplug(): Promise<void> }
  let server: TestServer
  before(async () => {
    psc = await startStandIn()
    chu = await startStandIn()
    const { issuer } = chu.psc
    const discovery = `${issuer}/.well-known/wallet-openid-configuration`
    const scope = 'openid scope_all'
    const identityProviders = fileWith({
      providers: [aHospital({ issuer, discovery, scope, acr_values: 'eidas1', required_acr: ['eidas1'] })],
    })
    const config = { psc: psc.psc.issuer, pscClientId: 'dcc', pscClientSecret: CLIENT_SECRET, identityProviders }
    server = await startServer({ config: { auth: 'on', ...config } })
  })
  after(() => Promise.all([server?.stop(), psc?.unplug(), chu?.unplug()]))

  /** What the hospital says of its physician. */
  const CLAIMS = { rpps: '99700218896', family_name: 'HOSPITALIERE', given_name: 'HELENE', profession: '10' }
  const saying = (claims: Members) => chu.psc.behave({ userInfo: (userInfo) => ({ sub: userInfo.sub, ...claims }) })

  test('has a button of its own, after that of Pro Santé Connect', async () => {
    const { text } = await aVisitor(server).get('/login')
    const buttons = [...text.matchAll(/S’identifier avec ([^<]+)</g)].map(([, name]) => name)
    assert.deepEqual(buttons, ['Pro Santé Connect', 'le CHU fictif'])
  })

  test('signs its professionals in by its own names for things', async () => {
    saying(CLAIMS)
    const visitor = aVisitor(server)
    await visitor.get('/login?next=/logout')
    await visitor.follow('S’identifier avec le CHU fictif')
    const shown = await choose(visitor, 'oncologue')
    assert.match(shown.text, /HELENE HOSPITALIERE/)
    assert.match(shown.text, /CHU FICTIF/)
    assert.match((await visitor.submit('/logout')).text, /Votre session le CHU fictif/)
  })

  for (const [id, claims, key] of [
    ['a local id only', { ...CLAIMS, rpps: 'jdupont' }, 'sign-in.not-professional'],
    ['no profession', { ...CLAIMS, profession: '' }, 'sign-in.profession'],
  ] as const) {
    test(`lets nobody in with ${id}`, async () => {
      saying(claims)
      const visitor = aVisitor(server)
      await visitor.get('/login')
      await visitor.follow('S’identifier avec le CHU fictif')
      assert.equal(refusalOf(await choose(visitor, 'oncologue')), key)
    })
  }

  test('threat psc-downgrade: a level that the hospital does not vouch for is refused', async () => {
    chu.psc.behave({
      idToken: (claims) => ({ ...claims, acr: 'password' }),
      userInfo: ({ sub }) => ({ sub, ...CLAIMS }),
    })
    const visitor = aVisitor(server)
    await visitor.get('/login')
    await visitor.follow('S’identifier avec le CHU fictif')
    assert.equal(refusalOf(await choose(visitor, 'oncologue')), 'sign-in.weak')
  })

  test('threat as-mix-up: the answer of one provider is worth nothing at the callback of another', async () => {
    psc.psc.behave({})
    saying(CLAIMS)
    for (const [button, other] of [
      ['Pro Santé Connect', 'chu'],
      ['le CHU fictif', 'psc'],
    ] as const) {
      const visitor = aVisitor(server)
      await visitor.get('/login')
      await visitor.follow(`S’identifier avec ${button}`)
      visitor.following = false
      const answer = await choose(visitor, 'oncologue')
      const callback = new URL(answer.headers.get('location') ?? '')
      callback.pathname = `/login/callback/${other}`
      const shown = await visitor.get(callback)
      assert.deepEqual([shown.status, refusalOf(shown)], [400, 'sign-in.attempt'])
      assert.equal(visitor.cookies().has(COOKIES.session), false)
    }
  })

  test('threat as-mix-up: an answer that names another provider is refused before its code is sent anywhere', async () => {
    saying(CLAIMS)
    psc.psc.behave({ answer: (parameters) => parameters.set('iss', chu.psc.issuer) })
    const visitor = aVisitor(server)
    await visitor.get('/login')
    await visitor.follow('S’identifier avec Pro Santé Connect')
    assert.equal(refusalOf(await choose(visitor, 'oncologue')), 'sign-in.untrusted')
  })
})

describe('a key instead of a secret', () => {
  for (const alg of ['ES384', 'RS384'] as const) {
    test(`${alg}: signs the server in at Pro Santé Connect`, async () => {
      const key = await aKey(alg)
      const pscKey = fileWith({ ...(await exportJWK(key.key)), kid: key.kid, alg })
      const started = await startStandIn(Date.now, { id: 'dcc', keys: [{ ...key.jwk, alg }] })
      const server = await startServer({ config: { auth: 'on', psc: started.psc.issuer, pscClientId: 'dcc', pscKey } })
      try {
        const visitor = aVisitor(server)
        await visitor.get('/login?next=/conformance')
        await visitor.follow('S’identifier avec Pro Santé Connect')
        assert.equal((await choose(visitor, 'oncologue')).url.pathname, '/conformance')
      } finally {
        await Promise.all([server.stop(), started.unplug()])
      }
    })
  }
})
