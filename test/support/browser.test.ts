import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { accessibilityFaults, freePort, movesSideways, openWindow, SKIP_BROWSER, sharedBrowser } from './browser.ts'

describe('a browser for stories', { skip: SKIP_BROWSER }, () => {
  const browser = sharedBrowser()
  let server: Server | undefined
  let origin = ''
  before(async () => {
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    server = createServer((request, response) => {
      response.setHeader('Content-Security-Policy', "default-src 'none'")
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      const faulty = request.url === '/faulty'
      response.end(
        `<!doctype html><html${faulty ? '' : ' lang="fr"'}><head><title>Essai</title></head><body><main><h1>${request.headers.cookie ?? 'personne'}</h1>${faulty ? '<img src="x"><pre>'.concat('x'.repeat(900)) : ''}</main></body></html>`,
      )
    }).listen(port, '127.0.0.1')
    await new Promise((resolve) => server?.once('listening', resolve))
  })
  after(() => server?.close())

  test('a window carries the session that it is given, and no other window does', async () => {
    const [signedIn, stranger] = [
      await openWindow(browser(), origin, { session: 'secret' }),
      await openWindow(browser(), origin),
    ]
    await signedIn.goto('/')
    await stranger.goto('/')
    assert.equal(await signedIn.textContent('h1'), '__Host-dcc=secret')
    assert.equal(await stranger.textContent('h1'), 'personne')
    await Promise.all([signedIn.context().close(), stranger.context().close()])
  })

  test('axe finds serious faults under a policy that runs no script, and none where there is none', async () => {
    const page = await openWindow(browser(), origin)
    await page.goto('/')
    assert.deepEqual(await accessibilityFaults(page), [])
    assert.equal(await movesSideways(page), false)
    await page.goto('/faulty')
    const found = (await accessibilityFaults(page)).map(({ id }) => id)
    assert.ok(found.includes('html-has-lang') && found.includes('image-alt'), String(found))
    assert.equal(await movesSideways(page), true)
    await page.context().close()
  })
})
