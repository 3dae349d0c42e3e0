import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle, DocumentReference, List } from '@medplum/fhirtypes'
import {
  aBinary,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aProvideBundle,
  aRole,
  aStatusPatch,
  aSubmissionSet,
  aTransaction,
  aWorkingList,
  creating,
  putting,
  superseding,
  urnUuid,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { overBothEngines, PUBLIC_ORIGIN } from '../../support/server.ts'
import { addressOf, codeOf, entriesOf, read } from './answers.ts'

await overBothEngines((server) => {
  const send = (bundle: Bundle, headers = {}) => server().post('/fhir', bundle, headers)
  const patient = async () => `Patient/${(await server().create(aPatient().qualified().build())).id}`

  test('a submission is stored whole, answered in the order of its entries', async () => {
    const subject = await patient()
    const bundle = aProvideBundle(subject, 2)
    const answer = await send(bundle)
    assert.equal(answer.status, 200, answer.text)
    const entries = entriesOf(answer)
    assert.equal(answer.resource('Bundle').type, 'transaction-response')
    assert.deepEqual(
      entries.map(({ response }) => response?.location?.slice(`${PUBLIC_ORIGIN}/fhir/`.length).split('/')[0]),
      bundle.entry?.map(({ request }) => request?.url),
    )
    for (const { response, resource } of entries) {
      assert.equal(response?.status, '201 Created')
      assert.equal(response?.etag, 'W/"1"')
      assert.ok(response?.lastModified !== undefined)
      assert.equal(resource, undefined)
    }
    const list = await read<List>(server(), entries[0])
    assert.deepEqual(
      list.entry?.map(({ item }) => item?.reference),
      [1, 2].map((index) => addressOf(entries[index])),
    )
    for (const [document, binary] of [
      [1, 3],
      [2, 4],
    ] as const) {
      const stored = await read<DocumentReference>(server(), entries[document])
      const url = stored.content?.[0]?.attachment?.url ?? ''
      assert.equal(url, `${PUBLIC_ORIGIN}/fhir/${addressOf(entries[binary])}`)
      const sent = bundle.entry?.[binary]?.resource
      assert.ok(sent?.resourceType === 'Binary')
      assert.equal((await server().get(url)).bytes.toString('base64'), sent.data)
    }
  })

  test('a fullUrl becomes an address wherever it stands, and stays what it is in identifiers and texts', async () => {
    const [toPatient, toOrganization, toPractitioner, toRole, toBinary, toFirst, toSecond, toFolder] = Array.from(
      { length: 8 },
      urnUuid,
    ) as [string, string, string, string, string, string, string, string]
    const content = aContent()
    const first = aDocument(toPatient).at(toBinary, content).build()
    const second = aDocument(toPatient).inline(aContent()).build()
    const bundle = aTransaction(
      creating(aWorkingList(toPatient, [toFirst, toSecond, toFolder])),
      creating({ ...aSubmissionSet(toPatient, [toFirst]), code: { coding: [{ code: 'folder' }] } }, toFolder),
      creating(
        {
          ...second,
          identifier: [{ system: 'urn:ietf:rfc:3986', value: toSecond }],
          text: {
            status: 'generated',
            div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${toFirst}">voir</a> ${toFirst}</div>`,
          },
          relatesTo: [{ code: 'appends', target: { reference: toFirst } }],
          context: { ...second.context, related: [{ reference: toFirst }] },
          custodian: { reference: toOrganization },
          extension: [
            { url: 'https://dcc.example/see', valueUri: toFirst },
            { url: 'https://dcc.example/who', valueReference: { reference: toPractitioner } },
          ],
          contained: [
            ...(second.contained ?? []),
            {
              resourceType: 'PractitionerRole',
              id: 'externe',
              practitioner: { reference: toPractitioner },
              organization: { reference: toOrganization },
            },
          ],
          author: [{ reference: '#auteur' }, { reference: '#externe' }, { reference: toRole }],
        },
        toSecond,
      ),
      creating(first, toFirst),
      creating(aBinary(content, toPatient), toBinary),
      creating(aRole(toPractitioner, toOrganization), toRole),
      creating(aPractitioner(), toPractitioner),
      creating(anOrganization(), toOrganization),
      creating(aPatient().qualified().build(), toPatient),
    )
    const answer = await send(bundle)
    assert.equal(answer.status, 200, answer.text)
    const entries = entriesOf(answer)
    const [set, folder, secondAt, firstAt, binaryAt, roleAt, practitionerAt, organizationAt, patientAt] =
      entries.map(addressOf)
    const stored = await read<DocumentReference>(server(), entries[2])
    assert.equal(stored.subject?.reference, patientAt)
    assert.equal(stored.relatesTo?.[0]?.target?.reference, firstAt)
    assert.equal(stored.context?.related?.[0]?.reference, firstAt)
    assert.equal(stored.custodian?.reference, organizationAt)
    assert.equal(stored.extension?.[0]?.valueUri, firstAt)
    assert.equal(stored.extension?.[1]?.valueReference?.reference, practitionerAt)
    const role = stored.contained?.find(({ id }) => id === 'externe')
    assert.ok(role?.resourceType === 'PractitionerRole')
    assert.deepEqual([role.practitioner?.reference, role.organization?.reference], [practitionerAt, organizationAt])
    assert.deepEqual(
      stored.author?.map(({ reference }) => reference),
      ['#auteur', '#externe', roleAt],
    )
    assert.ok(stored.text?.div?.includes(`<a href="${firstAt}">voir</a> ${toFirst}`))
    assert.equal(stored.identifier?.[0]?.value, toSecond)
    const setItems = (await read<List>(server(), entries[0])).entry?.map(({ item }) => item?.reference)
    assert.deepEqual(setItems, [firstAt, secondAt, folder])
    const firstStored = await read<DocumentReference>(server(), entries[3])
    assert.equal(firstStored.content?.[0]?.attachment?.url, `${PUBLIC_ORIGIN}/fhir/${binaryAt}`)
    assert.ok(set?.startsWith('List/'))
    const found = await server().get(`DocumentReference?author:PractitionerRole=${roleAt}`)
    assert.equal(found.resource('Bundle').total, 1)
  })

  test('a reference relative to the fullUrl of its entry finds the other entry', async () => {
    const elsewhere = 'https://source.example/fhir'
    const bundle = aTransaction(
      { ...creating(aPatient().build()), fullUrl: `${elsewhere}/Patient/p1` },
      { ...creating(aDocument('Patient/p1').inline(aContent()).build()), fullUrl: `${elsewhere}/DocumentReference/d1` },
    )
    const answer = await send(bundle)
    assert.equal(answer.status, 200, answer.text)
    const [patientEntry, documentEntry] = entriesOf(answer)
    const document = await read<DocumentReference>(server(), documentEntry)
    assert.equal(document.subject?.reference, addressOf(patientEntry))
  })

  describe('a document that replaces another', () => {
    for (const withPatch of [true, false]) {
      test(`${withPatch ? 'with' : 'without'} the PATCH entry of MHD`, async () => {
        const subject = await patient()
        const old = await server().create(aDocument(subject).inline(aContent()).build())
        const target = `DocumentReference/${old.id}`
        const successor = creating(aDocument(subject).inline(aContent()).replacing(target).build())
        const bundle = aTransaction(successor, ...(withPatch ? [superseding(target)] : []))
        const answer = await send(bundle)
        assert.equal(answer.status, 200, answer.text)
        const [created, patched] = entriesOf(answer)
        if (withPatch) {
          assert.deepEqual([patched?.response?.status, patched?.response?.etag], ['200 OK', 'W/"2"'])
          assert.equal(addressOf(patched), target)
        }
        const before = (await server().get(target)).resource('DocumentReference')
        assert.deepEqual([before.status, before.meta?.versionId], ['superseded', '2'])
        const after = await read<DocumentReference>(server(), created)
        assert.deepEqual([after.status, after.relatesTo?.[0]?.target?.reference], ['current', target])
        const history = (await server().get(`${target}/_history`)).resource('Bundle')
        assert.equal(history.entry?.length, 2)
      })
    }

    test('but not one that comes in the same transaction', async () => {
      const subject = await patient()
      const first = creating(aDocument(subject).inline(aContent()).build())
      const second = creating(
        aDocument(subject)
          .inline(aContent())
          .replacing(first.fullUrl ?? '')
          .build(),
      )
      assertRefused(await send(aTransaction(first, second)), 422, 'document.replaced-unknown')
    })

    test('a PATCH that says more than the replacement does is not lost in silence', async () => {
      const subject = await patient()
      const old = await server().create(aDocument(subject).inline(aContent()).build())
      const target = `DocumentReference/${old.id}`
      const patch = aStatusPatch('superseded')
      patch.parameter?.push({
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'DocumentReference.securityLabel[0].coding[0].code' },
          { name: 'value', valueCode: 'R' },
        ],
      })
      const answer = await send(
        aTransaction(creating(aDocument(subject).inline(aContent()).replacing(target).build()), {
          ...superseding(target),
          resource: patch,
        }),
      )
      assertRefused(answer, 400, 'bundle.same-resource')
      assert.equal((await server().get(target)).resource('DocumentReference').status, 'current')
    })
  })

  test('everything that a transaction can do, in the order of FHIR, answered in the order of the request', async () => {
    const subject = await patient()
    const old = await server().create(aDocument(subject).inline(aContent()).build())
    const gone = await server().create(aSubmissionSet(subject, []))
    const organization = await server().create(anOrganization())
    const practitioner = aPractitioner()
    const [rpps] = practitioner.identifier ?? []
    const search = `Practitioner?identifier=${rpps?.system}|${rpps?.value}`
    const answer = await send(
      aTransaction(
        { request: { method: 'GET', url: search } },
        { request: { method: 'GET', url: `List/${gone.id}` } },
        superseding(`DocumentReference/${old.id}`),
        putting(`Organization/${organization.id}`, { ...organization, name: 'Renommé' }),
        putting(search, practitioner),
        creating(aDocument(subject).inline(aContent()).build()),
        { request: { method: 'DELETE', url: `List/${gone.id}` } },
        { request: { method: 'GET', url: `Organization/${organization.id}`, ifNoneMatch: 'W/"2"' } },
      ),
    )
    assert.equal(answer.status, 200, answer.text)
    const entries = entriesOf(answer)
    assert.deepEqual(
      entries.map(({ response }) => response?.status),
      ['200 OK', '410 Gone', '200 OK', '200 OK', '201 Created', '201 Created', '204 No Content', '304 Not Modified'],
    )
    const [searched] = entries
    assert.ok(searched?.resource?.resourceType === 'Bundle')
    assert.equal(searched.resource.total, 1)
    assert.equal(codeOf(entries[1]), 'resource.deleted')
    assert.equal((await server().get(`Organization/${organization.id}`)).resource('Organization').name, 'Renommé')
  })

  describe('what the entries of the answer hold, by Prefer', () => {
    test('return=representation: the resources, a Binary without its bytes', async () => {
      const answer = await send(aProvideBundle(await patient()), { prefer: 'return=representation' })
      const types = entriesOf(answer).map(({ resource }) => resource?.resourceType)
      assert.deepEqual(types, ['List', 'DocumentReference', undefined])
      const [list, document] = entriesOf(answer)
      assert.equal(list?.fullUrl, `${PUBLIC_ORIGIN}/fhir/${addressOf(list)}`)
      assert.ok(document?.resource?.resourceType === 'DocumentReference')
      assert.ok(document.resource.content?.[0]?.attachment?.url?.startsWith(PUBLIC_ORIGIN))
    })

    test('return=OperationOutcome: what was said of each', async () => {
      const plain = { resourceType: 'Organization', name: 'Structure fictive' } as const
      const answer = await send(aTransaction(creating(plain)), { prefer: 'return=OperationOutcome' })
      const [entry] = entriesOf(answer)
      assert.equal(entry?.resource, undefined)
      assert.equal(codeOf(entry), 'success')
    })

    test('a warning is told in any case', async () => {
      const answer = await send(aTransaction(creating(aPatient().qualified().born('1931-02-16').build())))
      assert.equal(answer.status, 200, answer.text)
      const outcome = entriesOf(answer)[0]?.response?.outcome
      assert.ok(outcome?.resourceType === 'OperationOutcome')
      assert.ok(outcome.issue?.every(({ severity }) => severity === 'warning'))
    })
  })

  test('a transaction in XML', async () => {
    const xml = `<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><fullUrl value="${urnUuid()}"/><resource><Organization><name value="En XML"/></Organization></resource><request><method value="POST"/><url value="Organization"/></request></entry></Bundle>`
    const answer = await send(xml as unknown as Bundle, {
      'content-type': 'application/fhir+xml',
      accept: 'application/fhir+xml',
    })
    assert.equal(answer.status, 200, answer.text)
    assert.match(answer.text, /<type value="transaction-response"\/>.*<status value="201 Created"\/>/)
  })

  test('twenty submissions at once are all there', async () => {
    const subject = await patient()
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(aProvideBundle(subject))))
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    const found = await server().get(`DocumentReference?patient=${subject}&_count=100`)
    assert.equal(found.resource('Bundle').total, 20)
  })
})
