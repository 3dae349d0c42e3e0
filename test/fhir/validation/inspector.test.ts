import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { publishDocument } from '../../../src/dcc/documents.ts'
import { UnitOfWork } from '../../../src/dcc/unit-of-work.ts'
import { newLocalId } from '../../../src/store/ids.ts'
import {
  aContent,
  aDocument,
  aPatient,
  aSubmissionSet,
  aTransaction,
  creating,
  urnUuid,
} from '../../support/builders.ts'
import { sharedServer } from '../../support/server.ts'

const strict = sharedServer({ config: { validation: 'strict' } })
const lenient = sharedServer({ config: { validation: 'lenient' } })
const patient = aPatient().qualified()
const NAMES_RPPS = /DocumentReference\.authenticator|authenticator/

describe('strict: what breaks a profile is not stored', () => {
  test('what is right is', async () => {
    const { id } = await strict().create(patient.build())
    const document = await strict().create(aDocument(`Patient/${id}`).inline(aContent()).build())
    await strict().create(aSubmissionSet(`Patient/${id}`, [`DocumentReference/${document.id}`]))
  })

  test('a document without authenticator is refused, and told what is missing', async () => {
    const { id } = await strict().create(aPatient().build())
    const { authenticator: _left, ...document } = aDocument(`Patient/${id}`).inline(aContent()).build()
    const before = await strict().counts()
    const answer = await strict().post('DocumentReference', document)
    assert.equal(answer.status, 422, answer.text)
    const { issue = [] } = answer.resource('OperationOutcome')
    const missing = issue.find(({ details }) => NAMES_RPPS.test(details?.text ?? ''))
    assert.equal(missing?.severity, 'error')
    assert.equal(missing?.code, 'required')
    assert.deepEqual(missing?.expression, ['DocumentReference'])
    assert.match(missing?.diagnostics ?? '', /^rule https:.*pdsm.*#DocumentReference\.authenticator$/)
    assert.deepEqual(await strict().counts(), before)
  })

  test('an update and a patch are held to the same rules', async () => {
    const { id } = await strict().create(aPatient().build())
    const document = await strict().create(aDocument(`Patient/${id}`).inline(aContent()).build())
    const put = await strict().put(`DocumentReference/${document.id}`, { ...document, securityLabel: undefined })
    assert.equal(put.status, 422, put.text)
    const patch = [{ op: 'remove', path: '/securityLabel' }]
    const patched = await strict().patch(`DocumentReference/${document.id}`, patch)
    assert.equal(patched.status, 422, patched.text)
  })

  test('an entry of a transaction refuses the whole, its place said from the Bundle on', async () => {
    const { id } = await strict().create(aPatient().build())
    const before = await strict().counts()
    const good = aDocument(`Patient/${id}`).inline(aContent()).build()
    const { type: _left, ...bad } = aDocument(`Patient/${id}`).inline(aContent()).build()
    const answer = await strict().post('', aTransaction(creating(good, urnUuid()), creating(bad, urnUuid())))
    assert.equal(answer.status, 422, answer.text)
    const expressions = answer.resource('OperationOutcome').issue?.flatMap(({ expression }) => expression ?? [])
    assert.ok(expressions?.includes('Bundle.entry[1].resource'), expressions?.join(', '))
    assert.deepEqual(await strict().counts(), before)
  })
})

test('a document that was kept leniently can be withdrawn under strict rules', async () => {
  const { dcc } = strict().record
  const { id } = await strict().create(aPatient().build())
  const { authenticator: _left, ...kept } = aDocument(`Patient/${id}`).inline(aContent()).build()
  const unit = new UnitOfWork({ ...dcc, inspect: () => [] })
  const documentId = `${id}.${newLocalId(Date.now())}`
  await publishDocument(unit, kept, { id: documentId, patientId: id, unknownTarget: 'refuse' })
  await unit.commit()
  const stored = (await strict().get(`DocumentReference/${documentId}`)).resource('DocumentReference')
  const comment = { ...stored, description: 'autre' }
  assert.equal((await strict().put(`DocumentReference/${documentId}`, comment)).status, 422)
  const withdrawal = [{ op: 'replace', path: '/status', value: 'entered-in-error' }]
  const answer = await strict().patch(`DocumentReference/${documentId}`, withdrawal)
  assert.equal(answer.status, 200, answer.text)
})

describe('lenient: what only a profile asks for is told and stored', () => {
  test('a document without authenticator', async () => {
    const { id } = await lenient().create(aPatient().build())
    const { authenticator: _left, ...document } = aDocument(`Patient/${id}`).inline(aContent()).build()
    const answer = await lenient().post('DocumentReference', document, { Prefer: 'return=OperationOutcome' })
    assert.equal(answer.status, 201, answer.text)
    const { issue = [] } = answer.resource('OperationOutcome')
    assert.ok(issue.every(({ severity }) => severity === 'warning'))
    assert.ok(issue.some(({ details }) => NAMES_RPPS.test(details?.text ?? '')))
  })

  test('never the structure of R4, nor an identity', async () => {
    const { id } = await lenient().create(aPatient().build())
    const unnamed = { ...aDocument(`Patient/${id}`).inline(aContent()).build() }
    const contained = [...(unnamed.contained ?? []), { resourceType: 'Practitioner', id: 'nobody', active: true }]
    const answer = await lenient().post('DocumentReference', { ...unnamed, contained })
    assert.equal(answer.status, 422, answer.text)
    const { birthDate: _left, ...unborn } = aPatient().qualified().build()
    const refused = await lenient().post('Patient', unborn)
    assert.equal(refused.status, 422, refused.text)
  })
})
