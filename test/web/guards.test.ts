import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Router } from 'express'
import { pino } from 'pino'
import { routeOf } from '../../src/http/observe.ts'
import { web } from '../../src/web/open.ts'
import { sheetAddress } from '../../src/web/visit.ts'
import { aPatient } from '../support/builders.ts'
import { aProfessional, ONCOLOGIST, signedIn } from '../support/signed-in.ts'
import { aVisitor } from '../support/visitor.ts'
import { DPI, pagesServer } from './pages-server.ts'

const FORMS = [
  '/search',
  '/search/open',
  '/access',
  '/access/emergency',
  '/drafts/some-id',
  '/drafts/some-id/cancel',
  '/candidates/some-id',
] as const
const PAGES = [
  '/search',
  '/access',
  '/access/some-id',
  '/drafts/some-id',
  '/candidates/some-id',
  '/conflict/some-id',
] as const

/** Complete answers to every form: only the guard is missing. */
const ANSWERS = {
  ...{ family: 'MARTIN', given: 'LUCIE', birthDate: '', number: '', patient: 'x', none: '' },
  ...{ reason: 'vital', words: 'une explication assez longue', told: 'oui', topography: '' },
}

/** The paths of a router and of those within. */
function* pathsOf({ stack }: Pick<Router, 'stack'>): Generator<string> {
  for (const { route, handle } of stack) {
    if (route !== undefined) yield route.path
    else if ('stack' in handle && Array.isArray(handle.stack)) yield* pathsOf({ stack: handle.stack })
  }
}

