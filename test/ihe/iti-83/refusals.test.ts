import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aPatient, INS_TEST, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import { aCrossReferenced, BLUE, NOWHERE, pixAddress, pixAnswer } from './support.ts'

const server = sharedServer()
const BASE = `${PUBLIC_ORIGIN}/fhir`

/** Each error as ihe.md 4.1 gives it; `source` is made of a known patient's IPP. */
interface Row {
  name: string
  address: (ipp: string) => string
  status: number
  key: string
  code: string
  diagnostics: string | undefined
}

const UNKNOWN = ['not-found', 'sourceIdentifier Patient Identifier not found'] as const
const NO_DOMAIN = ['code-invalid', 'sourceIdentifier Assigning Authority not found'] as const
const NO_TARGET = ['code-invalid', 'targetSystem not found'] as const

const row = (
  name: string,
  address: Row['address'],
  status: number,
  key: string,
  [code, diagnostics]: readonly [string, string?],
): Row => ({ name, address, status, key, code, diagnostics })

const ROWS: readonly Row[] = [
  row(
    'PIX-83-07 P-18: a number that nobody has',
    () => pixAddress(`${IPP}|NOBODY`),
    404,
    'pix.source-unknown',
    UNKNOWN,
  ),
  row(
    'PIX-83-07 P-18: an INS that nobody has, whose domain is always known',
    () => pixAddress(`${INS_TEST}|299999999999999`),
    404,
    'pix.source-unknown',
    UNKNOWN,
  ),
  row(
    'PIX-83-07 P-18: an id of ours that nobody has',
    () => pixAddress(`${BASE}|Patient/00000000000000000000`),
    404,
    'pix.source-unknown',
    UNKNOWN,
  ),
  row(
    'PIX-83-08 P-18: a domain of which nobody has a number',
    (ipp) => pixAddress(`${NOWHERE}|${ipp}`),
    400,
    'pix.source-system',
    NO_DOMAIN,
  ),
  row(
    'PIX-83-08 P-18: an OID without urn:oid:',
    (ipp) => pixAddress(`${IPP.slice('urn:oid:'.length)}|${ipp}`),
    400,
    'pix.source-system',
    NO_DOMAIN,
  ),
  row(
    'PIX-83-08 P-18: an id on another server',
    () => pixAddress('https://elsewhere.example/fhir|Patient/1'),
    400,
    'pix.source-system',
    NO_DOMAIN,
  ),
  row(
    'PIX-83-09 P-18: a target domain of which nobody has a number',
    (ipp) => pixAddress(`${IPP}|${ipp}`, NOWHERE),
    403,
    'pix.target-system',
    NO_TARGET,
  ),
  row(
    'PIX-83-09 P-18: an unknown target domain beside a known one',
    (ipp) => pixAddress(`${IPP}|${ipp}`, BLUE, NOWHERE),
    403,
    'pix.target-system',
    NO_TARGET,
  ),
  row(
    'PIX-83-07 P-18: the source is judged before the targets',
    () => pixAddress(`${IPP}|NOBODY`, NOWHERE),
    404,
    'pix.source-unknown',
    UNKNOWN,
  ),
  row('PIX-83-10: no sourceIdentifier', () => pixAddress(undefined, BLUE), 400, 'operation.parameter-missing', [
    'required',
  ]),
  row(
    'PIX-83-01 PIX-83-10: sourceIdentifier twice',
    (ipp) => `${pixAddress(`${IPP}|${ipp}`)}&sourceIdentifier=${encodeURIComponent(`${BLUE}|1`)}`,
    400,
    'operation.parameter-repeated',
    ['invalid'],
  ),
  row('PIX-83-01 PIX-83-10: a value without domain', (ipp) => pixAddress(ipp), 400, 'pix.source', ['invalid']),
  row('PIX-83-10: an empty domain', (ipp) => pixAddress(`|${ipp}`), 400, 'pix.source', ['invalid']),
  row('PIX-83-10: an empty value', () => pixAddress(`${IPP}|`), 400, 'pix.source', ['invalid']),
  row(
    'PIX-83-10: an unknown parameter',
    (ipp) => `${pixAddress(`${IPP}|${ipp}`)}&target=x`,
    400,
    'operation.parameter-unknown',
    ['not-supported'],
  ),
]

