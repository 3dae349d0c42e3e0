import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DEMO_PROFESSIONALS } from '../../src/commands/demo/psc/professionals.ts'
import { COOKIES } from '../../src/web/cookies.ts'
import { atWallet, choose, press, refusalOf, signIn, signInServer } from '../smart/psc/server.ts'
import { sharedServer } from '../support/server.ts'
import { aVisitor, formsOf } from '../support/visitor.ts'

describe('a professional signs in by Pro Santé Connect', () => {
  const server = signInServer()
  const nationalIdOf = (login: string) => DEMO_PROFESSIONALS.find((one) => one.login === login)?.nationalId

  test('one button leads to the provider and back to where they wanted to go', async () => {
    const { visitor, shown } = await signIn(server(), 'oncologue', '/logout?x=1')
    assert.deepEqual([shown.status, shown.url.pathname, shown.url.search], [200, '/logout', '?x=1'])
    assert.match(shown.text, /OCEANE ONCOLOGUE-FICTIVE/)
    assert.match(visitor.cookies().get(COOKIES.session) ?? '', /^[A-Za-z0-9_-]{43}$/)
  })

  test('the request to the provider is complete: code, PKCE, state, nonce, level, scope, own callback', async () => {
    const visitor = aVisitor(server())
    assert.match((await visitor.get('/')).text, /Se connecter avec Pro Santé Connect/, 'the home page names it')
    visitor.following = false
    await visitor.get('/login')
    const sent = await visitor.follow('S’identifier avec Pro Santé Connect')
    const { origin, pathname, searchParams } = new URL(sent.headers.get('location') ?? '')
    assert.equal(`${origin}${pathname}`, `${server().psc.issuer}/auth`)
    const { state, nonce, code_challenge: challenge, ...rest } = Object.fromEntries(searchParams)
    assert.deepEqual(rest, {
      response_type: 'code',
      client_id: 'dcc',
      redirect_uri: 'https://dcc.example.test/login/callback/psc',
      scope: 'openid scope_all',
      acr_values: 'eidas1',
      code_challenge_method: 'S256',
    })
    assert.equal(new Set([state, nonce, challenge]).size, 3)
    for (const secret of [state, nonce, challenge]) assert.match(secret ?? '', /^[A-Za-z0-9_-]{43}$/)
  })

  test('who has a session at the provider comes through without a page of it', async () => {
    const { visitor } = await signIn(server(), 'oncologue')
    visitor.cookies().clear()
    await visitor.get('/login?next=/conformance')
    const shown = await visitor.follow('S’identifier avec Pro Santé Connect')
    assert.equal(shown.url.pathname, '/conformance')
  })

  test('login and password work as the buttons do', async () => {
    const visitor = await atWallet(server(), '/conformance')
    const wrong = await visitor.submitFirst('/auth/login', { login: 'oncologue', password: 'no' })
    assert.equal(wrong.status, 401)
    const shown = await visitor.submitFirst('/auth/login', { login: 'oncologue', password: 'password of oncologue' })
    assert.equal(shown.url.href, 'https://dcc.example.test/conformance')
  })

  const AT_ONCE = ['/calls/x', '/interaction/x']
  for (const next of AT_ONCE) {
    test(`${next}: a click elsewhere goes on to the only provider without another one`, async () => {
      const visitor = aVisitor(server())
      visitor.following = false
      const shown = await visitor.get(`/login?${new URLSearchParams({ next })}`)
      assert.equal(shown.headers.get('location'), `/login/start/psc?${new URLSearchParams({ next })}`)
    })
    test(`${next}: in a frame, and after a refusal, the page is shown`, async () => {
      const framed = await aVisitor(server()).get(`/login?next=${next}`, { 'sec-fetch-dest': 'iframe' })
      assert.match(framed.text, /S’identifier avec Pro Santé Connect/)
      const visitor = aVisitor(server())
      await visitor.get(`/login?next=${next}`)
      server().psc.behave({ idToken: (claims) => ({ ...claims, acr: '0' }) })
      const refused = await choose(visitor, 'oncologue')
      assert.deepEqual([refused.status, refusalOf(refused)], [403, 'sign-in.weak'])
      assert.match(refused.text, /S’identifier avec Pro Santé Connect/)
    })
  }

  test('who has signed in is not asked again', async () => {
    const { visitor } = await signIn(server(), 'oncologue')
    const shown = await visitor.get('/login?next=/conformance')
    assert.equal(shown.url.pathname, '/conformance')
  })

  test('the sign-in is traced with who, how and how strongly, and without a name', async () => {
    await signIn(server(), 'coordinateur')
    const [last] = await server().record.dcc.store.entitlement.traces({ limit: 1 })
    assert.equal(last?.kind, 'login')
    assert.equal(last?.actor, nationalIdOf('coordinateur'))
    assert.equal(last?.detail, 'psc acr=eidas1')
  })

  test('a secretary of an RCP, known by a role only, comes in', async () => {
    assert.equal((await signIn(server(), 'secretaire')).shown.url.pathname, '/conformance')
  })

  test('who is not habilitated is told so, and can sign out', async () => {
    const { visitor } = await signIn(server(), 'generaliste', '/')
    const home = await visitor.get('/')
    assert.match(home.text, /pas habilité/)
    const out = await visitor.submit('/logout')
    assert.deepEqual([out.url.pathname, visitor.cookies().has(COOKIES.session)], ['/logout', false])
  })

  describe('with several places', () => {
    test('they choose one, and nobody is signed in before', async () => {
      const { visitor, shown } = await signIn(server(), 'chirurgien')
      assert.equal(shown.url.pathname, '/login/activity')
      assert.equal(visitor.cookies().has(COOKIES.session), false)
      const [form] = formsOf(shown)
      assert.ok(form !== undefined)
      const places = [...shown.text.matchAll(/name="situation" value="(\d)"/g)].map(([, rank]) => rank)
      assert.deepEqual(places, ['0', '1'])
      const next = await visitor.submit('/login/activity', { situation: '1' })
      assert.equal(next.url.pathname, '/conformance')
      const home = await visitor.get('/')
      const [, second] = DEMO_PROFESSIONALS.find(({ login }) => login === 'chirurgien')?.places ?? []
      assert.ok(second !== undefined && home.text.includes(second.name))
    })

    for (const situation of ['', '2', '-1', '1e0', 'x']) {
      test(`« ${situation} » is no place`, async () => {
        const { visitor } = await signIn(server(), 'chirurgien')
        const shown = await visitor.submit('/login/activity', { situation })
        assert.deepEqual([shown.status, visitor.cookies().has(COOKIES.session)], [400, false])
      })
    }

    test('a choice is made once', async () => {
      const { visitor, shown } = await signIn(server(), 'chirurgien')
      const [form] = formsOf(shown)
      assert.ok(form !== undefined)
      const fields = { ...form.fields, situation: '0' }
      const browser = visitor.cookies().get(COOKIES.browser) ?? ''
      const twins = ['one', 'other'].map(() => aVisitor(server(), `${COOKIES.browser}=${browser}`))
      for (const twin of twins) await twin.get('/login/activity')
      const answers = await Promise.all(twins.map((twin) => twin.post('/login/activity', fields)))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
      const opened = twins.filter((twin) => twin.cookies().has(COOKIES.session))
      assert.equal(opened.length, 1)
    })

    test('a choice that was left open is not made by whoever signs in at the same workstation afterwards', async () => {
      const { visitor } = await signIn(server(), 'chirurgien')
      const browser = visitor.cookies().get(COOKIES.browser) ?? ''
      const colleague = aVisitor(server(), `${COOKIES.browser}=${browser}`)
      await colleague.get('/login')
      await colleague.follow('S’identifier avec Pro Santé Connect')
      await choose(colleague, 'oncologue')
      assert.equal((await colleague.get('/login/activity')).status, 400)
    })

    test('nor after who was signed in has signed out', async () => {
      const { visitor } = await signIn(server(), 'oncologue')
      const second = aVisitor(server())
      for (const [name, value] of visitor.cookies()) second.cookies().set(name, value)
      await second.get('/login/start/psc?next=/')
      assert.equal((await choose(second, 'chirurgien')).url.pathname, '/login/activity')
      await visitor.get('/logout')
      await visitor.submit('/logout')
      assert.equal((await second.get('/login/activity')).status, 400)
    })

    test('a choice is nobody else’s', async () => {
      const { shown } = await signIn(server(), 'chirurgien')
      const [form] = formsOf(shown)
      const stranger = aVisitor(server())
      assert.equal((await stranger.get('/login/activity')).status, 400)
      assert.equal((await stranger.post('/login/activity', { ...form?.fields, situation: '0' })).status, 403)
    })
  })

  describe('and is refused when', () => {
    const CLAIMS = 'idToken'
    const rows: {
      id: string
      behaviour: Parameters<ReturnType<typeof server>['psc']['behave']>[0]
      key: string
      status?: number
    }[] = [
      {
        id: 'the level is lower than asked',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, acr: '0' }) },
        key: 'sign-in.weak',
      },
      { id: 'the level is not said', behaviour: { [CLAIMS]: ({ acr: _, ...claims }) => claims }, key: 'sign-in.weak' },
      {
        id: 'a hospital’s provider behind it took a password',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, amr: ['pwd'] }) },
        key: 'sign-in.weak',
      },
      {
        id: 'the nonce is another',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, nonce: 'x' }) },
        key: 'sign-in.untrusted',
      },
      {
        id: 'there is no nonce',
        behaviour: { [CLAIMS]: ({ nonce: _, ...claims }) => claims },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the issuer is another',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, iss: 'https://evil.example.test' }) },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the token is for another client',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, aud: 'other' }) },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the token was issued to another client',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, azp: 'other' }) },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the token has expired',
        behaviour: { [CLAIMS]: (claims) => ({ ...claims, exp: 1 }) },
        key: 'sign-in.untrusted',
      },
      { id: 'the token is signed by another key', behaviour: { signature: 'foreign-key' }, key: 'sign-in.untrusted' },
      { id: 'the token is not signed', behaviour: { signature: 'none' }, key: 'sign-in.untrusted' },
      {
        id: 'the token is signed with the shared secret',
        behaviour: { signature: 'client-secret' },
        key: 'sign-in.untrusted',
      },
      {
        id: 'UserInfo is of somebody else',
        behaviour: { userInfo: (claims) => ({ ...claims, sub: 'f:x:other' }) },
        key: 'sign-in.untrusted',
      },
      {
        id: 'UserInfo is signed by another key',
        behaviour: { signedUserInfo: 'foreign-key' },
        key: 'sign-in.untrusted',
      },
      {
        id: 'UserInfo is not signed though it says so',
        behaviour: { signedUserInfo: 'none' },
        key: 'sign-in.untrusted',
      },
      {
        id: 'UserInfo is signed with a secret',
        behaviour: { signedUserInfo: 'client-secret' },
        key: 'sign-in.untrusted',
      },
      {
        id: 'there is no SubjectRefPro',
        behaviour: { userInfo: ({ SubjectRefPro: _, ...claims }) => claims },
        key: 'sign-in.not-professional',
      },
      {
        id: 'there is no national id',
        behaviour: { userInfo: (claims) => ({ ...claims, SubjectNameID: '' }) },
        key: 'sign-in.not-professional',
      },
      {
        id: 'the profession has no part in it',
        behaviour: {
          userInfo: (claims) => ({
            ...claims,
            SubjectRefPro: { exercices: [{ codeProfession: '28', nomDexercice: 'X' }] },
          }),
        },
        key: 'sign-in.profession',
      },
      {
        id: 'the answer does not say by whom it is',
        behaviour: { answer: (parameters) => parameters.delete('iss') },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the answer is of another issuer',
        behaviour: { answer: (parameters) => parameters.set('iss', 'https://evil.example.test') },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the code is another',
        behaviour: { answer: (parameters) => parameters.set('code', 'x'.repeat(43)) },
        key: 'sign-in.untrusted',
      },
      {
        id: 'there is no code',
        behaviour: { answer: (parameters) => parameters.delete('code') },
        key: 'sign-in.untrusted',
      },
      {
        id: 'the state is another',
        behaviour: { answer: (parameters) => parameters.set('state', 'x'.repeat(43)) },
        key: 'sign-in.attempt',
      },
      {
        id: 'there are two states',
        behaviour: { answer: (parameters) => parameters.append('state', 'x') },
        key: 'sign-in.untrusted',
      },
      {
        id: 'there is no state',
        behaviour: { answer: (parameters) => parameters.delete('state') },
        key: 'sign-in.attempt',
      },
      {
        id: 'the person cancels',
        behaviour: {
          answer: (parameters) => {
            parameters.delete('code')
            parameters.set('error', 'access_denied')
          },
        },
        key: 'sign-in.denied',
      },
      {
        id: 'the provider fails',
        behaviour: {
          answer: (parameters) => {
            parameters.delete('code')
            parameters.set('error', 'server_error')
          },
        },
        key: 'sign-in.unavailable',
      },
    ]
    for (const { id, behaviour, key } of rows) {
      const threat = 'signature' in behaviour || 'signedUserInfo' in behaviour ? 'threat jwt-alg-confusion-none: ' : ''
      test(`${key === 'sign-in.weak' ? 'threat psc-downgrade: ' : threat}${id}`, async () => {
        const visitor = await atWallet(server(), '/conformance')
        server().psc.behave(behaviour)
        const shown = await choose(visitor, 'oncologue')
        assert.equal(refusalOf(shown), key, shown.text)
        assert.ok(shown.status >= 400 && shown.status < 600)
        assert.equal(visitor.cookies().has(COOKIES.session), false)
        const [last] = await server().record.dcc.store.entitlement.traces({ limit: 1 })
        assert.deepEqual([last?.kind, last?.actor, last?.detail], ['login-refused', undefined, key])
      })
    }

    test('they cancel at the wallet: the page offers to begin again, to the same place', async () => {
      const visitor = await atWallet(server(), '/conformance')
      const shown = await press(visitor, { annuler: 'oui' })
      assert.deepEqual([shown.status, refusalOf(shown)], [403, 'sign-in.denied'])
      await visitor.follow('S’identifier avec Pro Santé Connect')
      assert.equal((await choose(visitor, 'oncologue')).url.pathname, '/conformance')
    })
  })

  test('a stronger level than asked, and a method that resists phishing, are welcome', async () => {
    const visitor = await atWallet(server())
    server().psc.behave({ idToken: (claims) => ({ ...claims, acr: 'eidas2', amr: ['pwd', 'hwk'] }) })
    await choose(visitor, 'oncologue')
    assert.ok(visitor.cookies().has(COOKIES.session))
    const [last] = await server().record.dcc.store.entitlement.traces({ limit: 1 })
    assert.equal(last?.detail, 'psc acr=eidas2 amr=pwd amr=hwk')
  })

  test('UserInfo that is signed by the provider is read as well', async () => {
    const visitor = await atWallet(server(), '/conformance')
    server().psc.behave({ signedUserInfo: true })
    assert.equal((await choose(visitor, 'oncologue')).url.pathname, '/conformance')
  })

  test('the provider is asked for a token and for UserInfo once, and for nothing at later pages', async () => {
    const visitor = await atWallet(server(), '/conformance')
    const from = server().psc.asked.length
    await choose(visitor, 'oncologue')
    await visitor.get('/')
    await visitor.get('/login')
    const asked = server()
      .psc.asked.slice(from)
      .map((path) => path.replace('/protocol/openid-connect', ''))
    assert.deepEqual(
      asked.filter((path) => path !== '/certs'),
      ['/auth/login', '/token', '/userinfo'],
    )
  })

  test('no token of the provider is kept but the one that signs out', async () => {
    const { store } = server().record.dcc
    await signIn(server(), 'oncologue')
    const kept = await Promise.all(
      ['WebSession', 'SignInAttempt', 'SessionAtProvider'].map((model) => store.authorization.list(model, 0)),
    )
    const text = JSON.stringify(kept)
    assert.ok(!/access_token|refresh_token/.test(text) && text.includes('idToken'))
  })
})

describe('a server without identity provider', () => {
  const server = sharedServer({ config: { auth: 'on' } })
  test('says on /login that only back ends use it', async () => {
    const shown = await aVisitor(server()).get('/login')
    assert.deepEqual([shown.status, refusalOf(shown)], [404, 'sign-in.none'])
    assert.match(shown.text, /Aucun fournisseur d’identité n’est configuré/)
    assert.ok(!shown.text.includes('S’identifier'))
  })
  test('has no callback and no start', async () => {
    for (const path of ['/login/start/psc', '/login/callback/psc?state=x&code=y']) {
      const shown = await aVisitor(server()).get(path)
      assert.deepEqual([shown.status, refusalOf(shown)], [404, 'sign-in.unknown-provider'])
    }
  })
})
