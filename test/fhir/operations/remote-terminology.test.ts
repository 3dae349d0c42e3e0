import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startServer, type TestServer } from '../../support/server.ts'
import { startTerminology, type TerminologyStandIn } from '../../support/terminology-server.ts'
import { COMMUNES, callsOf, valuesOf } from './terminology/calls.ts'

const SYSTEM = 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM'
const INSEE = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code'
const NAME = 'Zebulonne'

let terminology: TerminologyStandIn
let server: TestServer
let fails = false
before(async () => {
  terminology = await startTerminology((code) => (fails ? 500 : code === '69123'))
  server = await startServer({ config: { terminologyServer: terminology.base } })
})
after(async () => {
  await server.stop()
  await terminology.close()
})

/** A patient who lives in a commune; the communes are not carried. */
const livingIn = (code: string) => ({
  resourceType: 'Patient',
  name: [{ family: NAME }],
  address: [{ city: NAME, extension: [{ url: INSEE, valueCoding: { system: SYSTEM, code } }] }],
})

async function keysOf(code: string): Promise<string[]> {
  const answer = await server.post('Patient/$validate', livingIn(code))
  assert.equal(answer.status, 200, answer.text)
  return (answer.resource('OperationOutcome').issue ?? []).map(
    ({ severity, details, expression }) => `${severity} ${details?.coding?.[0]?.code} ${expression?.[0]}`,
  )
}

const PLACE = 'Patient.address[0].extension[0].value'

describe('$validate asks the terminology server about codes that cannot be checked offline', () => {
  test('a code that is in the set has no finding', async () => {
    assert.deepEqual(await keysOf('69123'), ['information valid undefined'])
  })

  test('a code that is not is found', async () => {
    assert.deepEqual(await keysOf('00000'), [`error binding.required ${PLACE}`])
  })

  test('nothing of the patient leaves the server', () => {
    assert.ok(terminology.asked.length > 0)
    assert.ok(!JSON.stringify(terminology.asked).includes(NAME))
  })

  test('a text that is no code is not sent', async () => {
    const before = terminology.asked.length
    const keys = await keysOf(`${NAME} ${NAME}`)
    assert.equal(terminology.asked.length, before)
    assert.ok(keys.includes(`information binding.not-checked ${PLACE}`))
  })

  test('a server that fails leaves the code unchecked, and one warning says so', async () => {
    fails = true
    try {
      assert.deepEqual(await keysOf('69001'), [
        `information binding.not-checked ${PLACE}`,
        'warning terminology.remote-unavailable Patient',
      ])
    } finally {
      fails = false
    }
  })
})

test('ValueSet/$validate-code asks it too', async () => {
  const { get } = callsOf(() => server)
  const ask = (code: string) => get('ValueSet/$validate-code', { url: COMMUNES, system: SYSTEM, code })
  assert.equal(valuesOf(await ask('69123')).result, true)
  assert.equal(valuesOf(await ask('99999')).result, false)
})

test('what is stored is never asked about', async () => {
  const before = terminology.asked.length
  const created = await server.post('Patient', livingIn('69555'))
  assert.equal(created.status, 201, created.text)
  assert.equal(terminology.asked.length, before)
})
