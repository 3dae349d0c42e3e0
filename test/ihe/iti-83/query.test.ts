import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { aPatient, INS_TEST, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import { aCrossReferenced, BLUE, GREEN, pixAddress, pixAnswer, tokenOf } from './support.ts'

const server = sharedServer()
const BASE = `${PUBLIC_ORIGIN}/fhir`

test('PIX-83-01 PIX-83-03 PIX-83-04 PIX-83-13: all other identifiers and the resource of who has one, asked by GET', async () => {
  const { resource, ins, ipp, person } = aCrossReferenced()
  const { id } = await server().create(resource)
  const all = (resource.identifier ?? []).map(tokenOf).sort()
  for (const source of [ipp, ins, `${BLUE}|B-${person.ipp}`]) {
    const answer = await server().get(pixAddress(source))
    assert.equal(answer.status, 200, answer.text)
    const expected = all.filter((one) => one !== source)
    assert.deepEqual(pixAnswer(answer), { identifiers: expected, patients: [`Patient/${id}`] })
  }
})

test('PIX-83-03 P-18: identifiers keep system, value, use and the name of the authority, and nothing else', async () => {
  const { resource, ins, person } = aCrossReferenced()
  await server().create(resource)
  const { parameter = [] } = (await server().get(pixAddress(ins))).resource('Parameters')
  const green = parameter.find(({ valueIdentifier }) => valueIdentifier?.system === GREEN)
  assert.deepEqual(green, {
    name: 'targetIdentifier',
    valueIdentifier: { system: GREEN, value: `G-${person.ipp}`, assigner: { display: 'Hôpital vert fictif' } },
  })
  const ipp = parameter.find(({ valueIdentifier }) => valueIdentifier?.system === IPP)
  assert.deepEqual(ipp?.valueIdentifier, { use: 'usual', system: IPP, value: person.ipp })
})

test('PIX-83-01: a patient is named by the base and the id of the resource, which is then not returned', async () => {
  const { resource } = aCrossReferenced()
  const { id } = await server().create(resource)
  const all = (resource.identifier ?? []).map(tokenOf).sort()
  for (const source of [`${BASE}|Patient/${id}`, `${BASE}|${id}`, `${BASE}/|Patient/${id}`]) {
    assert.deepEqual(pixAnswer(await server().get(pixAddress(source))), { identifiers: all, patients: [] })
  }
})

test('PIX-83-02 P-18: only identifiers of the domains asked for, targetSystem repeated', async () => {
  const { resource, ipp, ins, person } = aCrossReferenced()
  const { id } = await server().create(resource)
  const asked = async (...targets: string[]) => pixAnswer(await server().get(pixAddress(ipp, ...targets)))
  const [blue, green] = [`${BLUE}|B-${person.ipp}`, `${GREEN}|G-${person.ipp}`]
  const patients = [`Patient/${id}`]
  assert.deepEqual(await asked(BLUE), { identifiers: [blue], patients })
  assert.deepEqual(await asked(BLUE, GREEN), { identifiers: [blue, green], patients })
  assert.deepEqual(await asked(INS_TEST), { identifiers: [ins], patients })
  assert.deepEqual(await asked(BASE), { identifiers: [], patients })
})

test('PIX-83-05: without a correspondence in the domain asked for the answer is 200 with empty Parameters', async () => {
  await server().create(aCrossReferenced().resource)
  const local = aPatient()
  const { id } = await server().create(local.build())
  for (const address of [pixAddress(`${IPP}|${local.ipp}`, BLUE), pixAddress(`${IPP}|${local.ipp}`, IPP)]) {
    const answer = await server().get(address)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.json(), { resourceType: 'Parameters' })
  }
  const everywhere = pixAnswer(await server().get(pixAddress(`${IPP}|${local.ipp}`)))
  assert.deepEqual(everywhere, { identifiers: [], patients: [`Patient/${id}`] })
})

