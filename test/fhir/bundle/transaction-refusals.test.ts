import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes'
import {
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aPublication,
  aTransaction,
  aWorkingList,
  creating,
  putting,
  superseding,
  urnUuid,
} from '../../support/builders.ts'
import { assertRefused } from '../../support/client.ts'
import { overBothEngines } from '../../support/server.ts'

await overBothEngines((server) => {
  const send = (bundle: Bundle, headers = {}) => server().post('/fhir', bundle, headers)
  const patient = async () => `Patient/${(await server().create(aPatient().qualified().build())).id}`

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
        (subject) => creating(aWorkingList(subject, ['DocumentReference/unknown'])),
        422,
        'list.item-unknown',
        'entry[0].item',
      ],
      [
        'a urn: that names no entry',
        (subject) => creating(aWorkingList(subject, [urnUuid()])),
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
        const bundle = aPublication(subject)
        const index = bundle.entry.length
        bundle.entry.push(entry(subject))
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
