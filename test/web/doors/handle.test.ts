import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protectedServer } from '../../smart/server.ts'
import { aVisitor } from '../../support/visitor.ts'

/** Time stands still: nobody earns another try. */
const started = new Date()
const server = protectedServer({ now: () => started })
const ADDRESS = `/c/${'h'.repeat(43)}`

test('the page of a call sends itself by a script of ours, and has a button where scripts are off', async () => {
  const visitor = aVisitor(server())
  const page = await visitor.get(ADDRESS)
  assert.equal(page.status, 200)
  assert.match(page.text, /<form method="post" action="\/c\/h{43}" data-submit>/)
  assert.match(page.text, /<button type="submit">Ouvrir le dossier<\/button>/)
  const [, script = ''] = /<script src="([^"]+)" defer>/.exec(page.text) ?? []
  const served = await visitor.get(script)
  assert.equal(served.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.match(served.text, /requestSubmit/)
})

test('it runs nothing else, is not kept and tells nobody where it was', async () => {
  const { headers } = await aVisitor(server()).get(ADDRESS)
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self'(;|$)/)
  assert.doesNotMatch(policy, /unsafe|\*/)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(headers.get('referrer-policy'), 'no-referrer')
})

test('HEAD, and methods that it has not, use nothing up', async () => {
  for (const method of ['HEAD', 'PUT', 'DELETE']) {
    const { status } = await server().send(method, ADDRESS)
    assert.equal(status, method === 'HEAD' ? 200 : 404)
  }
  assert.equal((await server().record.dcc.store.authorization.list('PendingCall', 0)).length, 0)
})

test('who has no cookie sends nothing', async () => {
  const { status, text } = await server().post(ADDRESS, 'jeton=x', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  assert.equal(status, 403)
  assert.ok(text.includes('form.forged'))
})

test('who tries one address after another waits after a while', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  let refused = 0
  for (let round = 0; round < 11 && refused === 0; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => server().post(ADDRESS, 'jeton=x', headers)))
    refused = answers.filter(({ status }) => status === 429).length
  }
  assert.ok(refused > 0)
})
