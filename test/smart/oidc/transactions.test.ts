import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseScopes } from '../../../src/smart/scopes.ts'
import { isTransaction, TRANSACTION_SCOPES, withTransactions } from '../../../src/smart/transactions.ts'
import { aBackEnd, anAssertion, askToken, aToken, bearer, protectedServer, type TokenAnswer } from '../server.ts'

/** Transactions of IHE as scopes (IUA ITI-71). */

const server = protectedServer()

describe('a transaction as a scope', () => {
  for (const name of TRANSACTION_SCOPES) {
    test(`${name} stands for scopes of back ends without restriction, all understood`, () => {
      const { scopes, unknown, context } = parseScopes(withTransactions(name), 'strict')
      assert.ok(scopes.length > 0 && unknown.length === 0 && context.length === 0)
      assert.ok(
        scopes.every(({ level, type, criteria }) => level === 'system' && type !== '*' && criteria.length === 0),
      )
    })
  }

  test('is one of ours to the letter', () => {
    for (const other of ['iti-67', 'ITI-20', 'ITI-67 ', 'toString', '']) assert.equal(isTransaction(other), false)
    assert.equal(withTransactions('__introspect other'), '__introspect other')
  })

  test('opens what it needs and nothing else, and is answered as it was asked', async () => {
    const client = await aBackEnd(server(), { scope: 'ITI-67 ITI-78' })
    const answer = await askToken(server(), await anAssertion(client), 'ITI-67')
    assert.equal((answer.json() as TokenAnswer).scope, 'ITI-67')
    const token = (answer.json() as TokenAnswer).access_token
    const statuses = ['DocumentReference?patient=x', 'Patient?family=x', 'List?code=submissionset'].map(
      async (target) => (await server().get(target, bearer(token))).status,
    )
    assert.deepEqual(await Promise.all(statuses), [200, 403, 403])
    const demographics = await aToken(server(), client, 'ITI-78')
    assert.equal((await server().get('Patient?family=x', bearer(demographics))).status, 200)
    assert.equal((await server().get('DocumentReference?patient=x', bearer(demographics))).status, 403)
  })

  test('is not given to who is not registered with it, nor to apps of people', async () => {
    const client = await aBackEnd(server(), { scope: 'ITI-67 system/*.rs' })
    for (const scope of ['ITI-65', 'ITI-67 ITI-68']) {
      assert.equal((await askToken(server(), await anAssertion(client), scope)).status, 400, scope)
    }
  })
})
