import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle, DocumentReference } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aProvideBundle,
  aPublication,
  aTransaction,
  creating,
  INS_TEST,
  superseding,
  urnUuid,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { overBothEngines, PUBLIC_ORIGIN } from '../../support/server.ts'
import { addressOf, entriesOf, read } from './answers.ts'

await overBothEngines((server) => {
  const send = (bundle: Bundle, headers = {}) => server().post('/fhir', bundle, headers)
  const patient = async () => `Patient/${(await server().create(aPatient().qualified().build())).id}`

  describe('one transaction, one patient', () => {
    test('two new patients are refused', async () => {
      const answer = await send(aTransaction(creating(aPatient().build()), creating(aPatient().build())))
      assert.deepEqual(assertRefused(answer, 422, 'bundle.several-patients').expression, ['Bundle.entry[1].resource'])
    })

    test('so are documents of two patients', async () => {
      const [one, other] = [await patient(), await patient()]
      const answer = await send(
        aTransaction(
          creating(aDocument(one).inline(aContent()).build()),
          creating(aDocument(other).inline(aContent()).build()),
        ),
      )
      const issue = assertRefused(answer, 422, 'bundle.several-patients')
      assert.deepEqual(issue.expression, ['Bundle.entry[1].resource.subject'])
    })

    test('so are changes to documents of two patients', async () => {
      const documents = []
      for (const subject of [await patient(), await patient()]) {
        documents.push(await server().create(aDocument(subject).inline(aContent()).build()))
      }
      const answer = await send(aTransaction(...documents.map(({ id }) => superseding(`DocumentReference/${id}`))))
      assertRefused(answer, 422, 'bundle.several-patients')
    })

    test('so is a content that says it is another patient’s', async () => {
      const [one, other] = [await patient(), await patient()]
      const content = aContent()
      const binary = creating(aBinary(content, other))
      const document = creating(
        aDocument(one)
          .at(binary.fullUrl ?? '', content)
          .build(),
      )
      const answer = await send(aTransaction(document, binary))
      const issue = assertRefused(answer, 422, 'bundle.several-patients')
      assert.deepEqual(issue.expression, ['Bundle.entry[1].resource.securityContext'])
    })

    test('a content that says nothing takes the patient of the transaction, and none without one', async () => {
      const alone = await send(aTransaction(creating(aBinary(aContent()))))
      assertRefused(alone, 422, 'content.context-missing')
      const withOrganization = await send(aTransaction(creating(aBinary(aContent())), creating(anOrganization())))
      assertRefused(withOrganization, 422, 'content.context-missing')
    })

    test('documents and lists have to name it', async () => {
      const document = aDocument('x').inline(aContent()).build()
      delete document.subject
      const bundle = aTransaction(creating(aBinary(aContent())), creating(document))
      assert.deepEqual(assertRefused(await send(bundle), 422, 'patient.missing').expression, [
        'Bundle.entry[1].resource.subject',
      ])
    })

    test('directories may be written beside', async () => {
      const subject = await patient()
      const bundle = aPublication(subject)
      bundle.entry.push(creating(aPractitioner()), creating(anOrganization()))
      assert.equal((await send(bundle)).status, 200)
    })
  })

  describe('whose document it is', () => {
    test('a patient created beside it', async () => {
      const toPatient = urnUuid()
      const bundle = aProvideBundle(toPatient)
      bundle.entry?.push(creating(aPatient().qualified().build(), toPatient))
      const answer = await send(bundle)
      assert.equal(answer.status, 200, answer.text)
      const address = addressOf(entriesOf(answer).at(-1))
      assert.equal((await server().get(`DocumentReference?patient=${address}`)).resource('Bundle').total, 1)
    })

    test('a patient created beside it unless already there', async () => {
      const person = aPatient().qualified()
      const known = await server().create(person.build())
      const toPatient = urnUuid()
      const bundle = aProvideBundle(toPatient)
      bundle.entry?.push(creating(person.build(), toPatient, `identifier=${INS_TEST}|${person.ins}`))
      const answer = await send(bundle)
      assert.equal(answer.status, 200, answer.text)
      const last = entriesOf(answer).at(-1)
      assert.deepEqual([last?.response?.status, addressOf(last)], ['200 OK', `Patient/${known.id}`])
      assert.equal((await server().get(`DocumentReference?patient=${known.id}`)).resource('Bundle').total, 1)
    })

    test('never one whose traits differ', async () => {
      const person = aPatient().qualified()
      await server().create(person.build())
      const toPatient = urnUuid()
      const bundle = aProvideBundle(toPatient)
      const impostor = person.named('AUTRE-FICTIF').build()
      bundle.entry?.unshift(creating(impostor, toPatient, `identifier=${INS_TEST}|${person.ins}`))
      assertRefused(await send(bundle), 409, 'identity.conflict')
    })

    test('the patient of a conditional reference, or of a logical one', async () => {
      const person = aPatient().qualified()
      const known = await server().create(person.build())
      const conditional = `Patient?identifier=${INS_TEST}|${person.ins}`
      const byIdentifier = { identifier: { system: INS_TEST, value: person.ins } }
      for (const subject of [conditional, byIdentifier, `${PUBLIC_ORIGIN}/fhir/Patient/${known.id}`]) {
        const answer = await send(aTransaction(creating(aDocument(subject).inline(aContent()).build())))
        assert.equal(answer.status, 200, answer.text)
        const document = await read<DocumentReference>(server(), entriesOf(answer)[0])
        assert.equal(document.subject?.reference, `Patient/${known.id}`)
      }
      const nobody = await send(
        aTransaction(
          creating(aDocument(`Patient?identifier=${INS_TEST}|${aPatient().ins}`).inline(aContent()).build()),
        ),
      )
      assertRefused(nobody, 404, 'precondition.none')
    })
  })
})
