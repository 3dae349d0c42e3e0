import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JWTPayload } from 'jose'
import { DEMO_PROFESSIONALS } from '../../src/commands/demo/psc/professionals.ts'
import { COOKIES } from '../../src/web/cookies.ts'
import { atWallet, choose, refusalOf, signIn, signInServer } from '../smart/psc/server.ts'
import type { Visitor } from '../support/visitor.ts'
import { aVisitor } from '../support/visitor.ts'

const server = signInServer()

const isSignedIn = async (visitor: Visitor) =>
  !(await visitor.get('/')).text.includes('class="button primary" href="/login')

describe('sign-out', () => {
  test('ends the session here at once, and leaves the one at the provider to the person', async () => {
    const { visitor } = await signIn(server(), 'oncologue', '/logout')
    const secret = visitor.cookies().get(COOKIES.session) ?? ''
    const shown = await visitor.submit('/logout')
    assert.deepEqual([shown.status, shown.url.pathname], [200, '/logout'])
    assert.match(shown.text, /Votre session Pro Santé Connect est peut-être encore ouverte/)
    assert.equal(await isSignedIn(aVisitor(server(), `${COOKIES.session}=${secret}`)), false)
    const [last] = await server().record.dcc.store.entitlement.traces({ limit: 1 })
    assert.deepEqual([last?.kind, last?.actor], ['logout', DEMO_PROFESSIONALS[0]?.nationalId])
    // The provider still knows them: no page of it is shown.
    await visitor.get('/login?next=/conformance')
    assert.equal((await visitor.follow('S’identifier avec Pro Santé Connect')).url.pathname, '/conformance')
  })

  test('ends the session at the provider too, when they ask, and comes back', async () => {
    const { visitor } = await signIn(server(), 'oncologue', '/logout')
    await visitor.submit('/logout')
    visitor.following = false
    const sent = await visitor.follow('Se déconnecter aussi de Pro Santé Connect')
    const address = new URL(sent.headers.get('location') ?? '')
    assert.equal(`${address.origin}${address.pathname}`, `${server().psc.issuer}/protocol/openid-connect/logout`)
    assert.equal(address.searchParams.get('post_logout_redirect_uri'), 'https://dcc.example.test/logout')
    assert.ok(address.searchParams.has('id_token_hint') && address.searchParams.has('state'))
    visitor.following = true
    const back = await visitor.get(address)
    assert.equal(`${back.url.origin}${back.url.pathname}`, 'https://dcc.example.test/logout')
    await visitor.get('/login')
    assert.match(
      (await visitor.follow('S’identifier avec Pro Santé Connect')).text,
      /Choisissez un professionnel fictif/,
    )
    // The way out is good once.
    assert.equal((await visitor.get('/logout')).text.includes('/logout/provider'), false)
  })

  test('is nothing for who has not signed in', async () => {
    const visitor = aVisitor(server())
    await visitor.get('/login')
    const shown = await visitor.post('/logout', {})
    assert.deepEqual(
      [shown.status, shown.url.pathname, shown.text.includes('/logout/provider')],
      [200, '/logout', false],
    )
  })

  test('no other site sends somebody out of their provider', async () => {
    const { visitor } = await signIn(server(), 'oncologue', '/logout')
    await visitor.submit('/logout')
    const shown = await visitor.get('/logout/provider', { 'sec-fetch-site': 'cross-site' })
    assert.equal(refusalOf(shown), 'form.forged')
  })

  test('a provider that is away does not keep anybody in', async () => {
    const { visitor } = await signIn(server(), 'oncologue', '/logout')
    server().psc.behave({ down: true })
    const shown = await visitor.submit('/logout')
    assert.deepEqual([shown.status, await isSignedIn(visitor)], [200, false])
  })
})

describe('back-channel logout', () => {
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const subject = `f:00000000-0000-4000-8000-00000000dc0c:${DEMO_PROFESSIONALS[0]?.nationalId}`

  async function tell(
    claims: Record<string, unknown>,
    signature?: 'foreign-key' | 'none' | 'client-secret',
  ): Promise<number> {
    const token = await server().psc.logoutToken({ aud: 'dcc', events: EVENTS, ...claims }, signature)
    const body = new URLSearchParams({ logout_token: token }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return (await server().post('/login/backchannel-logout/psc', body, headers)).status
  }

  async function inside(idToken: (claims: JWTPayload) => JWTPayload = (claims) => claims): Promise<Visitor> {
    const visitor = await atWallet(server())
    server().psc.behave({ idToken })
    await choose(visitor, 'oncologue')
    assert.ok(await isSignedIn(visitor))
    return visitor
  }

  test('ends every session of a person', async () => {
    const [one, other] = [await inside(), await inside()]
    const { visitor: third } = await signIn(server(), 'coordinateur', '/')
    assert.equal(await tell({ sub: subject }), 200)
    assert.deepEqual([await isSignedIn(one), await isSignedIn(other), await isSignedIn(third)], [false, false, true])
    const [last] = await server().record.dcc.store.entitlement.traces({ limit: 1 })
    assert.deepEqual([last?.kind, last?.actor, last?.detail], ['logout', DEMO_PROFESSIONALS[0]?.nationalId, 'psc'])
  })

  test('ends only the session that it names', async () => {
    const one = await inside((claims) => ({ ...claims, sid: 'window-1' }))
    const other = await inside((claims) => ({ ...claims, sid: 'window-2' }))
    assert.equal(await tell({ sub: subject, sid: 'window-1' }), 200)
    assert.deepEqual([await isSignedIn(one), await isSignedIn(other)], [false, true])
  })

  const wrong: { id: string; claims: Record<string, unknown>; signature?: 'foreign-key' | 'none' | 'client-secret' }[] =
    [
      { id: 'signed by another key', claims: {}, signature: 'foreign-key' },
      { id: 'not signed', claims: {}, signature: 'none' },
      { id: 'signed with the secret', claims: {}, signature: 'client-secret' },
      { id: 'for another client', claims: { aud: 'other' } },
      { id: 'of another issuer', claims: { iss: 'https://evil.example.test' } },
      { id: 'without event', claims: { events: {} } },
      { id: 'with a nonce: it is an id_token', claims: { nonce: 'x' } },
      { id: 'of long ago', claims: { iat: 1 } },
      { id: 'of nobody', claims: { sub: undefined } },
      { id: 'without id of its own', claims: { jti: undefined } },
    ]
  for (const { id, claims, signature } of wrong) {
    test(`a token ${id} ends nothing`, async () => {
      const visitor = await inside()
      assert.equal(await tell({ sub: subject, ...claims }, signature), 400)
      assert.equal(await isSignedIn(visitor), true)
    })
  }

  test('a token that comes again is refused', async () => {
    const token = { sub: subject, jti: 'once' }
    assert.deepEqual([await tell(token), await tell(token)], [200, 400])
  })

  test('nothing is said without a token, or to another provider', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    assert.equal((await server().post('/login/backchannel-logout/psc', '', headers)).status, 400)
    assert.equal((await server().post('/login/backchannel-logout/chu', 'logout_token=x', headers)).status, 400)
  })
})
