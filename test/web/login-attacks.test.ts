import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newSecret, openSessions } from '../../src/smart/sessions.ts'
import type { AuthorizationRecord } from '../../src/store/authorization.ts'
import { StoreError } from '../../src/store/errors.ts'
import { COOKIES } from '../../src/web/cookies.ts'
import { atWallet, choose, refusalOf, signIn, signInServer } from '../smart/psc/server.ts'
import { signedIn } from '../support/signed-in.ts'
import { aVisitor } from '../support/visitor.ts'

describe('attacks on sign-in', () => {
  const server = signInServer()

  /** The address that a provider sends a browser back to, not followed. */
  async function backOf(visitor: Awaited<ReturnType<typeof atWallet>>, login = 'oncologue'): Promise<URL> {
    visitor.following = false
    const answer = await choose(visitor, login)
    visitor.following = true
    return new URL(answer.headers.get('location') ?? '')
  }

  test('threat launch-csrf-forced-login: the answer to an attacker’s sign-in opens nothing in the victim’s browser', async () => {
    const attacker = await atWallet(server())
    const callback = await backOf(attacker)
    const victim = aVisitor(server())
    await victim.get('/login')
    const shown = await victim.get(callback)
    assert.deepEqual([shown.status, refusalOf(shown)], [400, 'sign-in.attempt'])
    assert.equal(victim.cookies().has(COOKIES.session), false)
    // A victim with a browser secret of their own, and even with an attempt of their own, is no better prey.
    const busy = await atWallet(server())
    assert.equal(refusalOf(await busy.get(callback)), 'sign-in.attempt')
    // Whoever began it may still end it: the attack used nothing up.
    assert.equal((await attacker.get(callback)).status, 200)
    assert.ok(attacker.cookies().has(COOKIES.session))
  })

  test('threat launch-csrf-forced-login: no other site sends a form of sign-in or sign-out', async () => {
    const { visitor } = await signIn(server(), 'oncologue')
    const before = visitor.cookies().get(COOKIES.session)
    for (const site of ['cross-site', 'same-site', 'none']) {
      const shown = await visitor.post('/logout', { jeton: 'x' }, { 'sec-fetch-site': site })
      assert.equal(refusalOf(shown), 'form.forged')
    }
    const forged = await visitor.post('/logout', { jeton: newSecret() })
    assert.equal(refusalOf(forged), 'form.forged')
    assert.match((await visitor.get('/logout')).text, /encore connecté/)
    assert.equal(visitor.cookies().get(COOKIES.session), before)
  })

  test('threat session-fixation: signing in gives a new id, whatever the browser held', async () => {
    const planted = newSecret()
    const visitor = await atWallet(server())
    visitor.cookies().set(COOKIES.session, planted)
    await choose(visitor, 'oncologue')
    assert.notEqual(visitor.cookies().get(COOKIES.session), planted)
    const attacker = aVisitor(server(), `${COOKIES.session}=${planted}`)
    assert.match((await attacker.get('/')).text, /Se connecter/)
  })

  test('threat session-fixation: signing in over a session of somebody else ends that one', async () => {
    const other = await signedIn(server())
    const visitor = await atWallet(server())
    visitor.cookies().set(COOKIES.session, other.secret)
    await choose(visitor, 'oncologue')
    assert.notEqual(visitor.cookies().get(COOKIES.session), other.secret)
    const left = aVisitor(server(), other.cookie)
    assert.match((await left.get('/')).text, /Se connecter/)
  })

  test('two windows that sign in at once are one session: the second ends nothing of the first', async () => {
    const first = await atWallet(server())
    const browser = first.cookies().get(COOKIES.browser) ?? ''
    const second = aVisitor(server(), `${COOKIES.browser}=${browser}`)
    await second.get('/login?next=/conformance')
    await second.follow('S’identifier avec Pro Santé Connect')
    await choose(first, 'oncologue')
    const earlier = first.cookies().get(COOKIES.session) ?? ''
    const sessions = openSessions(server().record.dcc.store.authorization, Date.now)
    const opened = await sessions.find(earlier)
    second.cookies().set(COOKIES.session, earlier)
    await choose(second, 'oncologue')
    const later = second.cookies().get(COOKIES.session) ?? ''
    assert.notEqual(later, earlier)
    assert.deepEqual(
      [(await sessions.find(later))?.uid, (await sessions.find(earlier))?.uid],
      [opened?.uid, opened?.uid],
    )
    // Another person at the same browser is another session.
    const third = aVisitor(server(), `${COOKIES.session}=${later}`)
    await third.get('/login/start/psc')
    await choose(third, 'coordinateur')
    assert.equal(await sessions.find(later), undefined)
  })

  describe('threat open-redirect: sign-in leads nowhere else', () => {
    const ELSEWHERE = [
      'https://evil.example.test/',
      '//evil.example.test/',
      '/\\evil.example.test/',
      '\\\\evil.example.test',
      'javascript:alert(1)',
      '/%0d%0aLocation:%20https://evil.example.test',
      '/\thttps://evil.example.test',
      'evil.example.test',
      '',
      ' /',
      `/${'a'.repeat(2001)}`,
    ]
    for (const next of ELSEWHERE) {
      test(JSON.stringify(next).slice(0, 60), async () => {
        const { shown } = await signIn(server(), 'oncologue', next)
        assert.equal(shown.url.origin, 'https://dcc.example.test')
        assert.ok(shown.trail.every(({ host }) => !host.includes('evil')))
        if (!next.startsWith('/%0d')) assert.equal(shown.url.pathname, '/')
      })
    }
    test('twice the parameter is none', async () => {
      const visitor = aVisitor(server())
      const shown = await visitor.get('/login?next=/conformance&next=https://evil.example.test')
      assert.ok(!shown.text.includes('evil') && shown.text.includes('next=%2F"'))
    })
    test('neither does sign-out', async () => {
      const { visitor } = await signIn(server(), 'oncologue', '/logout')
      const shown = await visitor.submit('/logout', {
        next: 'https://evil.example.test',
        post_logout_redirect_uri: 'https://evil.example.test',
      })
      assert.equal(shown.url.href, 'https://dcc.example.test/logout')
    })
  })

  test('threat code-injection-interception: an answer is good once', async () => {
    const visitor = await atWallet(server())
    const callback = await backOf(visitor)
    assert.equal((await visitor.get(callback)).status, 200)
    const again = await visitor.get(callback)
    assert.deepEqual([again.status, refusalOf(again)], [400, 'sign-in.attempt'])
  })

  test('threat code-injection-interception: of many at once, one answer opens a session', async () => {
    const visitor = await atWallet(server())
    const callback = await backOf(visitor)
    const browser = visitor.cookies().get(COOKIES.browser)
    const twins = Array.from({ length: 6 }, () => aVisitor(server(), `${COOKIES.browser}=${browser}`))
    await Promise.all(twins.map((twin) => twin.get(callback)))
    assert.equal(twins.filter((twin) => twin.cookies().has(COOKIES.session)).length, 1)
  })

  test('threat code-injection-interception: a stolen code is worth nothing in an attempt of the thief', async () => {
    const victim = await atWallet(server())
    const stolen = (await backOf(victim)).searchParams.get('code') ?? ''
    const thief = await atWallet(server())
    const callback = await backOf(thief, 'generaliste')
    callback.searchParams.set('code', stolen)
    const shown = await thief.get(callback)
    assert.equal(refusalOf(shown), 'sign-in.untrusted')
    assert.equal(thief.cookies().has(COOKIES.session), false)
  })

  test('threat token-in-logs-referer-history: no code, state, token, name or id is logged, whether it goes well or not', async () => {
    const from = server().logs.length
    const visitor = await atWallet(server())
    const callback = await backOf(visitor)
    await visitor.get(callback)
    await visitor.get(callback)
    const other = await atWallet(server())
    server().psc.behave({ signature: 'foreign-key' })
    await choose(other, 'generaliste')
    const logged = server().logs.slice(from).join('\n')
    assert.ok(logged.includes('sign-in refused'))
    const { code = '', state = '' } = Object.fromEntries(callback.searchParams)
    for (const secret of [
      code,
      state,
      'eyJ',
      'ONCOLOGUE',
      'GENERALISTE',
      '81009991',
      visitor.cookies().get(COOKIES.session) ?? '',
    ]) {
      assert.ok(secret !== '' && !logged.includes(secret), secret)
    }
  })

  test('threat xss-via-traits: a name with markup is not shown, and other names are escaped', async () => {
    const visitor = await atWallet(server(), '/logout')
    const names = { nomDexercice: `O'HARA & "FILS"`, prenomDexercice: '<img src=x onerror=alert(1)>' }
    server().psc.behave({
      userInfo: (claims) => ({
        ...claims,
        given_name: '<b>A</b>',
        SubjectRefPro: {
          exercices: [{ codeProfession: '10', ...names, activities: [{ raisonSocialeSite: '<i>CHU</i>' }] }],
        },
      }),
    })
    const { text } = await choose(visitor, 'oncologue')
    assert.ok(text.includes('O&#39;HARA &amp; &quot;FILS&quot;'), text)
    assert.ok(!/<img|<b>|<i>/.test(text))
  })

  test('threat dos-by-jwks-refetch: tokens of keys that nobody has do not make us ask for keys again and again', async () => {
    await signIn(server(), 'oncologue')
    const from = server().psc.asked.length
    for (const _ of [1, 2, 3, 4]) {
      const visitor = await atWallet(server())
      server().psc.behave({ signature: 'unknown-key' })
      assert.equal(refusalOf(await choose(visitor, 'oncologue')), 'sign-in.untrusted')
    }
    const asked = server().psc.asked.slice(from)
    assert.equal(asked.filter((path) => path.endsWith('/token')).length, 4)
    assert.ok(asked.filter((path) => path.endsWith('/certs')).length <= 1)
  })

  test('threat iss-spoofing-ssrf: nothing of a request says whom we ask', async () => {
    const visitor = await atWallet(server())
    const callback = await backOf(visitor)
    for (const iss of ['http://169.254.169.254/latest', 'https://evil.example.test'])
      callback.searchParams.set('iss', iss)
    const from = server().psc.asked.length
    assert.equal(refusalOf(await visitor.get(callback)), 'sign-in.untrusted')
    assert.deepEqual(server().psc.asked.slice(from), [])
    for (const path of [
      '/login/start/http:%2F%2F169.254.169.254',
      '/login/start/constructor',
      '/login/callback/__proto__',
    ]) {
      assert.equal(refusalOf(await visitor.get(path)), 'sign-in.unknown-provider')
    }
  })

  test('threat clickjacking: pages of sign-in are in no frame and run nothing', async () => {
    const visitor = aVisitor(server())
    for (const path of ['/login', '/logout', '/login/activity', '/login/callback/psc']) {
      const { headers } = await visitor.get(path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.ok(policy.includes("frame-ancestors 'none'") && policy.includes("default-src 'none'"), path)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
    }
  })

  test('cookies are of this host alone, over TLS, and no script reads them', async () => {
    const visitor = await atWallet(server())
    visitor.following = false
    const back = await visitor.get(
      await backOf(visitor).then((url) => {
        visitor.following = false
        return url
      }),
    )
    const [line = ''] = back.headers.getSetCookie()
    assert.match(line, /^__Host-dcc=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  })
})

describe('an address that begins sign-ins without end', () => {
  const server = signInServer({ now: () => new Date(0) })
  test('waits, and others do not', async () => {
    const codes = new Map<number, number>()
    for (let rank = 0; rank < 620; rank += 1) {
      const { status } = await server().get('/login/callback/psc')
      codes.set(status, (codes.get(status) ?? 0) + 1)
    }
    assert.deepEqual(
      [...codes],
      [
        [400, 600],
        [429, 20],
      ],
    )
    const refused = await server().get('/login/start/psc')
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '1'])
    assert.equal((await aVisitor(server()).get('/login')).status, 200)
  })
})

