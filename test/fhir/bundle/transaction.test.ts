import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle, BundleEntry, DocumentReference, List, Resource } from '@medplum/fhirtypes'
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
  creating,
  INS_TEST,
  putting,
  superseding,
  urnUuid,
} from '../../support/builders.ts'
import { type Answer, assertRefused } from '../../support/client.ts'
import { overBothEngines, PUBLIC_ORIGIN, type TestServer } from '../../support/server.ts'

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
      creating(aSubmissionSet(toPatient, [toFirst, toSecond, toFolder])),
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

  describe('nothing is stored when one entry is refused', () => {
    const failing: readonly [
      id: string,
      entry: (subject: string) => BundleEntry,
      status: number,
      key: string,
      expression?: string,
    ][] = [
      [
        'a document that misnames its size',
        (subject) =>
          creating(
            aDocument(subject)
              .inline({ ...aContent(), size: 3 })
              .build(),
          ),
        422,
        'document.content-mismatch',
        'content[0].attachment.size',
      ],
      [
        'a document without patient',
        () => creating({ ...aDocument('x').inline(aContent()).build(), subject: {} } as Resource),
        400,
        'structure.wrong-shape',
        'subject',
      ],
      [
        'a document of nobody',
        () => creating(aDocument('Patient/aaaaaaaaaaaaaaaaaaaa').inline(aContent()).build()),
        422,
        'patient.unknown',
        'subject',
      ],
      [
        'a list of nothing',
        (subject) => creating(aSubmissionSet(subject, ['DocumentReference/unknown'])),
        422,
        'list.item-unknown',
        'entry[0].item',
      ],
      [
        'a urn: that names no entry',
        (subject) => creating(aSubmissionSet(subject, [urnUuid()])),
        422,
        'bundle.unresolved',
      ],
      [
        'a content that is not there',
        (subject) => creating(aDocument(subject).at(urnUuid(), aContent()).build()),
        422,
        'bundle.unresolved',
      ],
      [
        'an identity that breaks the rules',
        () => creating({ ...aPatient().qualified().build(), gender: 'other' }),
        422,
        'INS-02',
      ],
      [
        'an update of what is not there',
        () => putting('Organization/unknown', { ...anOrganization(), id: 'unknown' }),
        405,
        'resource.no-update-as-create',
      ],
      ['a patch of what is not there', () => superseding('DocumentReference/unknown'), 404, 'resource.unknown'],
      [
        'a resource at the address of another type',
        () => ({ ...creating(anOrganization()), request: { method: 'POST', url: 'Practitioner' } }),
        400,
        'structure.type-mismatch',
      ],
      ['a type that is not served', () => creating({ resourceType: 'Observation' } as Resource), 400, 'bundle.entry'],
      [
        'criteria that match several',
        () => ({ ...putting('Organization?active=true', anOrganization()) }),
        412,
        'precondition.multiple',
      ],
      [
        'criteria that are unknown',
        () => ({ ...putting('Organization?nickname=x', anOrganization()) }),
        400,
        'search.parameter-unknown',
      ],
      [
        'a version that is not the current one',
        (subject) => ({ fullUrl: urnUuid(), request: { method: 'DELETE', url: subject, ifMatch: 'W/"9"' } }),
        412,
        'precondition.version',
      ],
      [
        'a Bundle within the Bundle',
        () => ({ ...creating(anOrganization()), request: { method: 'POST', url: '/' } }),
        400,
        'bundle.entry',
      ],
      [
        'an address of another server',
        () => ({
          ...creating(anOrganization()),
          request: { method: 'POST', url: 'https://elsewhere.example/Organization' },
        }),
        400,
        'bundle.entry',
      ],
    ]
    for (const [id, entry, status, key, expression] of failing) {
      test(`${id}: ${key}`, async () => {
        for (let index = 0; index < 2; index += 1) await server().create(anOrganization())
        const subject = await patient()
        const before = [await server().counts(), await server().contentFiles()]
        const bundle = aProvideBundle(subject)
        const index = bundle.entry?.length ?? 0
        bundle.entry?.push(entry(subject))
        const answer = await send(bundle)
        const issue = assertRefused(answer, status, key)
        const [first = ''] = issue.expression ?? []
        assert.ok(first.startsWith(`Bundle.entry[${index}]`), first)
        if (expression !== undefined) assert.equal(first, `Bundle.entry[${index}].resource.${expression}`)
        assert.deepEqual([await server().counts(), await server().contentFiles()], before)
      })
    }

    test('two entries with one fullUrl', async () => {
      const fullUrl = urnUuid()
      const answer = await send(aTransaction(creating(anOrganization(), fullUrl), creating(aPractitioner(), fullUrl)))
      assert.deepEqual(assertRefused(answer, 400, 'bundle.duplicate-full-url').expression, ['Bundle.entry[1].fullUrl'])
    })

    test('two entries about one resource', async () => {
      const organization = await server().create(anOrganization())
      const target = `Organization/${organization.id}`
      const answer = await send(
        aTransaction(putting(target, organization), { ...superseding(target), fullUrl: urnUuid() }),
      )
      assertRefused(answer, 400, 'bundle.same-resource')
    })

    test('a commit that fails at the last moment', async () => {
      const practitioner = aPractitioner()
      const before = await server().counts()
      const answer = await send(
        aTransaction(creating(anOrganization()), creating(practitioner), creating(practitioner)),
      )
      assertRefused(answer, 409, 'store.identifier-taken')
      assert.deepEqual(await server().counts(), before)
    })
  })

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
      const bundle = aProvideBundle(subject)
      bundle.entry?.push(creating(aPractitioner()), creating(anOrganization()))
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
          { name: 'path', valueString: 'DocumentReference.description' },
          { name: 'value', valueString: 'remplacé' },
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
      const answer = await send(aTransaction(creating(anOrganization())), { prefer: 'return=OperationOutcome' })
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

  describe('what is no transaction', () => {
    test('a Bundle of another type, another resource, nothing', async () => {
      assertRefused(await send({ resourceType: 'Bundle', type: 'collection' }), 400, 'bundle.invalid')
      assertRefused(await send(anOrganization() as unknown as Bundle), 400, 'bundle.invalid')
      assertRefused(await server().post('/fhir'), 400, 'bundle.invalid')
      assertRefused(await send({ resourceType: 'Bundle' } as Bundle), 400, 'bundle.invalid')
    })

    test('an empty one changes nothing', async () => {
      const answer = await send(aTransaction())
      assertRefused(answer, 400, 'structure.wrong-shape')
      const empty = await send({ resourceType: 'Bundle', type: 'transaction' })
      assert.deepEqual(empty.json(), { resourceType: 'Bundle', type: 'transaction-response' })
    })

    test('one entry too many: 413', async () => {
      const entry = { request: { method: 'GET' as const, url: 'Patient/x' } }
      const many = (count: number) => aTransaction(...Array.from({ length: count }, () => entry))
      assertRefused(await send(many(1001)), 413, 'bundle.too-many-entries')
      assert.equal((await send(many(1000))).status, 200)
    })
  })
})

function entriesOf(answer: Answer): BundleEntry[] {
  return answer.resource('Bundle').entry ?? []
}

/** `Type/id` of what an entry wrote. */
function addressOf(entry: BundleEntry | undefined): string {
  return (entry?.response?.location ?? '').slice(`${PUBLIC_ORIGIN}/fhir/`.length).split('/').slice(0, 2).join('/')
}

function codeOf(entry: BundleEntry | undefined): string | undefined {
  const outcome = entry?.response?.outcome
  return outcome?.resourceType === 'OperationOutcome' ? outcome.issue?.[0]?.details?.coding?.[0]?.code : undefined
}

async function read<T extends Resource>(server: TestServer, entry: BundleEntry | undefined): Promise<T> {
  const answer = await server.get(entry?.response?.location ?? '')
  assert.equal(answer.status, 200, answer.text)
  return answer.json() as T
}
