import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock, test } from 'node:test'
import express from 'express'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { KEYS_BELIEVED, keyFetcher } from '../../../src/smart/oidc/key-fetcher.ts'
import { limitedByAddress, openRate } from '../../../src/smart/oidc/rate.ts'
import { openKeyRing, REPLACED_LIFE, rotateKeys } from '../../../src/smart/signing-keys.ts'
import { aClinician, anApp, appPages, authorize, openServer, redeem, tokens } from '../apps.ts'

/** Keys that change while the server runs, and callers who ask too much. */

const server = openServer()
const pages = appPages()

test('a rotated key signs within seconds; what the one before signed is still proved', async () => {
  const app = await anApp(server(), pages(), 'public')
  const clinician = await aClinician(server())
  const idToken = async () => {
    const asking = { scope: 'openid launch/patient patient/*.rs', pick: clinician.number }
    const returned = await authorize(server(), clinician.visitor, app, asking)
    return tokens(await redeem(server(), app, returned)).id_token ?? ''
  }
  const before = await idToken()
  const { kid } = rotateKeys(server().config.dataDir, Date.now)
  let at = Date.now()
  const clock = mock.method(Date, 'now', () => at)
  at += 3000
  const after = await idToken()
  clock.mock.restore()
  const set = (await server().get('/oidc/jwks')).json() as JSONWebKeySet
  assert.equal(set.keys.length, 2)
  assert.ok(set.keys.every((key) => !('d' in key) && !('until' in key)))
  const keys = createLocalJWKSet(set)
  const verified = await Promise.all([before, after].map((token) => jwtVerify(token, keys, { audience: app.id })))
  assert.equal(verified[1]?.protectedHeader.kid, kid)
  assert.notEqual(verified[0]?.protectedHeader.kid, kid)
})

test('a key that was replaced goes when nothing that it signed is good any more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dcc-keys-'))
  try {
    let at = 1_800_000_000_000
    const ring = openKeyRing(folder, () => at)
    const [first] = ring.current()
    assert.equal(ring.current(), ring.current(), 'the same until they change')
    const { kid, kept } = rotateKeys(folder, () => at)
    assert.deepEqual(kept, [first?.kid])
    at += 2000
    assert.deepEqual(
      ring.current().map((key) => key.kid),
      [kid, first?.kid],
    )
    at += REPLACED_LIFE * 1000
    assert.deepEqual(
      ring.current().map((key) => key.kid),
      [kid],
    )
    assert.equal((await stat(join(folder, 'signing-keys.json'))).mode & 0o777, 0o600)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('keys of a client are believed for an hour at most, whatever their server says', async () => {
  const headers = ['max-age=315360000', 'public, max-age=60', undefined]
  const listener = createServer((_request, response) => {
    const cache = headers.shift()
    if (cache === undefined) response.setHeader('expires', new Date(Date.now() + 1e12).toUTCString())
    else response.setHeader('cache-control', cache)
    response.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  try {
    const fetched = keyFetcher({ isPrivate: () => true })
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/jwks`
    for (const seconds of [KEYS_BELIEVED, 60, KEYS_BELIEVED]) {
      const answer = await fetched(address, {})
      assert.deepEqual([...answer.headers.keys()], ['cache-control'])
      assert.equal(answer.headers.get('cache-control'), `max-age=${seconds}`)
      assert.equal(await answer.text(), '{"keys":[]}')
    }
  } finally {
    listener.close()
  }
})

test('who asks too much waits, who waits may ask, and nobody waits for others', () => {
  let at = 0
  const rate = openRate({ atOnce: 3, perSecond: 2 }, () => at)
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => rate.take('a')),
    [0, 0, 0, 1, 1],
  )
  assert.equal(rate.take('b'), 0)
  at += 500
  assert.deepEqual([rate.take('a'), rate.take('a')], [0, 1])
  at += 60_000
  assert.deepEqual(
    [1, 2, 3, 4].map(() => rate.take('a')),
    [0, 0, 0, 1],
  )
})

test('an address that asks without end is answered 429 and when to come back', async () => {
  const limited = limitedByAddress(openRate({ atOnce: 2, perSecond: 0.5 }, () => 0))
  const app = express().post('/oidc/token', limited, (_request, response) => void response.status(400).end())
  const listener = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  try {
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/oidc/token`
    const answers = []
    for (let turn = 0; turn < 4; turn += 1) answers.push(await fetch(address, { method: 'POST' }))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 429, 429],
    )
    assert.equal(answers[2]?.headers.get('retry-after'), '2')
    assert.deepEqual(await answers[2]?.json(), { error: 'slow_down' })
  } finally {
    listener.closeAllConnections()
    listener.close()
  }
})

test('behind proxies of ours nobody waits for a stranger; nobody is believed to be many, and a /64 is one', async () => {
  const limited = limitedByAddress(openRate({ atOnce: 1, perSecond: 0.01 }, () => 0))
  const app = express()
    .set('trust proxy', 1)
    .post('/oidc/token', limited, (_request, response) => {
      response.status(400).end()
    })
  const listener = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  try {
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/oidc/token`
    const rows = [
      { sent: '203.0.113.9', status: 400 },
      { sent: '203.0.113.9', status: 429 },
      { sent: '198.51.100.1, 203.0.113.9', status: 429 },
      { sent: '198.51.100.1', status: 400 },
      { sent: '2001:db8:1:2::1', status: 400 },
      { sent: '2001:db8:1:2:ffff:ffff:0:9', status: 429 },
      { sent: '2001:db8:1:3::1', status: 400 },
      { sent: '2001:db8::1', status: 400 },
      { sent: '2001:db8::2', status: 429 },
      { sent: '2001:db8:0:0:1::', status: 429 },
    ]
    for (const { sent, status } of rows) {
      const answer = await fetch(address, { method: 'POST', headers: { 'x-forwarded-for': sent } })
      assert.equal(answer.status, status, sent)
    }
  } finally {
    listener.closeAllConnections()
    listener.close()
  }
})
