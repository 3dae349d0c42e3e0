import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CapabilityStatement } from '@medplum/fhirtypes'
import { withTransactions } from '../../src/smart/transactions.ts'
import { aBackEnd, aToken, bearer, protectedServer } from '../smart/server.ts'
import { aContent, aDocument, aPatient, IPP } from '../support/builders.ts'
import type { Answer, Headers } from '../support/client.ts'
import { aSubmission } from './iti-65/samples.ts'
import { byNumber } from './iti-104/support.ts'

/** IUA: the transactions answer to tokens that carry their scope (reference/ihe.md 5; ITI-71, ITI-72). */

const server = protectedServer()

/** A patient with a document, registered by a back end that may do everything. */
async function aRecord() {
  const all = bearer(await aToken(server(), await aBackEnd(server())))
  const person = aPatient()
  const patient = (await server().post('Patient', person.build(), all)).resource('Patient')
  const subject = `Patient/${patient.id}`
  const document = aDocument(subject).inline(aContent()).build()
  const stored = (await server().post('DocumentReference', document, all)).resource('DocumentReference')
  const address = stored.content?.[0]?.attachment?.url ?? ''
  return { person, subject, content: new URL(address).pathname }
}

type Ask = (record: Awaited<ReturnType<typeof aRecord>>, token: Headers) => Promise<Answer>

/** The request of each transaction, its scope, another one that does not give it, and what it answers. */
const ROWS: readonly [id: string, scope: string, other: string, ask: Ask, status: number][] = [
  ['MHD-65-21', 'ITI-65', 'ITI-67', ({ subject }, token) => server().post('', aSubmission(subject), token), 200],
  ['MHD-66-05', 'ITI-66', 'ITI-67', ({ subject }, token) => server().get(found('List', subject), token), 200],
  [
    'MHD-67-07',
    'ITI-67',
    'ITI-66',
    ({ subject }, token) => server().get(found('DocumentReference', subject), token),
    200,
  ],
  ['MHD-68-11', 'ITI-68', 'ITI-66', ({ content }, token) => server().get(content, token), 200],
  ['PDQ-78-12', 'ITI-78', 'ITI-67', ({ person }, token) => server().get(byNumber(person.ipp), token), 200],
  [
    'PDQ-119-16',
    'ITI-119',
    'ITI-65',
    ({ person }, token) => {
      const parameter = [{ name: 'resource', resource: person.build() }]
      return server().post('Patient/$match', { resourceType: 'Parameters', parameter }, token)
    },
    200,
  ],
  [
    'PIX-83-16',
    'ITI-83',
    'ITI-67',
    ({ person }, token) => {
      const query = new URLSearchParams({ sourceIdentifier: `${IPP}|${person.ipp}` })
      return server().get(`Patient/$ihe-pix?${query}`, token)
    },
    200,
  ],
  [
    'PIX-104-10',
    'ITI-104',
    'ITI-78',
    (_record, token) => {
      const person = aPatient()
      return server().put(byNumber(person.ipp), person.build(), token)
    },
    201,
  ],
]

function found(type: string, subject: string): string {
  const code = type === 'List' ? '&code=submissionset' : ''
  return `${type}?patient=${subject}&status=current${code}`
}

describe('grouped with IUA', () => {
  for (const [id, scope, other, ask, status] of ROWS) {
    test(`${id}: ${scope} is answered to its scope, or to SMART scopes that give as much, and to no other`, async () => {
      const record = await aRecord()
      const registered = `ITI-65 ITI-66 ITI-67 ITI-68 ITI-78 ITI-83 ITI-104 ITI-119 ${withTransactions(scope)}`
      const client = await aBackEnd(server(), { scope: registered })
      const answers = [scope, withTransactions(scope), other].map(async (granted) => {
        const answer = await ask(record, bearer(await aToken(server(), client, granted)))
        return answer.status
      })
      assert.deepEqual(await Promise.all(answers.slice(1)), [status, 403])
      assert.equal(await answers[0], status)
      assert.equal((await ask(record, {})).status, 401)
    })
  }
})

test('the CapabilityStatement says SMART and IUA, and where tokens come from', async () => {
  const statement = (await server().get('metadata')).json() as CapabilityStatement
  const security = statement.rest?.[0]?.security
  const codes = security?.service?.flatMap(({ coding = [] }) => coding.map(({ code }) => code))
  assert.deepEqual(codes, ['SMART-on-FHIR', 'IUA'])
  const addresses = security?.extension?.[0]?.extension?.map(({ url, valueUri }) => [url, valueUri])
  const issuer = `${server().config.baseUrl}/oidc`
  assert.deepEqual(addresses?.slice(0, 2), [
    ['authorize', `${issuer}/authorize`],
    ['token', `${issuer}/token`],
  ])
})
