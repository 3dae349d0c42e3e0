import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aProvideBundle,
  aStatusPatch,
  aSubmissionSet,
  aTransaction,
  creating,
  INS_TEST,
  type PatientBuilder,
  superseding,
} from '../support/builders.ts'
import { assertRefused } from '../support/client.ts'
import { overBothEngines } from '../support/server.ts'

/** The rules of the domain as clients meet them (design.md section 6), over both engines. */
await overBothEngines((server) => {
  const register = async () => `Patient/${(await server().create(aPatient().qualified().build())).id}`
  const publish = (subject: string) => server().create(aDocument(subject).inline(aContent()).build())
  const status = async (document: DocumentReference) =>
    (await server().get(`DocumentReference/${document.id}`)).resource('DocumentReference').status
  const feed = async (person: PatientBuilder) => {
    const answer = await server().put(`Patient?identifier=${INS_TEST}|${person.ins}`, person.build())
    assert.equal(answer.status, 201, answer.text)
    return `Patient/${answer.resource('Patient').id}`
  }
  const found = async (target: string) => (await server().get(target)).resource('Bundle').total

  describe('who is visible', () => {
    test('a patient who is registered by POST, at once', async () => {
      const person = aPatient().qualified()
      const patient = await server().create(person.build())
      assert.equal((await server().get(`Patient/${patient.id}`)).status, 200)
      assert.equal(await found(`Patient?identifier=${INS_TEST}|${person.ins}`), 1)
    })

    test('a patient of the identity feed, with all documents, when one of cancer care arrives', async () => {
      const person = aPatient().qualified()
      const subject = await feed(person)
      const consultation = await server().create(aDocument(subject).ordinary().inline(aContent()).build())
      const list = await server().create(aSubmissionSet(subject, [`DocumentReference/${consultation.id}`]))
      const seen = async () => [
        (await server().get(subject)).status,
        (await server().get(`DocumentReference/${consultation.id}`)).status,
        (await server().get(consultation.content?.[0]?.attachment?.url ?? '')).status,
        (await server().get(`List/${list.id}`)).status,
        await found(`Patient?identifier=${INS_TEST}|${person.ins}`),
        await found(`DocumentReference?patient=${subject}`),
        await found(`DocumentReference?patient.identifier=${INS_TEST}|${person.ins}`),
        await found(`List?patient=${subject}`),
      ]
      assert.deepEqual(await seen(), [404, 404, 404, 404, 0, 0, 0, 0])
      await publish(subject)
      // The list that was filed, and the submission set of each of the two documents.
      assert.deepEqual(await seen(), [200, 200, 200, 200, 1, 2, 2, 3])
    })
  })

  describe('a document is unique', () => {
    test('its masterIdentifier names one document, and the refusal names which', async () => {
      const subject = await register()
      const known = await publish(subject)
      const { masterIdentifier = {} } = known
      const again = aDocument(subject).inline(aContent()).with({ masterIdentifier }).build()
      const before = [await server().counts(), await server().contentFiles()]
      const issue = assertRefused(await server().post('DocumentReference', again), 409, 'document.duplicate')
      assert.ok(issue.details?.text?.includes(`DocumentReference/${known.id}`))
      assert.deepEqual(issue.expression, ['DocumentReference.masterIdentifier'])
      assert.deepEqual([await server().counts(), await server().contentFiles()], before)
    })

    test('of clients that send the same one at once, one creates it and the others find it', async () => {
      const subject = await register()
      const document = aDocument(subject).inline(aContent()).build()
      const answers = await Promise.all([1, 2, 3].map(() => server().post('DocumentReference', document)))
      const statuses = answers.map((answer) => answer.status).sort()
      assert.deepEqual(statuses, [200, 200, 201])
      assert.equal(new Set(answers.map((answer) => answer.resource('DocumentReference').id)).size, 1)
      assert.equal(await found(`DocumentReference?patient=${subject}`), 1)
    })
  })

  describe('a document is what it says', () => {
    const wrong: readonly [element: string, facts: object][] = [
      ['size', { size: 3 }],
      ['hash', { hash: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
      ['contentType', { contentType: 'text/plain' }],
    ]
    for (const [element, facts] of wrong) {
      test(`${element} differs from the bytes: 422`, async () => {
        const subject = await register()
        const content = aContent()
        const binary = await server().create(aBinary(content, subject))
        const document = aDocument(subject).at(`Binary/${binary.id}`, { ...content, ...facts })
        const issue = assertRefused(
          await server().post('DocumentReference', document.build()),
          422,
          'document.content-mismatch',
        )
        assert.deepEqual(issue.expression, [`DocumentReference.content[0].attachment.${element}`])
      })
    }

    test('size and hash are filled in when the client leaves them out', async () => {
      const subject = await register()
      const content = aContent()
      const binary = await server().create(aBinary(content, subject))
      const document = await server().create(aDocument(subject).at(`Binary/${binary.id}`).build())
      const attachment = document.content?.[0]?.attachment
      assert.deepEqual([attachment?.size, attachment?.hash], [content.size, content.hash])
    })

    test('a Binary that is not there, or another patient’s: 422', async () => {
      const [subject, stranger] = [await register(), await register()]
      const content = aContent()
      const binary = await server().create(aBinary(content, stranger))
      for (const url of ['Binary/unknown', `Binary/${binary.id}`]) {
        const document = aDocument(subject).at(url, content).build()
        assertRefused(await server().post('DocumentReference', document), 422, 'document.content-missing')
      }
    })

    test('one document has one content', async () => {
      const subject = await register()
      const document = aDocument(subject).inline(aContent()).build()
      const twice = { ...document, content: [...(document.content ?? []), ...(document.content ?? [])] }
      assertRefused(await server().post('DocumentReference', twice), 422, 'document.content-single')
    })
  })

  describe('a replacement', () => {
    test('by ITI-105 supersedes what it replaces', async () => {
      const subject = await register()
      const old = await publish(subject)
      const successor = aDocument(subject).inline(aContent()).replacing(`DocumentReference/${old.id}`)
      const stored = await server().create(successor.build())
      assert.deepEqual([await status(old), await status(stored)], ['superseded', 'current'])
      assert.equal(await found(`DocumentReference?patient=${subject}&status=current`), 1)
      assert.equal((await server().get(old.content?.[0]?.attachment?.url ?? '')).status, 200)
    })

    const refused: readonly [id: string, target: (subject: string) => Promise<string>, status: number, key: string][] =
      [
        ['of what is not there', async () => 'DocumentReference/unknown', 422, 'document.replaced-unknown'],
        [
          'of another patient’s document',
          async () => `DocumentReference/${(await publish(await register())).id}`,
          422,
          'document.replaced-other-patient',
        ],
        [
          'of what was already replaced',
          async (subject) => {
            const target = `DocumentReference/${(await publish(subject)).id}`
            await server().create(aDocument(subject).inline(aContent()).replacing(target).build())
            return target
          },
          409,
          'document.replaced-not-current',
        ],
        [
          'of what was withdrawn',
          async (subject) => {
            const target = `DocumentReference/${(await publish(subject)).id}`
            await server().delete(target)
            return target
          },
          422,
          'document.replaced-unknown',
        ],
      ]
    for (const [id, makeTarget, expected, key] of refused) {
      test(`${id}: ${expected}, alone and in a transaction`, async () => {
        const subject = await register()
        const target = await makeTarget(subject)
        const before = [await server().counts(), await server().contentFiles()]
        const document = aDocument(subject).inline(aContent()).replacing(target).build()
        assertRefused(await server().post('DocumentReference', document), expected, key)
        const issue = assertRefused(await server().post('/fhir', aTransaction(creating(document))), expected, key)
        assert.deepEqual(issue.expression, ['Bundle.entry[0].resource.relatesTo[0].target'])
        assert.deepEqual([await server().counts(), await server().contentFiles()], before)
      })
    }

    test('by several clients at once: one wins, the others are told, the chain stays linear', async () => {
      const subject = await register()
      const old = await publish(subject)
      const target = `DocumentReference/${old.id}`
      const replace = () => {
        const successor = creating(aDocument(subject).inline(aContent()).replacing(target).build())
        return server().post('/fhir', aTransaction(successor, superseding(target)))
      }
      const answers = await Promise.all([replace(), replace(), replace(), replace()])
      const statuses = answers.map((answer) => answer.status).sort()
      assert.equal(statuses[0], 200, String(statuses))
      assert.ok(
        statuses.slice(1).every((code) => code === 409 || code === 412),
        String(statuses),
      )
      assert.equal(await found(`DocumentReference?patient=${subject}&status=current`), 1)
      assert.equal(await found(`DocumentReference?relatesto=${target}`), 1)
      assert.equal((await server().get(target)).headers.etag, 'W/"2"')
    })
  })

  test('a submission never splits: whoever reads meanwhile sees all of it or nothing', async () => {
    const subject = await register()
    let done = false
    const sending = server()
      .post('/fhir', aProvideBundle(subject, 5))
      .finally(() => {
        done = true
      })
    const seen = new Set<number | undefined>()
    while (!done) seen.add(await found(`DocumentReference?patient=${subject}`))
    assert.equal((await sending).status, 200)
    seen.add(await found(`DocumentReference?patient=${subject}`))
    assert.ok(
      [...seen].every((total) => total === 0 || total === 5),
      String([...seen]),
    )
  })

  test('a document that is declared entered in error is withdrawn for good', async () => {
    const subject = await register()
    const document = await publish(subject)
    const address = `DocumentReference/${document.id}`
    assert.equal((await server().patch(address, aStatusPatch('entered-in-error'))).status, 200)
    assertRefused(await server().get(document.content?.[0]?.attachment?.url ?? ''), 410, 'resource.deleted')
    assertRefused(await server().patch(address, aStatusPatch('current')), 422, 'document.immutable')
  })

  test('a list names documents of its own patient only', async () => {
    const [subject, stranger] = [await register(), await register()]
    const document = await publish(stranger)
    const list = aSubmissionSet(subject, [`DocumentReference/${document.id}`])
    const issue = assertRefused(await server().post('List', list), 422, 'list.item-unknown')
    assert.deepEqual(issue.expression, ['List.entry[0].item'])
    const own = await server().create(aSubmissionSet(stranger, [`DocumentReference/${document.id}`]))
    const moved = { ...own, subject: { reference: subject } }
    assertRefused(await server().put(`List/${own.id}`, moved), 422, 'patient.immutable-subject')
  })

  test('what is refused leaves no event for the gateway, what is stored leaves one for each resource', async () => {
    const subject = await register()
    const before = (await server().counts()).outbox ?? 0
    await server().post(
      'DocumentReference',
      aDocument(subject)
        .inline({ ...aContent(), size: 1 })
        .build(),
    )
    assert.equal((await server().counts()).outbox, before)
    await publish(subject)
    assert.equal((await server().counts()).outbox, before + 2)
  })
})
