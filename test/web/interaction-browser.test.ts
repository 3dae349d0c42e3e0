import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  aClinician,
  aLaunch,
  anApp,
  appPages,
  authorizationRequest,
  openServer,
  redeem,
  tokens,
} from '../smart/apps.ts'
import { SKIP_BROWSER, sharedBrowser } from '../support/browser.ts'

describe('an app of another origin, in a real browser', { skip: SKIP_BROWSER }, () => {
  const server = openServer()
  const pages = appPages()
  const browser = sharedBrowser()

  for (const consent of ['asked', 'implied'] as const) {
    test(`pitfall 18: posts its request, and is sent back with a code; consent is ${consent}`, async () => {
      const app = await anApp(server(), pages(), 'public', { consent })
      const clinician = await aClinician(server())
      const launch = await aLaunch(server(), app, clinician)
      const { parameters, verifier } = authorizationRequest(server(), app, { scope: 'launch patient/*.rs', launch })
      const context = await browser().newContext()
      try {
        const { baseUrl } = server().config
        const [name = '', value = ''] = clinician.signedIn.cookie.split('=')
        await context.addCookies([
          { name, value, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
        ])
        const page = await context.newPage()
        await page.goto(`${pages()}/start`)
        await page.evaluate(
          ([action, members]) => {
            const form = document.createElement('form')
            form.method = 'post'
            form.action = action
            for (const [key, text] of Object.entries(members)) {
              const input = document.createElement('input')
              Object.assign(input, { type: 'hidden', name: key, value: text })
              form.append(input)
            }
            document.body.append(form)
            form.submit()
          },
          [`${baseUrl}/oidc/authorize`, parameters] as const,
        )
        if (consent === 'asked') await page.getByRole('button', { name: 'Autoriser' }).click()
        await page.waitForURL(`${app.redirectUri}**`)
        const code = new URL(page.url()).searchParams.get('code') ?? ''
        assert.equal(tokens(await redeem(server(), app, { code, verifier })).patient, clinician.patientId)
      } finally {
        await context.close()
      }
    })
  }
})
