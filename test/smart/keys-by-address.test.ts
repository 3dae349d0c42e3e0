import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { aBackEnd, aKey, anAssertion, askToken, type BackEnd, protectedServer } from './server.ts'

const server = protectedServer()

/** Keys of a client at an address of its own: /jwks, /elsewhere redirects there, /huge is too large. */
describe('a client’s keys at its own address', () => {
  let keys: object[] = []
  let fetched = 0
  let site: Server
  let base = ''

  before(async () => {
    site = createServer((request, response) => {
      fetched += 1
      if (request.url === '/elsewhere') response.writeHead(302, { location: '/jwks' }).end()
      else if (request.url === '/huge') response.end(JSON.stringify({ keys, filler: 'x'.repeat(200_000) }))
      else response.setHeader('cache-control', 'max-age=1').end(JSON.stringify({ keys }))
    }).listen(0, '127.0.0.1')
    await once(site, 'listening')
    base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  })
  after(() => site.close())

  const at = async (path: string, private_network: boolean): Promise<BackEnd> => {
    const client = await aBackEnd(server(), { jwks_uri: `${base}${path}`, private_network })
    keys = [client.jwk]
    return client
  }
  const status = async (client: BackEnd, header = {}) =>
    (await askToken(server(), await anAssertion(client, {}, header))).status

  test('pitfall 17: a private address is fetched when a registration says so, and no other', async () => {
    assert.equal(await status(await at('/jwks', true)), 200)
    const outside = await at('/jwks?outside', false)
    assert.equal(await status(outside), 401)
    assert.match(server().logs.at(-2) ?? '', /"detail":"[^"]*special-use IP address"/)
  })

  test('keys are fetched once for many requests, not for each', async () => {
    const client = await at('/jwks', true)
    await status(client)
    const before = fetched
    assert.deepEqual(await Promise.all([status(client), status(client), status(client)]), [200, 200, 200])
    assert.equal(fetched, before)
  })

  test('threat dos-by-jwks-refetch: an unknown kid does not have the keys fetched again and again', async () => {
    const client = await at('/jwks', true)
    await status(client)
    const before = fetched
    const stranger = { ...client, ...(await aKey()) }
    for (let attempt = 0; attempt < 5; attempt += 1) assert.equal(await status(stranger), 401)
    assert.ok(fetched - before <= 1, `${fetched - before} fetches`)
  })

  test('nobody is followed to another address, and no answer is read without end', async () => {
    assert.equal(await status(await at('/elsewhere', true)), 401)
    assert.equal(await status(await at('/huge', true)), 401)
  })

  test('jku is taken when it is the registered address, and only then', async () => {
    const client = await at('/jwks', true)
    assert.equal(await status(client, { jku: `${base}/jwks` }), 200)
    assert.equal(await status(client, { jku: `${base}/other` }), 401)
    assert.equal(await status(client, { x5u: `${base}/jwks` }), 401)
  })
})
