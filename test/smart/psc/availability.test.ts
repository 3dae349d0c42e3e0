import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { COOKIES } from '../../../src/web/cookies.ts'
import { aVisitor } from '../../support/visitor.ts'
import { atWallet, choose, refusalOf, signInServer, startSignIn } from './server.ts'

describe('a provider with a bad day', () => {
  const server = signInServer()

  test('is told as such, with a way to try again, and found when it is back', async () => {
    const visitor = aVisitor(server())
    server().psc.behave({ down: true })
    await visitor.get('/login?next=/conformance')
    server().psc.behave({ down: true })
    const shown = await visitor.get('/login/start/psc?next=/conformance')
    assert.deepEqual([shown.status, refusalOf(shown)], [503, 'sign-in.unavailable'])
    assert.match(shown.text, /href="\/login\/start\/psc\?next=%2Fconformance"/)
    server().psc.behave({})
    await visitor.follow('S’identifier avec Pro Santé Connect')
    assert.equal((await choose(visitor, 'oncologue')).url.pathname, '/conformance')
  })

  test('that fails between wallet and token lets nobody in', async () => {
    const visitor = await atWallet(server())
    visitor.following = false
    const answer = await choose(visitor, 'oncologue')
    server().psc.behave({ down: true })
    const shown = await visitor.get(answer.headers.get('location') ?? '')
    assert.deepEqual([shown.status, refusalOf(shown)], [503, 'sign-in.unavailable'])
    assert.equal(visitor.cookies().has(COOKIES.session), false)
  })

  test('that answers too late is not waited for', async () => {
    const visitor = await atWallet(server())
    visitor.following = false
    const answer = await choose(visitor, 'oncologue')
    server().psc.behave({ delay: 20_000 })
    const begun = Date.now()
    const shown = await visitor.get(answer.headers.get('location') ?? '')
    assert.equal(refusalOf(shown), 'sign-in.unavailable')
    assert.ok(Date.now() - begun < 8000)
    server().psc.behave({})
  })

  test('whose answer has no end is not read to its end', async () => {
    const visitor = await atWallet(server())
    server().psc.behave({ userInfo: (claims) => ({ ...claims, padding: 'x'.repeat(600_000) }) })
    assert.equal(refusalOf(await choose(visitor, 'oncologue')), 'sign-in.unavailable')
  })
})

describe('a provider that describes itself otherwise than configured', () => {
  const rows: { id: string; metadata: (claims: Record<string, unknown>) => Record<string, unknown> }[] = [
    { id: 'another issuer', metadata: (described) => ({ ...described, issuer: 'https://evil.example.test' }) },
    { id: 'no token endpoint', metadata: ({ token_endpoint: _, ...described }) => described },
    { id: 'keys nowhere', metadata: (described) => ({ ...described, jwks_uri: 'nowhere' }) },
  ]
  for (const { id, metadata } of rows) {
    test(`${id} is not believed`, async () => {
      const server = await startSignIn()
      try {
        server.psc.behave({ metadata })
        const visitor = aVisitor(server)
        const shown = await visitor.get('/login/start/psc')
        assert.deepEqual([shown.status, refusalOf(shown)], [403, 'sign-in.untrusted'])
      } finally {
        await server.stop()
      }
    })
  }

  test('what is not there at all is unavailable, not a defect', async () => {
    const server = await startSignIn()
    try {
      await server.unplug()
      const shown = await aVisitor(server).get('/login/start/psc')
      assert.deepEqual([shown.status, refusalOf(shown)], [503, 'sign-in.unavailable'])
      assert.ok(server.logs.some((line) => line.includes('sign-in.unavailable') && line.includes('ECONNREFUSED')))
    } finally {
      await server.stop()
    }
  })
})
