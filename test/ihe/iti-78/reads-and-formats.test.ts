import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aPatient, INS_TEST, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('reads, formats and what is declared', () => {
  const server = sharedServer()

  test('PDQ-78-7: a read is 200 with the patient, 404 with an OperationOutcome for an unknown one', async () => {
    const stored = await server().create(aPatient().build())
    const answer = await server().get(`Patient/${stored.id}`)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.json(), stored)
    for (const unknown of ['0123456789abcdefghjk', 'x']) {
      const issue = assertRefused(await server().get(`Patient/${unknown}`), 404, 'resource.unknown')
      assert.deepEqual([issue.severity, issue.code], ['error', 'not-found'])
    }
  })

  test('PDQ-78-5: a format that is not served is 406 to a search and 400 to a read', async () => {
    const { id } = await server().create(aPatient().build())
    const html = { accept: 'text/html' }
    for (const answer of [
      await server().get('Patient?family=x', html),
      await server().get('Patient?family=x&_format=turtle'),
      await server().post('Patient/_search', 'family=x', { ...FORM, ...html }),
    ]) {
      const issue = assertRefused(answer, 406, 'http.not-acceptable')
      assert.deepEqual([issue.severity, issue.code], ['error', 'not-supported'])
    }
    for (const target of [`Patient/${id}`, 'Patient/unknown']) {
      const issue = assertRefused(await server().get(target, html), 400, 'pdqm.read-format')
      assert.deepEqual([issue.severity, issue.code], ['error', 'not-supported'])
    }
    assertRefused(await server().get(`Patient/${id}/_history`, html), 406, 'http.not-acceptable')
    assertRefused(await server().put(`Patient/${id}`, aPatient().build(), html), 406, 'http.not-acceptable')
  })

  test('PDQ-78-4: the domains of the INS are known before the first patient has one', async () => {
    const answer = await server().get(`Patient?identifier=${INS_TEST}|`)
    assert.equal(answer.status, 200)
    assert.equal(answer.resource('Bundle').total, 0)
    const production = await server().get('Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|')
    assert.equal(production.status, 404, 'a test installation knows no production INS')
  })

  test('PDQ-78-20: the CapabilityStatement declares interactions and parameters', async () => {
    const statement = (await server().get('metadata')).resource('CapabilityStatement')
    const patient = statement.rest?.[0]?.resource?.find(({ type }) => type === 'Patient')
    const interactions = patient?.interaction?.map(({ code }) => code) ?? []
    assert.ok(interactions.includes('read') && interactions.includes('search-type'))
    const declared = patient?.searchParam?.map(({ name }) => name) ?? []
    for (const name of [
      ...['_id', '_lastUpdated', 'active', 'family', 'given', 'identifier', 'telecom', 'birthdate', 'gender'],
      ...['address', 'address-city', 'address-country', 'address-postalcode', 'address-state', 'mothersMaidenName'],
    ]) {
      assert.ok(declared.includes(name), name)
    }
  })
})

describe('where results are preferred to a refusal', () => {
  const server = sharedServer({ config: { unknownDomain: 'tell' } })

  test('PDQ-78-4 P-19: 200 with what there is and the warning in the Bundle', async () => {
    const known = aPatient().named('DIRE-FICTIF', 'EVE')
    await server().create(known.build())
    const answer = await server().get(`Patient?family=dire-fictif&identifier=${IPP}|,urn:oid:1.2.3.4.5|`)
    assert.equal(answer.status, 200)
    const { total, entry = [] } = answer.resource('Bundle')
    assert.deepEqual([total, entry.map(({ search }) => search?.mode)], [1, ['match', 'outcome']])
    const outcome = entry[1]?.resource
    assert.ok(outcome?.resourceType === 'OperationOutcome' && entry[1]?.fullUrl !== undefined)
    const { severity, code, diagnostics } = outcome.issue?.[0] ?? {}
    assert.deepEqual([severity, code, diagnostics], ['warning', 'not-found', 'targetSystem not found'])
    const none = (await server().get('Patient?identifier=urn:oid:1.2.3.4.5|')).resource('Bundle')
    assert.deepEqual([none.total, none.entry?.length], [0, 1])
  })
})
