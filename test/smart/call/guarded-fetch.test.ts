import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { guardedFetch, isPrivate, OutboundError } from '../../../src/smart/call/guarded-fetch.ts'

const ADDRESSES = [
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['169.254.169.254', true],
  ['100.64.0.1', true],
  ['0.0.0.0', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:8.8.8.8', false],
  ['fd00::1', true],
  ['fe80::1', true],
  ['2001:4860:4860::8888', false],
  ['localhost', true],
  ['dpi.example.org', false],
] as const

for (const [address, expected] of ADDRESSES) {
  test(`${address} is ${expected ? 'private' : 'public, or a name that is looked up'}`, () => {
    assert.equal(isPrivate(address), expected)
  })
}

async function listening(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

const inside = guardedFetch({ privateNetwork: true, timeout: 300, mostBytes: 1000 })

test('threat iss-spoofing-ssrf: private addresses, by number or by name, are not connected to', async () => {
  let asked = 0
  const port = await listening((_request, response) => {
    asked += 1
    response.end('{}')
  })
  const outside = guardedFetch({ privateNetwork: false })
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1']) {
    for (const scheme of ['http', 'https']) await assert.rejects(outside(`${scheme}://${host}:${port}/`), OutboundError)
  }
  await assert.rejects(outside('file:///etc/passwd'), OutboundError)
  assert.equal(asked, 0)
  assert.equal((await inside(`http://127.0.0.1:${port}/`)).status, 200)
})

test('a redirect, an answer without end and an answer that does not come are none', async () => {
  const port = await listening((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/' }).end()
    else if (request.url === '/large') response.end('x'.repeat(5000))
  })
  for (const path of ['redirect', 'large', 'never']) {
    await assert.rejects(inside(`http://127.0.0.1:${port}/${path}`), OutboundError, path)
  }
})
