import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import express from 'express'
import { pino } from 'pino'
import { requestId } from '../../src/http/request-id.ts'
import { securityHeaders } from '../../src/http/security-headers.ts'
import { SMART_ERRORS, SmartError, type SmartErrorKey } from '../../src/smart/errors.ts'
import { StoreError } from '../../src/store/errors.ts'
import { errorPage } from '../../src/web/error-page.ts'
import { formBody } from '../../src/web/visit.ts'

const KEYS = Object.keys(SMART_ERRORS) as SmartErrorKey[]
/** What a request may hold and no page may repeat. */
const SECRET = 'DURAND-SECRET'

describe('the page of an error', () => {
  const logs: string[] = []
  let origin = ''
  const app = express()
  const server = createServer(app)
  before(async () => {
    app.use(requestId, securityHeaders)
    app.get('/smart/:key', (request) => {
      throw new SmartError(request.params.key as SmartErrorKey, { cause: new Error(SECRET) })
    })
    app.get('/defect', () => {
      throw new TypeError(`cannot read ${SECRET}`)
    })
    app.get('/away', () => {
      throw new StoreError('store.unavailable', SECRET)
    })
    app.post('/form', formBody, (_request, response) => void response.send('read'))
    app.use(errorPage(pino({ base: null }, { write: (line: string) => void logs.push(line) })))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())
  const shown = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }

  for (const key of KEYS) {
    test(`says what happened, in French and English, and nothing of the request: ${key}`, async () => {
      const { status, title, fr, en } = SMART_ERRORS[key]
      const page = await shown(`/smart/${key}?nom=${SECRET}`, { headers: { cookie: `x=${SECRET}` } })
      assert.equal(page.status, status)
      assert.ok(status >= 400 && status < 600)
      assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
      assert.equal(page.headers.get('content-language'), 'fr')
      assert.equal(page.headers.get('cache-control'), 'no-store')
      assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
      const text = page.text.replaceAll('&#39;', "'")
      for (const part of [`<h1>${title}</h1>`, fr, `lang="en" class="quiet">${en}`, `<code>${key}</code>`]) {
        assert.ok(text.includes(part), part)
      }
      assert.match(page.text, /requête <code>[0-9a-f-]{36}<\/code>/)
      assert.doesNotMatch(page.text, new RegExp(SECRET))
      assert.ok(fr.length <= 280, 'short enough to be read')
      assert.doesNotMatch(`${title} ${fr}`, /'/, 'typographic apostrophes')
    })
  }

  test('a defect is logged with the request and where it happened, without what was asked', async () => {
    const page = await shown(`/defect?nom=${SECRET}`)
    assert.equal(page.status, 500)
    assert.match(page.text, /page\.unexpected/)
    assert.doesNotMatch(page.text + logs.join(''), new RegExp(SECRET))
    assert.match(logs.at(-1) ?? '', /"stack":"TypeError\\n +at [^"]*errors\.test\.ts:\d+/)
  })

  test('a store that does not answer is 503, and says that nothing was changed', async () => {
    const page = await shown('/away')
    assert.equal(page.status, 503)
    assert.match(page.text, /Rien n’a été modifié/)
  })

  test('a form that is too large or cannot be read is a fault of the form', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const body of ['a'.repeat(70_000), Array.from({ length: 300 }, (_, at) => `a${at}=1`).join('&')]) {
      const page = await shown('/form', { method: 'POST', headers: type, body })
      assert.equal(page.status, 400)
      assert.match(page.text, /form\.invalid/)
    }
  })
})
