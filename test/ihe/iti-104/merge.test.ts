import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, DocumentReference } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aProvideBundle,
  aSubmissionSet,
  aTransaction,
  INS_TEST,
  IPP,
  putting,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { overBothEngines } from '../../support/server.ts'
import { pixAddress, pixAnswer } from '../iti-83/support.ts'
import { byNumber, duplicateOf, type Followed, feed, followed, found, merged, OTHER } from './support.ts'

await overBothEngines((server) => {
  /** Two records of one person in one hospital, each with a document; the first is merged into the second. */
  async function mergedPair(): Promise<{ subsumed: Followed; survivor: Followed }> {
    const [subsumed, survivor] = [await followed(server()), await followed(server())]
    await merged(server(), subsumed, survivor)
    return { subsumed, survivor }
  }

  test('PIX-104-2: the duplicate becomes inactive and names its survivor, the survivor names it', async () => {
    const { subsumed, survivor } = await mergedPair()
    const read = await server().get(subsumed.reference)
    assert.equal(read.status, 200)
    const record = read.resource('Patient')
    assert.equal(record.active, false)
    const identifier = { system: IPP, value: survivor.person.ipp }
    assert.deepEqual(record.link, [{ other: { reference: survivor.reference, identifier }, type: 'replaced-by' }])
    assert.deepEqual(record.identifier, subsumed.person.build().identifier)
    const { link, active } = (await server().get(survivor.reference)).resource('Patient')
    assert.equal(active, true)
    assert.deepEqual(link, [{ other: { reference: subsumed.reference }, type: 'replaces' }])
  })

  test('PIX-104-2 PDQ-78-6 PDQ-78-7: a search finds the survivor by the numbers of both, never the duplicate', async () => {
    const { subsumed, survivor } = await mergedPair()
    const expected = [survivor.reference]
    assert.deepEqual(await found(server(), byNumber(subsumed.person.ipp)), expected)
    assert.deepEqual(await found(server(), byNumber(survivor.person.ipp)), expected)
    assert.deepEqual(await found(server(), `Patient?_id=${subsumed.id}`), [])
    assert.equal((await server().get(subsumed.reference)).status, 200)
  })

  test('PIX-104-2 PIX-83-11: ITI-83 gives the survivor and the numbers of both, asked with a number of either', async () => {
    const { subsumed, survivor } = await mergedPair()
    const [old, now] = [`${IPP}|${subsumed.person.ipp}`, `${IPP}|${survivor.person.ipp}`]
    const patients = [survivor.reference]
    assert.deepEqual(pixAnswer(await server().get(pixAddress(old))), { identifiers: [now], patients })
    assert.deepEqual(pixAnswer(await server().get(pixAddress(now))), { identifiers: [old], patients })
    const byId = pixAnswer(await server().get(pixAddress(`${server().config.baseUrl}/fhir|${subsumed.reference}`)))
    assert.deepEqual(byId, { identifiers: [old, now].sort(), patients })
  })

  test('PIX-104-2 MHD-67-patient.identifier MHD-66-patient: documents and lists of both are found by either', async () => {
    const [subsumed, survivor] = [await followed(server()), await followed(server())]
    const filed: string[] = []
    for (const { reference, document } of [subsumed, survivor]) {
      await server().create(aSubmissionSet(reference, [document]))
      filed.push(...(await found(server(), `List?patient=${reference}`)))
    }
    filed.sort()
    await merged(server(), subsumed, survivor)
    const documents = [subsumed.document, survivor.document].sort()
    for (const { reference, person, id } of [subsumed, survivor]) {
      const number = encodeURIComponent(`${IPP}|${person.ipp}`)
      for (const search of [`patient=${reference}`, `subject=${id}`, `patient.identifier=${number}`]) {
        assert.deepEqual(await found(server(), `DocumentReference?${search}`), documents, search)
        assert.deepEqual(await found(server(), `List?${search}`), filed, search)
      }
      assert.deepEqual(await found(server(), `DocumentReference?patient=${reference}&status=superseded`), [])
    }
    const whole = await found(server(), `${byNumber(subsumed.person.ipp)}&_revinclude=DocumentReference:patient`)
    assert.deepEqual(whole, [...documents, survivor.reference].sort())
    for (const document of documents) assert.equal((await server().get(document)).status, 200)
  })

  test('PIX-104-2: pages of the documents of both come in order, each document once', async () => {
    const { subsumed, survivor } = await mergedPair()
    for (let n = 0; n < 4; n += 1) await server().create(aDocument(survivor.reference).inline(aContent()).build())
    const dates: string[] = []
    let next: string | undefined = `DocumentReference?patient=${subsumed.reference}&_sort=-date&_count=2`
    while (next !== undefined) {
      const bundle: Bundle = (await server().get(next)).resource('Bundle')
      for (const { resource } of bundle.entry ?? []) dates.push((resource as DocumentReference).date ?? '')
      next = bundle.link?.find(({ relation }) => relation === 'next')?.url
    }
    assert.equal(dates.length, 6)
    assert.deepEqual(dates, [...dates].sort().reverse())
  })

  test('PIX-104-2: what comes in for the duplicate, by reference or number, is filed with the survivor', async () => {
    const { subsumed, survivor } = await mergedPair()
    const subjects = [
      { reference: subsumed.reference },
      { identifier: { system: IPP, value: subsumed.person.ipp } },
      { reference: subsumed.reference, identifier: { system: IPP, value: subsumed.person.ipp } },
    ]
    for (const subject of subjects) {
      const stored = await server().create(aDocument(subject).inline(aContent()).build())
      assert.equal(stored.subject?.reference, survivor.reference)
      assert.ok(stored.id.startsWith(`${survivor.id}.`))
    }
    const binary = await server().create(aBinary(aContent(), subsumed.reference))
    assert.ok(binary.id.startsWith(`${survivor.id}.`))
    const bundle = await server().post('/fhir', aProvideBundle(subsumed.reference))
    assert.equal(bundle.status, 200, bundle.text)
    assert.equal((await found(server(), `DocumentReference?patient=${survivor.reference}`)).length, 6)
  })

  test('PIX-104-2: bytes that came in before the merge can be published after it', async () => {
    const [subsumed, survivor] = [await followed(server()), await followed(server())]
    const content = aContent()
    const binary = await server().create(aBinary(content, subsumed.reference))
    await merged(server(), subsumed, survivor)
    const document = aDocument(subsumed.reference).at(`Binary/${binary.id}`, content).build()
    const stored = await server().create(document)
    const url = stored.content?.[0]?.attachment?.url ?? ''
    assert.match(url, new RegExp(`/Binary/${survivor.id}\\.`))
    assert.deepEqual((await server().get(url, { accept: 'application/pdf' })).bytes, content.bytes)
  })

  test('PIX-104-2 MHD-65-07: a new version replaces a document of the duplicate, and a list may hold documents of both', async () => {
    const { subsumed, survivor } = await mergedPair()
    const successor = aDocument(survivor.reference).inline(aContent()).replacing(subsumed.document).build()
    const stored = await server().create(successor)
    const current = `DocumentReference?patient=${survivor.reference}&status=current`
    assert.deepEqual(await found(server(), current), [survivor.document, `DocumentReference/${stored.id}`].sort())
    const replaced = (await server().get(subsumed.document)).resource('DocumentReference')
    assert.equal(replaced.status, 'superseded')
    assertRefused(await server().put(subsumed.document, { ...replaced, status: 'current' }), 422, 'document.immutable')
    const items = [subsumed.document, survivor.document]
    assert.equal((await server().post('List', aSubmissionSet(subsumed.reference, items))).status, 201)
    const stranger = await followed(server())
    const foreign = aDocument(survivor.reference).inline(aContent()).replacing(stranger.document).build()
    assertRefused(await server().post('DocumentReference', foreign), 422, 'document.replaced-other-patient')
  })

  test('PIX-104-2: a document of the duplicate keeps its id and subject and can be revised', async () => {
    const { subsumed } = await mergedPair()
    const document = (await server().get(subsumed.document)).resource('DocumentReference')
    assert.equal(document.subject?.reference, subsumed.reference)
    const revised = await server().put(subsumed.document, { ...document, description: 'Autre description' })
    assert.equal(revised.status, 200, revised.text)
  })

  test('PIX-104-2: the same message twice changes nothing the second time', async () => {
    const { subsumed, survivor } = await mergedPair()
    const before = await server().counts()
    const again = await merged(server(), subsumed, survivor)
    assert.equal(again.headers.etag, 'W/"2"')
    assert.deepEqual(again.json(), (await server().get(subsumed.reference)).json())
    assert.deepEqual(await server().counts(), before)
  })

  test('PIX-104-2: a merge by id, by PUT and by PATCH, or in a transaction, is the same merge', async () => {
    const ways = [
      async (one: Followed, other: Followed) => {
        const stored = (await server().get(one.reference)).resource('Patient')
        const link = [{ other: { reference: other.reference }, type: 'replaced-by' as const }]
        return server().put(one.reference, { ...stored, active: false, link })
      },
      async (one: Followed, other: Followed) =>
        server().patch(one.reference, [
          { op: 'replace', path: '/active', value: false },
          { op: 'add', path: '/link', value: [{ other: { reference: other.reference }, type: 'replaced-by' }] },
        ]),
      async (one: Followed, other: Followed) => {
        const message = duplicateOf(one.person.build(), { system: IPP, value: other.person.ipp })
        return server().post('/fhir', aTransaction(putting(byNumber(one.person.ipp), message)))
      },
    ]
    for (const way of ways) {
      const [subsumed, survivor] = [await followed(server()), await followed(server())]
      const answer = await way(subsumed, survivor)
      assert.equal(answer.status, 200, answer.text)
      assert.deepEqual(await found(server(), byNumber(subsumed.person.ipp)), [survivor.reference])
      assert.equal((await found(server(), `DocumentReference?patient=${survivor.reference}`)).length, 2)
    }
  })

  test('PIX-104-2: a chain of merges leads to its last survivor', async () => {
    const [first, second, third] = [await followed(server()), await followed(server()), await followed(server())]
    await merged(server(), first, second)
    await merged(server(), second, third)
    const documents = [first, second, third].map(({ document }) => document).sort()
    for (const { reference, person } of [first, second, third]) {
      assert.deepEqual(await found(server(), `DocumentReference?patient=${reference}`), documents)
      assert.deepEqual(await found(server(), byNumber(person.ipp)), [third.reference])
    }
    const { identifiers } = pixAnswer(await server().get(pixAddress(`${IPP}|${first.person.ipp}`)))
    assert.deepEqual(identifiers, [second, third].map(({ person }) => `${IPP}|${person.ipp}`).sort())
    assert.equal((await merged(server(), first, second)).headers.etag, 'W/"2"')
    const stored = await server().create(aDocument(first.reference).inline(aContent()).build())
    assert.equal(stored.subject?.reference, third.reference)
  })

  test('PIX-104-1 PIX-104-2: another source goes on by its own number: its revision reaches the survivor', async () => {
    const person = aPatient()
    const number = `O-${person.ipp}`
    const shared = person.with({ identifier: [...(person.build().identifier ?? []), { system: OTHER, value: number }] })
    const [subsumed, survivor] = [await followed(server(), shared), await followed(server())]
    await merged(server(), subsumed, survivor)
    const telecom = [{ system: 'phone' as const, value: '+33100000077' }]
    const answer = await feed(
      server(),
      number,
      shared.with({ identifier: [{ system: OTHER, value: number }], telecom }).build(),
      OTHER,
    )
    assert.equal(answer.status, 200, answer.text)
    const revised = (await server().get(survivor.reference)).resource('Patient')
    assert.deepEqual(revised.telecom, telecom)
    assert.deepEqual(revised.link, [{ other: { reference: subsumed.reference }, type: 'replaces' }])
    assert.ok(revised.identifier?.some(({ value }) => value === survivor.person.ipp))
    assert.equal((await server().get(subsumed.reference)).headers.etag, 'W/"2"')
    assert.deepEqual(await found(server(), byNumber(subsumed.person.ipp)), [survivor.reference])
  })

  test('PIX-104-2: a revision of the survivor by its own source keeps the merge', async () => {
    const { subsumed, survivor } = await mergedPair()
    assert.equal((await feed(server(), survivor.person.ipp, survivor.person.born('1931-02-01').build())).status, 200)
    assert.deepEqual(await found(server(), byNumber(subsumed.person.ipp)), [survivor.reference])
    const { link } = (await server().get(survivor.reference)).resource('Patient')
    assert.deepEqual(link, [{ other: { reference: subsumed.reference }, type: 'replaces' }])
  })

  test('PIX-104-2: a survivor that is not qualified does not hand out the INS of the duplicate, yet is found by it', async () => {
    const [subsumed, survivor] = [await followed(server(), aPatient().qualified()), await followed(server())]
    const born = { birthDate: subsumed.person.build().birthDate ?? '' }
    await feed(server(), survivor.person.ipp, survivor.person.with(born).build())
    await merged(server(), subsumed, survivor)
    const pix = await server().get(pixAddress(`${IPP}|${survivor.person.ipp}`))
    assert.deepEqual(pixAnswer(pix).identifiers, [`${IPP}|${subsumed.person.ipp}`])
    assert.deepEqual(await found(server(), byNumber(subsumed.person.ins, INS_TEST)), [survivor.reference])
    const { ins } = subsumed.person
    const [official] = subsumed.person.build().identifier ?? []
    const identifier = [...(official === undefined ? [] : [official]), ...(survivor.person.build().identifier ?? [])]
    const answer = await feed(server(), survivor.person.ipp, subsumed.person.with({ identifier }).build())
    assert.equal(answer.status, 200, answer.text)
    assert.ok((await server().get(pixAddress(`${IPP}|${survivor.person.ipp}`))).text.includes(ins))
  })

  test('PIX-104-3: neither a merged record nor its survivor is deleted while they are merged', async () => {
    const [subsumed, survivor] = [aPatient(), aPatient()]
    const ids: string[] = []
    for (const person of [subsumed, survivor]) ids.push((await server().create(person.build())).id)
    const message = duplicateOf(subsumed.build(), { system: IPP, value: survivor.ipp })
    assert.equal((await feed(server(), subsumed.ipp, message)).status, 200)
    const existing = await server().delete(byNumber(subsumed.ipp))
    assert.ok(assertRefused(existing, 409, 'patient.merged').details?.text?.includes(`Patient/${ids[1]}`))
    assertRefused(await server().delete(byNumber(survivor.ipp)), 409, 'patient.has-merged')
    for (const id of ids)
      assertRefused(
        await server().delete(`Patient/${id}`),
        409,
        id === ids[0] ? 'patient.merged' : 'patient.has-merged',
      )
  })

  test('PIX-104-2: the gateway learns of the merge', async () => {
    const { subsumed, survivor } = await mergedPair()
    const events = await server().record.dcc.store.pendingEvents(10_000, new Date().toISOString())
    const told = (id: string) => events.filter(({ patientId }) => patientId === id).map(({ eventType }) => eventType)
    assert.equal(told(subsumed.id).at(-1), 'patient.merged')
    assert.equal(told(survivor.id).at(-1), 'patient.updated')
  })
})
