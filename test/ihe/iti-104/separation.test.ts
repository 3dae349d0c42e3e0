import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Patient } from '@medplum/fhirtypes'
import { aContent, aDocument, aPatient, aSubmissionSet, INS_TEST, IPP } from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { overBothEngines } from '../../support/server.ts'
import { pixAddress, pixAnswer } from '../iti-83/support.ts'
import { byNumber, duplicateOf, type Followed, feed, followed, found, merged, OTHER } from './support.ts'

/** A merge that was wrong is taken back: both records are as they were before. */

await overBothEngines((server) => {
  /** The source of a merged record sends it as active again. */
  const separated = ({ person }: Pick<Followed, 'person'>) => feed(server(), person.ipp, person.build())

  /** Everything that a client can find out about these patients, by id and by every number. */
  async function seen(...patients: Pick<Followed, 'person' | 'reference'>[]): Promise<Record<string, unknown>> {
    const view: Record<string, unknown> = {}
    for (const { person, reference } of patients) {
      const numbers = (person.build().identifier ?? []).map(({ system, value }) => `${system}|${value}`)
      for (const number of numbers) {
        const identifier = encodeURIComponent(number)
        view[`Patient ${number}`] = await found(server(), `Patient?identifier=${identifier}`)
        view[`documents ${number}`] = await found(server(), `DocumentReference?patient.identifier=${identifier}`)
        const pix = await server().get(pixAddress(number))
        view[`pix ${number}`] = pix.status === 200 ? pixAnswer(pix) : pix.status
      }
      view[`documents ${reference}`] = await found(server(), `DocumentReference?patient=${reference}`)
      view[`lists ${reference}`] = await found(server(), `List?patient=${reference}`)
      const read = await server().get(reference)
      view[reference] = read.status === 200 ? contentOf(read.resource('Patient')) : read.status
    }
    return view
  }

  test('PIX-104-2: after merge and separation every search gives what it gave before', async () => {
    const shared = aPatient()
    const numbers = [...(shared.build().identifier ?? []), { system: OTHER, value: `O-${shared.ipp}` }]
    const [one, two] = [await followed(server(), shared.with({ identifier: numbers })), await followed(server())]
    for (const { reference, document } of [one, two]) await server().create(aSubmissionSet(reference, [document]))
    const before = await seen(one, two)
    await merged(server(), one, two)
    assert.notDeepEqual(await seen(one, two), before)
    const answer = await separated(one)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.resource('Patient').active, true)
    assert.deepEqual(await seen(one, two), before)
    await merged(server(), one, two)
    await separated(one)
    assert.deepEqual(await seen(one, two), before)
  })

  test('PIX-104-2: documents filed after the merge stay with the survivor, each record keeps its own', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    await merged(server(), one, two)
    const later = await server().create(aDocument(one.reference).inline(aContent()).build())
    assert.equal((await separated(one)).status, 200)
    assert.deepEqual(await found(server(), `DocumentReference?patient=${one.reference}`), [one.document])
    const kept = [two.document, `DocumentReference/${later.id}`].sort()
    assert.deepEqual(await found(server(), `DocumentReference?patient=${two.reference}`), kept)
    const again = await server().create(aDocument(one.reference).inline(aContent()).build())
    assert.equal(again.subject?.reference, one.reference)
  })

  test('PIX-104-2: pathways go back: who was hidden is hidden again, on either side', async () => {
    for (const hiddenSurvives of [true, false]) {
      const [hidden, shown] = [aPatient(), await followed(server())]
      const { id = '' } = (await feed(server(), hidden.ipp, hidden.build())).resource('Patient')
      const reference = `Patient/${id}`
      const report = aDocument(reference).ordinary().inline(aContent()).build()
      const { id: documentId } = (await server().post('DocumentReference', report)).resource('DocumentReference')
      const unseen = { person: hidden, id, reference, document: `DocumentReference/${documentId}` }
      const [subsumed, survivor] = hiddenSurvives ? [shown, unseen] : [unseen, shown]
      const before = await seen(subsumed, survivor)
      assert.equal(before[reference], 404)
      await merged(server(), subsumed, survivor)
      const documents = [unseen.document, shown.document].sort()
      assert.deepEqual(await found(server(), `DocumentReference?patient=${survivor.reference}`), documents)
      assert.deepEqual(await found(server(), byNumber(subsumed.person.ipp)), [survivor.reference])
      assert.equal((await separated(subsumed)).status, 200)
      assert.deepEqual(await seen(subsumed, survivor), before)
    }
  })

  test('PIX-104-2: a survivor who was given a pathway of the own meanwhile stays visible', async () => {
    const [shown, hidden] = [await followed(server()), aPatient()]
    const { id = '' } = (await feed(server(), hidden.ipp, hidden.build())).resource('Patient')
    const survivor = { person: hidden, id, reference: `Patient/${id}`, document: '' }
    await merged(server(), shown, survivor)
    const own = await server().create(aDocument(survivor.reference).inline(aContent()).build())
    assert.equal((await separated(shown)).status, 200)
    const left = await found(server(), `DocumentReference?patient=${survivor.reference}`)
    assert.deepEqual(left, [`DocumentReference/${own.id}`])
    assert.deepEqual(await found(server(), `DocumentReference?patient=${shown.reference}`), [shown.document])
  })

  test('PIX-104-2: a pathway that opens after the merge shows what was filed of both', async () => {
    const people = [aPatient(), aPatient()]
    const filed: Followed[] = []
    for (const person of people) {
      const { id = '' } = (await feed(server(), person.ipp, person.build())).resource('Patient')
      const report = aDocument(`Patient/${id}`).ordinary().inline(aContent()).build()
      const document = (await server().post('DocumentReference', report)).resource('DocumentReference')
      filed.push({ person, id, reference: `Patient/${id}`, document: `DocumentReference/${document.id}` })
    }
    const [one, two] = filed
    assert.ok(one !== undefined && two !== undefined)
    const before = await seen(one, two)
    await merged(server(), one, two)
    assert.deepEqual(await found(server(), `DocumentReference?patient=${two.reference}`), [])
    const opening = await server().create(aDocument(two.reference).inline(aContent()).build())
    const all = [one.document, two.document, `DocumentReference/${opening.id}`].sort()
    assert.deepEqual(await found(server(), `DocumentReference?patient=${one.reference}`), all)
    assert.equal((await separated(one)).status, 200)
    assert.equal((await server().get(one.reference)).status, 404)
    assert.deepEqual(await found(server(), `DocumentReference?patient=${one.reference}`), [])
    assert.equal(before[one.reference], 404)
    assert.equal((await found(server(), `DocumentReference?patient=${two.reference}`)).length, 2)
  })

  test('PIX-104-2: of several merges into one survivor each is taken back on its own', async () => {
    const [one, two, three] = [await followed(server()), await followed(server()), await followed(server())]
    const before = await seen(one, two, three)
    await merged(server(), one, three)
    const first = await seen(one, two, three)
    await merged(server(), two, three)
    assert.equal((await separated(two)).status, 200)
    assert.deepEqual(await seen(one, two, three), first)
    await merged(server(), two, three)
    assert.equal((await separated(one)).status, 200)
    assert.equal((await separated(two)).status, 200)
    assert.deepEqual(await seen(one, two, three), before)
  })

  test('PIX-104-2: a chain is taken back from its end', async () => {
    const [one, two, three] = [await followed(server()), await followed(server()), await followed(server())]
    const before = await seen(one, two, three)
    await merged(server(), one, two)
    const first = await seen(one, two, three)
    await merged(server(), two, three)
    assertRefused(await separated(one), 409, 'patient.merged')
    assert.equal((await separated(two)).status, 200)
    assert.deepEqual(await seen(one, two, three), first)
    assert.equal((await separated(one)).status, 200)
    assert.deepEqual(await seen(one, two, three), before)
  })

  test('PIX-104-2: by id a merge is taken back too, the revision that comes with it is kept', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    await merged(server(), one, two)
    const { link: _link, ...record } = (await server().get(one.reference)).resource('Patient')
    const telecom = [{ system: 'phone' as const, value: '+33100000055' }]
    const answer = await server().put(one.reference, { ...record, active: true, telecom })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual((await server().get(one.reference)).resource('Patient').telecom, telecom)
    assert.equal((await server().get(two.reference)).resource('Patient').link, undefined)
  })

  test('PIX-104-2 PIX-104-8: another source does not take a merge back by its number', async () => {
    const person = aPatient()
    const number = `O-${person.ipp}`
    const own = person.build().identifier ?? []
    const shared = person.with({ identifier: [...own, { system: OTHER, value: number }] })
    const [one, two] = [await followed(server(), shared), await followed(server())]
    await merged(server(), one, two)
    const sent = person.with({ identifier: [{ system: OTHER, value: number }] }).build()
    const revised = await feed(server(), number, sent, OTHER)
    assert.equal(revised.resource('Patient').id, two.id)
    assert.equal((await server().get(one.reference)).resource('Patient').active, false)
    // The merge ends where it was told; the number that the other source has confirmed goes back with its record.
    assert.equal((await separated(one)).status, 200)
    const { identifiers } = pixAnswer(await server().get(pixAddress(`${OTHER}|${number}`)))
    assert.deepEqual(identifiers, [`${IPP}|${person.ipp}`])
  })

  test('PIX-104-2: while documents of one refer to those of the other the merge is not taken back', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    await merged(server(), one, two)
    const successor = aDocument(two.reference).inline(aContent()).replacing(one.document).build()
    const { id } = await server().create(successor)
    const before = await server().counts()
    assertRefused(await separated(one), 409, 'store.patient-related')
    assert.deepEqual(await server().counts(), before)
    const lists = await server().get(`List?item=DocumentReference/${id}`)
    for (const { resource } of lists.resource('Bundle').entry ?? []) await server().delete(`List/${resource?.id}`)
    assert.equal((await server().delete(`DocumentReference/${id}`)).status, 204)
    const replaced = (await server().get(one.document)).resource('DocumentReference')
    assert.equal((await server().put(one.document, { ...replaced, status: 'current' })).status, 200)
    assert.equal((await separated(one)).status, 200)
  })

  test('PIX-104-2: a matricule that both came to hold needs a person to judge', async () => {
    const one = await followed(server(), aPatient().qualified())
    const { birthDate = '' } = one.person.build()
    const two = await followed(server(), aPatient().born(birthDate))
    await merged(server(), one, two)
    const [official] = one.person.build().identifier ?? []
    const identifier = [...(official === undefined ? [] : [official]), ...(two.person.build().identifier ?? [])]
    const sent = one.person.with({ identifier }).build()
    assert.equal((await feed(server(), two.person.ipp, sent)).status, 200)
    assertRefused(await separated(one), 409, 'identity.conflict')
    assert.deepEqual(await found(server(), byNumber(one.person.ins, INS_TEST)), [two.reference])
  })

  test('PIX-104-2: a record that comes back must still keep the rules of its identity', async () => {
    const [one, two] = [await followed(server(), aPatient().qualified()), await followed(server(), aPatient())]
    const { birthDate = '' } = one.person.build()
    await feed(server(), two.person.ipp, two.person.born(birthDate).build())
    await merged(server(), one, two)
    const before = await server().counts()
    const other = one.person.born('1999-01-01').build()
    assertRefused(await feed(server(), one.person.ipp, other), 409, 'identity.conflict')
    assert.deepEqual(await server().counts(), before)
    assert.equal((await separated(one)).status, 200)
    assert.deepEqual(await found(server(), byNumber(one.person.ins, INS_TEST)), [one.reference])
  })

  test('PIX-104-2: the message of a merge, sent again after the separation, merges again', async () => {
    const [one, two] = [await followed(server()), await followed(server())]
    const message = duplicateOf(one.person.build(), { system: IPP, value: two.person.ipp })
    for (let round = 0; round < 3; round += 1) {
      assert.equal((await feed(server(), one.person.ipp, message)).status, 200)
      assert.equal((await separated(one)).status, 200)
    }
    assert.equal((await server().get(one.reference)).headers.etag, 'W/"7"')
    assert.equal((await server().get(`${one.reference}/_history`)).resource('Bundle').entry?.length, 7)
  })
})

/** What a record says, whatever its version. */
function contentOf({ meta: _meta, ...patient }: Patient): Omit<Patient, 'meta'> {
  return patient
}