test('PIX-83-14: POST with Parameters asks the same, as text or as an Identifier', async () => {
  const { resource, ipp, person } = aCrossReferenced()
  await server().create(resource)
  const expected = pixAnswer(await server().get(pixAddress(ipp, BLUE, GREEN)))
  const targets = [BLUE, GREEN].map((valueUri) => ({ name: 'targetSystem', valueUri }))
  for (const source of [{ valueString: ipp }, { valueIdentifier: { system: IPP, value: person.ipp } }]) {
    const parameter = [{ name: 'sourceIdentifier', ...source }, ...targets, { name: '_format', valueString: 'json' }]
    const answer = await server().post('Patient/$ihe-pix', { resourceType: 'Parameters', parameter })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(pixAnswer(answer), expected)
  }
})

test('PIX-83-12: the answer comes in XML when it is asked for, and 406 in any other format', async () => {
  const { resource, ipp } = aCrossReferenced()
  const { id } = await server().create(resource)
  for (const headers of [{ accept: 'application/fhir+xml' }, {}]) {
    const format = 'accept' in headers ? '' : '&_format=xml'
    const answer = await server().get(`${pixAddress(ipp)}${format}`, headers)
    assert.equal(answer.status, 200)
    assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+xml/)
    assert.match(answer.text, /<name value="targetIdentifier"\/><valueIdentifier>/)
    assert.ok(answer.text.includes(`<reference value="Patient/${id}"/>`))
  }
  const refused = await server().get(pixAddress(ipp), { accept: 'text/csv' })
  assert.equal(assertRefused(refused, 406, 'http.not-acceptable').code, 'not-supported')
})

test('PIX-83-15: the CapabilityStatement declares the operation', async () => {
  const { rest = [] } = (await server().get('metadata')).resource('CapabilityStatement')
  const patient = rest[0]?.resource?.find(({ type }) => type === 'Patient')
  const operation = patient?.operation?.find(({ name }) => name === 'ihe-pix')
  assert.equal(operation?.definition, 'https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix')
})

test('PIX-83-01: what the request says of the patient reaches no log and no metric', async () => {
  const { resource, ipp, ins, person } = aCrossReferenced()
  await server().create(resource)
  await server().get(pixAddress(ipp))
  await server().get(pixAddress(`${IPP}|UNKNOWN-${person.ipp}`))
  await server().get(pixAddress(ins, BLUE))
  await new Promise((done) => setTimeout(done, 20))
  const requests = server().logs.filter((line) => line.includes('$ihe-pix'))
  assert.ok(requests.length >= 3)
  const metrics = (await server().get('/metrics')).text
  assert.match(metrics, /\$ihe-pix/)
  for (const secret of [person.ipp, person.ins, 'sourceIdentifier']) {
    for (const text of [...server().logs, metrics]) assert.ok(!text.includes(secret), `${secret} in ${text}`)
  }
})

const EXAMPLES = resolve('../shared/official/ihe/pixm/examples')
const ABSENT = existsSync(EXAMPLES) ? false : 'the official examples are not here'

test('PIX-83-02 PIX-83-03 PIX-83-12: the official example, in XML', {
  skip: process.env.CI === 'true' ? false : ABSENT,
}, async () => {
  const alice = JSON.parse(readFileSync(`${EXAMPLES}/Patient-MohrAlice.json`, 'utf8'))
  const { id: _id, ...sent } = alice
  const { id } = await server().create(sent)
  const headers = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+json' }
  const ask = async (name: string) => {
    const body = readFileSync(`${EXAMPLES}/pixm-request-mohralice-red-${name}.xml`, 'utf8')
    // The example asks for XML in its body, which the header of this request overrides.
    return pixAnswer(await server().post('Patient/$ihe-pix', body, headers))
  }
  const [blue, green] = ['3000|IHEBLUE-994', '2000|IHEGREEN-994'].map((one) => `urn:oid:1.3.6.1.4.1.21367.13.20.${one}`)
  const expected = { identifiers: [green, blue], patients: [`Patient/${id}`] }
  assert.deepEqual(await ask('all'), expected)
  assert.deepEqual(await ask('to-blue'), expected)
})