describe('time', () => {
  let now = Date.now()
  const server = signInServer({ now: () => new Date(now) })

  test('an attempt is over after ten minutes', async () => {
    const visitor = await atWallet(server())
    visitor.following = false
    const answer = await choose(visitor, 'oncologue')
    now += 601_000
    const shown = await visitor.get(answer.headers.get('location') ?? '')
    assert.deepEqual([shown.status, refusalOf(shown)], [400, 'sign-in.attempt'])
    now = Date.now()
  })

  test('a choice is over after ten minutes', async () => {
    const { visitor } = await signIn(server(), 'chirurgien')
    now += 601_000
    assert.equal(refusalOf(await visitor.get('/login/activity')), 'sign-in.attempt')
    now = Date.now()
  })
})

describe('a store that fails in the middle of a sign-in', () => {
  let fails = false
  const server = signInServer({
    withRecord: (record) => {
      const { store } = record.dcc
      const authorization = {
        ...store.authorization,
        put: async (row: AuthorizationRecord) => {
          if (fails && row.model === 'WebSession') throw new StoreError('store.unavailable', 'away')
          return store.authorization.put(row)
        },
      }
      return { ...record, dcc: { ...record.dcc, store: { ...store, authorization } } }
    },
  })

  test('threat session-fixation: leaves nobody signed in as whoever used the workstation before', async () => {
    const other = await signedIn(server())
    const visitor = await atWallet(server())
    visitor.cookies().set(COOKIES.session, other.secret)
    fails = true
    const shown = await choose(visitor, 'oncologue')
    fails = false
    assert.equal(shown.status, 503)
    assert.match((await visitor.get('/')).text, /Se connecter/)
  })
})
