import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DEMO_PROFESSIONALS } from '../../../src/commands/demo/psc/professionals.ts'
import type { Behaviour } from '../../../src/commands/demo/psc/shared.ts'
import type { StandIn } from '../../../src/commands/demo/psc/stand-in.ts'
import { SmartError } from '../../../src/smart/errors.ts'
import { type ExchangeRules, openSubjects, type SubjectOf } from '../../../src/smart/psc/exchange.ts'
import { providersOf } from '../../../src/smart/psc/providers.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { CLIENT_SECRET, DPI_AT_PSC, startStandIn } from './server.ts'

describe('an access token of Pro Santé Connect that a back end brings', () => {
  let psc: StandIn
  let unplug: () => Promise<void>
  let server: TestServer
  let subjectOf: SubjectOf
  before(async () => {
    const started = await startStandIn()
    psc = started.psc
    unplug = started.unplug
    server = await startServer()
    const store = server.record.dcc.store.authorization
    const settings = { psc: psc.issuer, pscClientId: 'dcc', pscClientSecret: CLIENT_SECRET, pscSignature: 'RS256' }
    const providers = providersOf({ ...settings, pscAcr: 'eidas1' })
    const opened = openSubjects({ providers, store, now: Date.now, report: () => undefined })
    assert.ok(opened !== undefined)
    subjectOf = opened
  })
  after(() => Promise.all([server?.stop(), unplug?.()]))

  const ALLOWED = { azp: [DPI_AT_PSC] }
  const keyOf = async (token: string, rules: ExchangeRules = ALLOWED) => {
    try {
      await subjectOf(token, rules)
      return 'accepted'
    } catch (error) {
      return error instanceof SmartError ? error.key : String(error)
    }
  }

  test('tells who it is of', async () => {
    psc.behave({})
    const found = await subjectOf(psc.accessTokenOf('oncologue', DPI_AT_PSC), ALLOWED)
    const [expected] = DEMO_PROFESSIONALS
    assert.deepEqual(
      [found.nationalId, found.family, found.activity?.structure?.value],
      [expected?.nationalId, expected?.family, expected?.places[0]?.finess],
    )
  })

  test('threat confused-deputy-by-exchange: a token that was issued to another service is refused', async () => {
    psc.behave({})
    assert.equal(await keyOf(psc.accessTokenOf('oncologue', 'other-dpi')), 'sign-in.untrusted')
    assert.equal(await keyOf(psc.accessTokenOf('oncologue', DPI_AT_PSC), { azp: [] }), 'sign-in.untrusted')
  })

  test('threat confused-deputy-by-exchange: a token is exchanged once, however many ask at once', async () => {
    psc.behave({})
    const token = psc.accessTokenOf('oncologue', DPI_AT_PSC)
    const keys = await Promise.all(Array.from({ length: 5 }, () => keyOf(token)))
    assert.deepEqual(keys.filter((key) => key === 'accepted').length, 1)
    assert.equal(await keyOf(token), 'sign-in.untrusted')
  })

  const rows: { id: string; behaviour: Behaviour; key: string }[] = [
    { id: 'not active', behaviour: { introspection: () => ({ active: false }) }, key: 'sign-in.untrusted' },
    { id: 'of nobody', behaviour: { introspection: ({ sub: _, ...said }) => said }, key: 'sign-in.untrusted' },
    { id: 'without azp', behaviour: { introspection: ({ azp: _, ...said }) => said }, key: 'sign-in.untrusted' },
    {
      id: 'a refresh token',
      behaviour: { introspection: (said) => ({ ...said, typ: 'Refresh' }) },
      key: 'sign-in.untrusted',
    },
    {
      id: 'whose UserInfo is of another',
      behaviour: { userInfo: (claims) => ({ ...claims, sub: 'x' }) },
      key: 'sign-in.untrusted',
    },
    {
      id: 'of no professional',
      behaviour: { userInfo: ({ SubjectRefPro: _, ...claims }) => claims },
      key: 'sign-in.not-professional',
    },
    { id: 'while the provider is away', behaviour: { down: true }, key: 'sign-in.unavailable' },
  ]
  for (const { id, behaviour, key } of rows) {
    test(`${id} is refused`, async () => {
      psc.behave(behaviour)
      assert.equal(await keyOf(psc.accessTokenOf('oncologue', DPI_AT_PSC)), key)
    })
  }
  for (const token of ['', 'x', 'x'.repeat(9000)]) {
    test(`« ${token.slice(0, 5)} » of ${token.length} characters is no token`, async () => {
      psc.behave({})
      assert.equal(await keyOf(token), 'sign-in.untrusted')
    })
  }

  test('of somebody with several places acts for the one that the caller names, and else for none', async () => {
    psc.behave({})
    const surgeon = DEMO_PROFESSIONALS.find(({ login }) => login === 'chirurgien')
    const [, second] = surgeon?.places ?? []
    const named = await subjectOf(psc.accessTokenOf('chirurgien', DPI_AT_PSC), {
      ...ALLOWED,
      structure: second?.finess ?? '',
    })
    assert.equal(named.activity?.structureName, second?.name)
    const unnamed = await subjectOf(psc.accessTokenOf('chirurgien', DPI_AT_PSC), ALLOWED)
    assert.deepEqual([unnamed.nationalId, unnamed.activity], [surgeon?.nationalId, undefined])
    const strange = { ...ALLOWED, structure: '999999999' }
    assert.equal(await keyOf(psc.accessTokenOf('chirurgien', DPI_AT_PSC), strange), 'sign-in.not-professional')
  })
})