describe('every form of a page', () => {
  const pages = pagesServer()
  const strangerTo = () => {
    const { port, origin, record } = pages()
    return aVisitor({ port, config: { ...record.config, baseUrl: origin } })
  }

  for (const form of FORMS) {
    test(`threat launch-csrf-forced-login: ${form} is refused without the token of its own session, and from elsewhere`, async () => {
      const { habilitated, calls } = pages()
      const [guest, other] = [await habilitated(), await habilitated({ professional: aProfessional('810000000008') })]
      const before = calls.asked.length
      const own = { ...ANSWERS, jeton: guest.csrf }
      const attempts: [string, Record<string, string>, Record<string, string>][] = [
        ['no token', ANSWERS, {}],
        ['an empty token', { ...ANSWERS, jeton: '' }, {}],
        ['the token of another session', { ...ANSWERS, jeton: other.csrf }, {}],
        ['another site', own, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.test' }],
        ['a sister site', own, { 'sec-fetch-site': 'same-site' }],
        ['typed by nobody', own, { 'sec-fetch-site': 'none' }],
      ]
      for (const [id, fields, headers] of attempts) {
        const shown = await guest.visitor.post(form, fields, headers)
        assert.equal(shown.status, 403, id)
        assert.match(shown.text, /form\.forged/, id)
        await guest.visitor.get('/conformance')
      }
      const stranger = strangerTo()
      await stranger.get('/')
      assert.equal((await stranger.post(form, own)).status, 403, 'no session')
      assert.equal(calls.asked.length, before)
    })

    test(`${form} is no page: a GET of what is only sent finds nothing or a page`, async () => {
      const { visitor } = await pages().habilitated()
      assert.ok([200, 404, 410].includes((await visitor.get(form)).status))
    })
  }

  test('the token twice is no token', async () => {
    const { habilitated, origin } = pages()
    const { cookie, csrf } = await habilitated()
    const body = `jeton=${csrf}&jeton=${csrf}&family=MARTIN&given=LUCIE`
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
    assert.equal((await fetch(`${origin}/search`, { method: 'POST', headers, body })).status, 403)
  })

  test('JSON is no form', async () => {
    const { habilitated, origin } = pages()
    const { cookie, csrf } = await habilitated()
    const headers = { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const body = JSON.stringify({ ...ANSWERS, jeton: csrf })
    assert.equal((await fetch(`${origin}/search`, { method: 'POST', headers, body })).status, 403)
  })
})

describe('every page', () => {
  const pages = pagesServer()

  test('is told apart in metrics', () => {
    const served = [...pathsOf(web(pages().options, pino({ level: 'silent' })))]
    assert.ok(served.length > 20)
    for (const path of served) assert.equal(routeOf(path.replaceAll(/:\w+/g, 'x')), path)
  })

  for (const page of PAGES) {
    test(`${page} sends who has not signed in to the sign-in, and back`, async () => {
      const { origin } = pages()
      const answer = await fetch(`${origin}${page}?contexte=x`, { redirect: 'manual' })
      assert.equal(answer.status, 303)
      assert.equal(answer.headers.get('location'), `/login?next=${encodeURIComponent(`${page}?contexte=x`)}`)
    })

    test(`${page} is closed to who is not habilitated`, async () => {
      const { record, port, origin } = pages()
      const { cookie } = await signedIn({ record: record.record }, aProfessional('810000000098'))
      const shown = await aVisitor({ port, config: { ...record.config, baseUrl: origin } }, cookie).get(page)
      assert.equal(shown.status, 403)
      assert.match(shown.text, /professional\.not-habilitated/)
    })
  }

  test('threat clickjacking: no page in a frame, but of the DPI that opened it', async () => {
    const { habilitated, call, origin } = pages()
    const guest = await habilitated()
    const policyOf = async (address: string) =>
      /frame-ancestors [^;]*/.exec((await guest.visitor.get(address)).headers.get('content-security-policy') ?? '')?.[0]
    for (const address of ['/', '/search', '/nowhere', '/access?contexte=x']) {
      assert.equal(await policyOf(address), "frame-ancestors 'none'", address)
    }
    const resolution = { kind: 'unknown', rule: 'R8', insIgnored: undefined } as const
    const { id, context } = await call(guest, { resolution })
    const framed = `frame-ancestors 'self' ${DPI.frameOrigins.join(' ')}`
    for (const address of [`/drafts/${id}?contexte=${context.id}`, `/search?contexte=${context.id}`]) {
      assert.equal(await policyOf(address), framed, address)
    }
    const anonymous = await fetch(`${origin}/`)
    assert.match(anonymous.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  })

  test('in the frame of a DPI, what leads away from the patient opens a window of its own', async () => {
    const { habilitated, call, options, patient } = pages()
    const guest = await habilitated()
    const { id, context } = await call(guest, { resolution: { kind: 'unknown', rule: 'R8', insIgnored: undefined } })
    const facts = { sessionUid: guest.session.uid, origin: 'call', draftId: undefined, intent: undefined } as const
    const patientId = await patient(aPatient().build(), ONCOLOGIST)
    const sheet = await options.contexts.open({ ...facts, patientId, dpi: DPI, unqualified: false })
    for (const address of [`/drafts/${id}?contexte=${context.id}`, sheetAddress(patientId, sheet.id)]) {
      const { text, status } = await guest.visitor.get(address, { 'sec-fetch-dest': 'iframe' })
      assert.equal(status, 200)
      for (const [link] of text.matchAll(/<(?:a href="\/"|form method="post" action="\/logout")[^>]*>/g)) {
        assert.match(link, /target="_blank"/)
      }
      assert.doesNotMatch((await guest.visitor.get(address)).text, /_blank/, 'in a window of its own it stays there')
    }
  })

  test('threat token-in-logs-referer-history: nothing is kept by a browser or told to another site', async () => {
    const { habilitated, patient } = pages()
    const guest = await habilitated()
    await patient(aPatient().build())
    const shown = [
      await guest.visitor.get('/'),
      await guest.visitor.post('/search', { ...ANSWERS, jeton: guest.csrf }),
      await guest.visitor.post('/search/open', { ...ANSWERS, jeton: guest.csrf }),
    ]
    for (const { headers, url } of shown) {
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.doesNotMatch(url.href, /MARTIN|LUCIE/)
    }
  })
})