describe('each error has its status, its code and the words of the guide', () => {
  for (const { name, address, status, key, code, diagnostics } of ROWS) {
    test(name, async () => {
      const { resource, person } = aCrossReferenced()
      await server().create(resource)
      const issue = assertRefused(await server().get(address(person.ipp)), status, key)
      assert.equal(issue.severity, 'error')
      assert.equal(issue.code, code)
      assert.equal(issue.diagnostics, diagnostics)
      assert.ok(!JSON.stringify(issue).includes(person.ipp))
    })
  }
})

test('PIX-83-10 PIX-83-14: in Parameters an identifier without system or value is refused too', async () => {
  for (const valueIdentifier of [{ system: IPP }, { value: '1' }]) {
    const parameter = [{ name: 'sourceIdentifier', valueIdentifier }]
    assertRefused(await server().post('Patient/$ihe-pix', { resourceType: 'Parameters', parameter }), 400, 'pix.source')
  }
  const parameter = [{ name: 'sourceIdentifier', valueBoolean: true }]
  const answer = await server().post('Patient/$ihe-pix', { resourceType: 'Parameters', parameter })
  assertRefused(answer, 400, 'operation.parameter-type')
  assertRefused(await server().post('Patient/$ihe-pix', aPatient().build()), 400, 'operation.body')
})

test('PIX-83-06 PIX-83-11: a patient without oncology pathway is as unknown, and so is one that was deleted', async () => {
  const hidden = aPatient().qualified()
  const source = `${IPP}|${hidden.ipp}`
  const fed = await server().put(`Patient?identifier=${encodeURIComponent(source)}`, hidden.build())
  assert.equal(fed.status, 201, fed.text)
  const unknown = (await server().get(pixAddress(`${IPP}|NOBODY`))).json()
  const ins = `${INS_TEST}|${hidden.ins}`
  for (const one of [source, ins, `${BASE}|Patient/${fed.resource('Patient').id}`]) {
    const answer = await server().get(pixAddress(one))
    assert.equal(answer.status, 404)
    assert.deepEqual(answer.json(), unknown)
  }
  const local = aPatient()
  const { id } = await server().create(local.build())
  assert.equal((await server().delete(`Patient/${id}`)).status, 204)
  assertRefused(await server().get(pixAddress(`${IPP}|${local.ipp}`)), 404, 'pix.source-unknown')
})

test('PIX-83-06: an identity that is not qualified gives no INS', async () => {
  const local = aPatient()
  await server().create(local.build())
  const { text } = await server().get(pixAddress(`${IPP}|${local.ipp}`))
  assert.ok(!text.includes(INS_TEST))
})

describe('on a production installation', () => {
  const production = sharedServer({ config: { insDomain: 'production' } })
  const NIR = 'urn:oid:1.2.250.1.213.1.4.8'

  test('PIX-83-06: a matricule out of use is not returned, the one in use is', async () => {
    const [person, former] = [aPatient().qualified(), aPatient()]
    const [ins, ...others] = person.build().identifier ?? []
    const coding = ins?.type?.coding?.map((one) => ({ ...one, code: 'INS-NIR' })) ?? []
    const inUse = { ...ins, system: NIR, type: { coding } }
    const identifier = [inUse, { ...inUse, use: 'old' as const, value: former.ins }, ...others]
    await production().create(person.with({ identifier }).build())
    const answer = await production().get(pixAddress(`${IPP}|${person.ipp}`))
    assert.deepEqual(pixAnswer(answer).identifiers, [`${NIR}|${person.ins}`])
    const byFormer = await production().get(pixAddress(`${NIR}|${former.ins}`, IPP))
    assert.deepEqual(pixAnswer(byFormer).identifiers, [`${IPP}|${person.ipp}`])
  })
})

test('P-18: the operation takes GET and POST only, on the type only', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const answer = await server().send(method, pixAddress(`${IPP}|1`))
    assertRefused(answer, 405, 'http.method')
    assert.equal(answer.headers.allow, 'GET, HEAD, POST')
  }
  assertRefused(await server().get('Patient/1/$ihe-pix'), 404, 'http.not-found')
  assertRefused(await server().get('$ihe-pix'), 404, 'http.not-found')
})
