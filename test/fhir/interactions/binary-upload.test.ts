import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aBinary, aContent, aDocument, aPatient } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'

const server = sharedServer()

describe('a Binary sent as bytes', () => {
  const raw = (bytes: Buffer, headers: Record<string, string | undefined> = {}) =>
    server().post('Binary', bytes, { 'content-type': 'application/pdf', ...headers })

  test('belongs to the patient that X-Security-Context names', async () => {
    const patient = await server().create(aPatient().build())
    const content = aContent()
    for (const context of [`Patient/${patient.id}`, `${PUBLIC_ORIGIN}/fhir/Patient/${patient.id}`]) {
      const answer = await raw(content.bytes, { 'x-security-context': context })
      assert.equal(answer.status, 201, answer.text)
      const { id, contentType, data, securityContext } = answer.resource('Binary')
      assert.equal(answer.headers.location, `${PUBLIC_ORIGIN}/fhir/Binary/${id}/_history/1`)
      assert.deepEqual([contentType, data], ['application/pdf', undefined])
      assert.equal(securityContext?.reference, `Patient/${patient.id}`)
      await server().create(aDocument(`Patient/${patient.id}`).at(`Binary/${id}`, content).build())
      assert.deepEqual((await server().get(`Binary/${id}`)).bytes, content.bytes)
    }
  })

  test('or to that of one of the patient’s documents', async () => {
    const patient = await server().create(aPatient().build())
    const document = await server().create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
    const answer = await raw(Buffer.from('x'), { 'x-security-context': `DocumentReference/${document.id}` })
    assert.equal(answer.status, 201, answer.text)
    assert.ok(answer.resource('Binary').id?.startsWith(`${patient.id}.`))
  })

  test('any type is a document, FHIR’s plain ones too', async () => {
    const patient = await server().create(aPatient().build())
    for (const type of ['application/json', 'text/xml', 'text/plain; charset=iso-8859-1', 'application/hl7-v3+xml']) {
      const content = aContent(`bytes of ${type}`, type)
      const answer = await raw(content.bytes, { 'content-type': type, 'x-security-context': `Patient/${patient.id}` })
      assert.equal(answer.status, 201, answer.text)
      const { id } = answer.resource('Binary')
      await server().create(aDocument(`Patient/${patient.id}`).at(`Binary/${id}`, content).build())
      const read = await server().get(`Binary/${id}`)
      assert.equal(read.headers['content-type'], type)
      assert.deepEqual(read.bytes, content.bytes)
    }
  })

  test('Prefer decides what the answer holds', async () => {
    const patient = await server().create(aPatient().build())
    const context = { 'x-security-context': `Patient/${patient.id}` }
    const minimal = await raw(Buffer.from('m'), { ...context, prefer: 'return=minimal' })
    assert.equal(minimal.bytes.length, 0)
    const outcome = await raw(Buffer.from('o'), { ...context, prefer: 'return=OperationOutcome' })
    assert.equal(outcome.resource('OperationOutcome').issue?.[0]?.severity, 'information')
  })

  test('what cannot be taken leaves nothing', async () => {
    const patient = await server().create(aPatient().build())
    const context = `Patient/${patient.id}`
    const before = [await server().counts(), await server().contentFiles()]
    const bytes = Buffer.from('reste nulle part')
    assertRefused(await raw(bytes), 422, 'content.context-missing')
    assertRefused(await raw(bytes, { 'x-security-context': 'Patient/aaaaaaaaaaaaaaaaaaaa' }), 422, 'patient.unknown')
    assertRefused(await raw(bytes, { 'x-security-context': 'Organization/x' }), 422, 'patient.unknown')
    assertRefused(
      await raw(bytes, { 'x-security-context': context, 'content-encoding': 'gzip' }),
      415,
      'http.content-encoding',
    )
    assertRefused(await raw(bytes, { 'x-security-context': context, 'content-type': 'pdf' }), 400, 'structure.value')
    assertRefused(
      await raw(bytes, { 'x-security-context': context, 'content-type': undefined }),
      415,
      'http.media-type',
    )
    assertRefused(
      await raw(bytes, { 'x-security-context': context, 'if-none-exist': 'x=y' }),
      400,
      'precondition.missing',
    )
    const broken = { ...aBinary(aContent(), context), contentType: 'text/plain\nX-Evil: 1' }
    assertRefused(await server().post('Binary', broken), 400, 'structure.value')
    assertRefused(
      await server().post('Binary', { ...aBinary(aContent(), context), data: 'YWJ*' }),
      400,
      'structure.value',
    )
    assertRefused(await server().post('Binary', aBinary(aContent())), 422, 'content.context-missing')
    assert.deepEqual([await server().counts(), await server().contentFiles()], before)
  })
})
