import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle } from '@medplum/fhirtypes'
import { toXml } from '../../../src/fhir/xml/to-xml.ts'
import { aContent, aPatient, creating, superseding, urnUuid } from '../../support/builders.ts'
import { overBothEngines } from '../../support/server.ts'
import {
  accepted,
  aDraft,
  addressOf,
  aKnownPatient,
  aPublished,
  aSubmission,
  bundleOf,
  refused,
  stateOf,
  submit,
  told,
  warningsOf,
} from './samples.ts'

await overBothEngines((server) => {
  test('MHD-65-10 MHD-65-17: the same bundle sent again changes nothing and is answered the same', async () => {
    const subject = await aKnownPatient(server())
    const old = await aPublished(server(), subject)
    const draft = aDraft(subject, {
      count: 2,
      as: (document, index) => (index === 0 ? document.replacing(old) : document),
    })
    draft.others.push(superseding(old))
    const bundle = bundleOf(draft)
    const first = await submit(server(), bundle)
    assert.equal(first.status, 200, first.text)
    const before = await stateOf(server())
    const events = await server().record.dcc.store.pendingEvents(1000, '2999-01-01T00:00:00.000Z')
    for (let turn = 0; turn < 2; turn += 1) {
      const again = await submit(server(), bundle)
      assert.equal(again.status, 200, again.text)
      assert.equal(again.text, first.text)
    }
    assert.deepEqual(await stateOf(server()), before)
    assert.deepEqual(await server().record.dcc.store.pendingEvents(1000, '2999-01-01T00:00:00.000Z'), events)
  })

  test('MHD-65-17: what was warned of is told again, in the language of the one who asks again', async () => {
    const draft = aDraft(await aKnownPatient(server()))
    delete draft.documents[0]?.document.type
    const bundle = bundleOf(draft)
    const [, first] = await accepted(server(), bundle, { 'accept-language': 'fr' })
    const [, again] = await accepted(server(), bundle, { 'accept-language': 'en' })
    assert.ok(warningsOf(first).some((text) => text.startsWith('mhd.type')))
    assert.deepEqual(warningsOf(again), warningsOf(first))
    const texts = (entry: typeof first) => JSON.stringify(entry?.response?.outcome)
    assert.match(texts(first), /Métadonnée absente/)
    assert.match(texts(again), /Missing metadata/)
  })

  test('MHD-65-17 MHD-65-08: another spelling of the same bundle is the same: order of members, XML, time of the message', async () => {
    const bundle = aSubmission(await aKnownPatient(server()), {
      content: () => aContent('x'.repeat(60_000), 'text/plain'),
    })
    const first = await submit(server(), bundle)
    assert.equal(first.status, 200, first.text)
    const spelled: Bundle = { ...JSON.parse(JSON.stringify(reversed(bundle))), timestamp: '2026-11-02T10:00:00Z' }
    assert.equal((await submit(server(), spelled)).text, first.text)
    const xml = await server().post('/fhir', toXml(JSON.parse(JSON.stringify(bundle))), {
      'content-type': 'application/fhir+xml',
      accept: 'application/fhir+json',
    })
    assert.equal(xml.text, first.text)
  })

  test('MHD-65-17: asked for again with its resources, the answer holds what was stored', async () => {
    const bundle = aSubmission(await aKnownPatient(server()))
    const prefer = { prefer: 'return=representation' }
    const first = await submit(server(), bundle, prefer)
    assert.equal((await submit(server(), bundle, prefer)).text, first.text)
  })

  test('MHD-65-10: twins that come in at once are stored once and answered alike', async () => {
    const toPatient = urnUuid()
    const bundles = [
      aSubmission(await aKnownPatient(server())),
      (() => {
        const draft = aDraft(toPatient)
        draft.others.push(creating(aPatient().qualified().build(), toPatient))
        return bundleOf(draft)
      })(),
    ]
    for (const bundle of bundles) {
      const before = await server().counts()
      const answers = await Promise.all(Array.from({ length: 6 }, () => submit(server(), bundle)))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
      const after = await server().counts()
      assert.deepEqual(
        ['submission', 'list', 'document', 'content'].map((table) => (after[table] ?? 0) - (before[table] ?? 0)),
        [1, 1, 1, 1],
      )
    }
  })

  test('P-09 MHD-65-10: without a uniqueId the entryUUID tells that it is the same, without either the whole bundle', async () => {
    const subject = await aKnownPatient(server())
    for (const kept of ['official', 'none']) {
      const draft = aDraft(subject)
      const identifier = draft.set.identifier?.filter(({ use }) => use === kept) ?? []
      if (identifier.length > 0) draft.set.identifier = identifier
      else delete draft.set.identifier
      const bundle = bundleOf(draft)
      const first = await submit(server(), bundle)
      assert.equal(first.status, 200, first.text)
      assert.equal((await submit(server(), bundle)).text, first.text)
    }
  })

  test('MHD-65-12: the uniqueId of another submission is refused, and that one named', async () => {
    const subject = await aKnownPatient(server())
    const draft = aDraft(subject)
    const [set] = await accepted(server(), bundleOf(draft))
    const other = aDraft(subject)
    if (draft.set.identifier !== undefined) other.set.identifier = draft.set.identifier
    const [issue] = await refused(server(), bundleOf(other), 409)
    const place = 'Bundle.entry[0].resource.identifier'
    assert.equal(told(issue), `submission.duplicate XDSDuplicateUniqueIdInRegistry ${place}`)
    assert.ok(issue?.details?.text?.includes(addressOf(set)))
    const [foreign] = await refused(
      server(),
      bundleOf({ ...draft, set: { ...draft.set, subject: { reference: await aKnownPatient(server()) } } }),
      409,
    )
    assert.equal(foreign?.details?.coding?.[0]?.code, 'submission.duplicate')
  })

  test('MHD-65-12: a masterIdentifier that is taken is refused by what the content is, and its holder named', async () => {
    const subject = await aKnownPatient(server())
    const content = aContent()
    const draft = aDraft(subject, { content: () => content })
    const [, document] = await accepted(server(), bundleOf(draft))
    const { masterIdentifier } = draft.documents[0]?.document ?? assert.fail()
    const place = 'Bundle.entry[1].resource.masterIdentifier'
    for (const [bytes, code] of [
      [content, 'XDSDuplicateUniqueIdInRegistry'],
      [aContent(), 'XDSNonIdenticalHash'],
    ] as const) {
      const again = aDraft(subject, {
        content: () => bytes,
        as: (one) => (masterIdentifier === undefined ? one : one.with({ masterIdentifier })),
      })
      const [issue] = await refused(server(), bundleOf(again), 409)
      assert.equal(told(issue), `document.duplicate ${code} ${place}`)
      assert.ok(issue?.details?.text?.includes(addressOf(document)))
    }
  })

  test('MHD-65-12: a uniqueId that occurs twice in one message is refused', async () => {
    const draft = aDraft(await aKnownPatient(server()), { count: 2 })
    const [first, second] = draft.documents
    assert.ok(first?.document.masterIdentifier !== undefined && second !== undefined)
    second.document.masterIdentifier = first.document.masterIdentifier
    const [issue] = await refused(server(), bundleOf(draft), 422)
    const place = 'Bundle.entry[2].resource.masterIdentifier'
    assert.equal(told(issue), `mhd.unique-id-repeated XDSRegistryDuplicateUniqueIdInMessage ${place}`)
  })

  test('MHD-65-18: a document that was withdrawn since does not come back with its submission', async () => {
    const bundle = aSubmission(await aKnownPatient(server()))
    const [, document] = await accepted(server(), bundle)
    assert.equal((await server().delete(addressOf(document))).status, 204)
    const [, again] = await accepted(server(), bundle)
    assert.equal(addressOf(again), addressOf(document))
    assert.equal((await server().get(addressOf(document))).status, 410)
  })
})

/** The same JSON with the members of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}
