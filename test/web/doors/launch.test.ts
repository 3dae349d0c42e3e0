import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protectedServer } from '../../smart/server.ts'

const server = protectedServer({ now: () => new Date(0) })

test('an address that launches without end waits: each launch is traced, and may ask a DPI', async () => {
  const codes = new Map<number, number>()
  for (let round = 0; round < 26; round += 1) {
    const launches = Array.from({ length: 20 }, () => server().get('/launch?iss=https%3A%2F%2Funknown.test&launch=x'))
    for (const { status } of await Promise.all(launches)) codes.set(status, (codes.get(status) ?? 0) + 1)
  }
  assert.deepEqual(
    [...codes],
    [
      [400, 500],
      [429, 20],
    ],
  )
  assert.equal((await server().get('/launch/cb/unknown')).status, 429)
  const page = await server().get('/launch/cb/unknown', { accept: 'text/html,*/*;q=0.8' })
  assert.deepEqual([page.status, page.headers['retry-after']], [429, '1'])
  assert.match(page.text, /Trop de demandes.*<code>page\.too-many<\/code>/s)
})
