import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atLeast, describedAssurance, isStrong, PHISHING_RESISTANT } from '../../../src/smart/psc/assurance.ts'
import type { Assurance } from '../../../src/smart/psc/model.ts'
import { providersOf } from '../../../src/smart/psc/providers.ts'

const PSC: Assurance = { acr: atLeast('eidas1'), amr: PHISHING_RESISTANT, amrRequired: false }
const SUBSTANTIAL: Assurance = { ...PSC, acr: atLeast('eidas2') }
const HOSPITAL: Assurance = { acr: [], amr: ['hwk', 'otp'], amrRequired: true }

describe('how strongly somebody showed who they are', () => {
  const rows: { id: string; claims: Record<string, unknown>; assurance: Assurance; strong: boolean }[] = [
    { id: 'the level asked', claims: { acr: 'eidas1' }, assurance: PSC, strong: true },
    { id: 'a level above', claims: { acr: 'eidas3' }, assurance: PSC, strong: true },
    { id: 'a level below', claims: { acr: 'eidas1' }, assurance: SUBSTANTIAL, strong: false },
    {
      id: 'the level itself when a higher one is asked',
      claims: { acr: 'eidas2' },
      assurance: SUBSTANTIAL,
      strong: true,
    },
    { id: 'no level', claims: {}, assurance: PSC, strong: false },
    { id: 'an empty level', claims: { acr: '' }, assurance: PSC, strong: false },
    { id: 'a list of levels', claims: { acr: ['eidas1'] }, assurance: PSC, strong: false },
    { id: 'a level in another case', claims: { acr: 'EIDAS1' }, assurance: PSC, strong: false },
    { id: 'a level that begins like one', claims: { acr: 'eidas10' }, assurance: PSC, strong: false },
    { id: 'a password behind it', claims: { acr: 'eidas1', amr: ['pwd'] }, assurance: PSC, strong: false },
    {
      id: 'a code by SMS behind it',
      claims: { acr: 'eidas1', amr: ['pwd', 'sms', 'mfa'] },
      assurance: PSC,
      strong: false,
    },
    { id: 'a smart card behind it', claims: { acr: 'eidas1', amr: ['pin', 'sc'] }, assurance: PSC, strong: true },
    { id: 'an empty list of methods', claims: { acr: 'eidas1', amr: [] }, assurance: PSC, strong: true },
    { id: 'methods that are no list', claims: { acr: 'eidas1', amr: 'hwk' }, assurance: PSC, strong: false },
    { id: 'methods that are no texts', claims: { acr: 'eidas1', amr: [1, {}] }, assurance: PSC, strong: false },
    { id: 'a hospital’s method', claims: { amr: ['pwd', 'otp'] }, assurance: HOSPITAL, strong: true },
    { id: 'none of a hospital’s methods', claims: { amr: ['pwd'] }, assurance: HOSPITAL, strong: false },
    { id: 'no method where a hospital must say one', claims: { acr: 'strong' }, assurance: HOSPITAL, strong: false },
  ]
  for (const { id, claims, assurance, strong } of rows) {
    test(`${id}: ${strong ? 'enough' : 'not enough'}`, () => assert.equal(isStrong(claims, assurance), strong))
  }

  test('is traced shortly, in printable characters', () => {
    assert.equal(describedAssurance({ acr: 'eidas1', amr: ['sc', 'pin'] }), 'acr=eidas1 amr=sc amr=pin')
    assert.equal(describedAssurance({ acr: 'é\n<' }), 'acr=??<')
    assert.equal(describedAssurance({ acr: 'x'.repeat(500) }).length, 100)
    assert.equal(describedAssurance({}), '')
  })
})

describe('Pro Santé Connect as configured', () => {
  const settings = {
    pscClientId: 'dcc',
    pscClientSecret: 's'.repeat(16),
    pscSignature: 'ES256',
    pscAcr: 'eidas2',
  } as const
  const rows: { psc: string; issuer: string }[] = [
    { psc: 'production', issuer: 'https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet' },
    { psc: 'sandbox', issuer: 'https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet' },
    { psc: 'https://idp.example.test/realms/x', issuer: 'https://idp.example.test/realms/x' },
  ]
  for (const { psc, issuer } of rows) {
    test(`${psc} is found by its issuer alone`, () => {
      const [provider, ...others] = providersOf({ psc, ...settings })
      assert.equal(others.length, 0)
      assert.equal(provider?.issuer, issuer)
      assert.equal(provider?.discovery, `${issuer}/.well-known/wallet-openid-configuration`)
      assert.deepEqual(
        [provider?.scope, provider?.acrValues, provider?.signature, provider?.assurance.acr],
        ['openid scope_all', 'eidas2', 'ES256', ['eidas2', 'eidas3']],
      )
    })
  }
  test('off is no provider', () => assert.deepEqual(providersOf({ psc: 'off', ...settings }), []))
})
