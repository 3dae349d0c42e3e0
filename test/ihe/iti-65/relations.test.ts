import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { aFhirPathPatch, aStatusPatch, superseding, urnUuid } from '../../support/builders.ts'
import { overBothEngines, type TestServer } from '../../support/server.ts'
import {
  accepted,
  aDraft,
  addressOf,
  aKnownPatient,
  aPublished,
  aSubmission,
  bundleOf,
  read,
  refused,
  submit,
  told,
} from './samples.ts'

const statusOf = async (server: TestServer, address: string) => (await read<DocumentReference>(server, address)).status

await overBothEngines((server) => {
  describe('a document that replaces another', () => {
    for (const withPatch of [true, false]) {
      const how = withPatch ? 'with' : 'without'
      test(`MHD-65-07 P-06 NIST-Replace: ${how} the PATCH entry the old one is superseded`, async () => {
        const subject = await aKnownPatient(server())
        const old = await aPublished(server(), subject)
        const draft = aDraft(subject, { as: (document) => document.replacing(old) })
        if (withPatch) draft.others.push(superseding(old))
        const [, successor, , patched] = await accepted(server(), bundleOf(draft))
        assert.deepEqual(
          [await statusOf(server(), old), await statusOf(server(), addressOf(successor))],
          ['superseded', 'current'],
        )
        const { relatesTo } = await read<DocumentReference>(server(), addressOf(successor))
        assert.equal(relatesTo?.[0]?.target?.reference, old)
        if (!withPatch) return
        assert.deepEqual([patched?.response?.status, patched?.response?.etag], ['200 OK', 'W/"2"'])
        assert.equal(addressOf(patched), old)
      })
    }

    test('MHD-65-07: named by its identifier, as a source knows it', async () => {
      const subject = await aKnownPatient(server())
      const draft = aDraft(subject)
      const [, old] = await accepted(server(), bundleOf(draft))
      const { system = '', value = '' } = draft.documents[0]?.document.masterIdentifier ?? {}
      const target = { type: 'DocumentReference' as const, identifier: { system, value } }
      const successor = aDraft(subject, { as: (one) => one.with({ relatesTo: [{ code: 'replaces', target }] }) })
      successor.others.push(superseding(`DocumentReference?identifier=${system}|${value}`))
      const entries = await accepted(server(), bundleOf(successor))
      assert.equal(addressOf(entries.at(-1)), addressOf(old))
      assert.equal(await statusOf(server(), addressOf(old)), 'superseded')
    })

    test('P-06 MHD-65-12: what has been replaced is not replaced again, and its successor is named', async () => {
      const subject = await aKnownPatient(server())
      const old = await aPublished(server(), subject)
      const replacing = () => aSubmission(subject, { as: (document) => document.replacing(old) })
      const [, successor] = await accepted(server(), replacing())
      const [issue] = await refused(server(), replacing(), 409)
      const place = 'Bundle.entry[1].resource.relatesTo[0].target'
      assert.equal(told(issue), `document.replaced-not-current XDSReplaceFailed ${place}`)
      assert.ok(issue?.details?.text?.includes(addressOf(successor)))
    })

    test('P-06 MHD-65-07: two clients replace the same document at once: one wins, the other is told so', async () => {
      const subject = await aKnownPatient(server())
      const old = await aPublished(server(), subject)
      const bundles = Array.from({ length: 4 }, () => aSubmission(subject, { as: (one) => one.replacing(old) }))
      const answers = await Promise.all(bundles.map((bundle) => submit(server(), bundle)))
      const statuses = answers.map(({ status }) => status).sort()
      assert.deepEqual(statuses, [200, 409, 409, 409])
      const winner = answers.find(({ status }) => status === 200)?.resource('Bundle').entry?.[1]
      for (const { text } of answers.filter(({ status }) => status === 409)) {
        assert.match(text, /"XDSReplaceFailed"/)
        assert.ok(text.includes(addressOf(winner)), text)
      }
      const found = await server().get(`DocumentReference?relatesto=${old}`)
      assert.equal(found.resource('Bundle').total, 1)
    })

    test('P-06 MHD-65-05: a document of another patient is not replaced', async () => {
      const old = await aPublished(server(), await aKnownPatient(server()))
      const subject = await aKnownPatient(server())
      const [issue] = await refused(server(), aSubmission(subject, { as: (one) => one.replacing(old) }), 422)
      const place = 'Bundle.entry[1].resource.relatesTo[0].target'
      assert.equal(told(issue), `document.replaced-other-patient XDSPatientIdDoesNotMatch ${place}`)
      assert.equal(await statusOf(server(), old), 'current')
    })

    test('MHD-65-07: one that is not there cannot be replaced', async () => {
      const subject = await aKnownPatient(server())
      const unknown = `DocumentReference/${subject.slice('Patient/'.length)}.${'0'.repeat(26)}`
      const [issue] = await refused(server(), aSubmission(subject, { as: (one) => one.replacing(unknown) }), 422)
      assert.equal(
        told(issue),
        'document.replaced-unknown XDSReplaceFailed Bundle.entry[1].resource.relatesTo[0].target',
      )
    })
  })

  describe('the PATCH entry', () => {
    test('MHD-65-07 PDSM-15: nothing is superseded without a successor', async () => {
      const subject = await aKnownPatient(server())
      const old = await aPublished(server(), subject)
      const draft = aDraft(subject)
      draft.others.push(superseding(old))
      const [issue] = await refused(server(), bundleOf(draft), 422)
      assert.equal(told(issue), 'mhd.patch-alone XDSReplaceFailed Bundle.entry[3]')
      assert.equal(await statusOf(server(), old), 'current')
    })

    test('MHD-65-07: nor another document than the one that is replaced', async () => {
      const subject = await aKnownPatient(server())
      const [old, other] = [await aPublished(server(), subject), await aPublished(server(), subject)]
      const draft = aDraft(subject, { as: (one) => one.replacing(old) })
      draft.others.push(superseding(other))
      const [issue] = await refused(server(), bundleOf(draft), 422)
      assert.equal(told(issue), 'mhd.patch-alone XDSReplaceFailed Bundle.entry[3]')
    })

    for (const [name, patch] of [
      [
        'another path',
        aFhirPathPatch([
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'DocumentReference.description' },
          { name: 'value', valueString: 'x' },
        ]),
      ],
      ['another status', aStatusPatch('current')],
      [
        'another operation',
        aFhirPathPatch([
          { name: 'type', valueCode: 'delete' },
          { name: 'path', valueString: 'DocumentReference.status' },
          { name: 'value', valueCode: 'superseded' },
        ]),
      ],
      [
        'more than the status',
        aFhirPathPatch(
          ...[aStatusPatch('superseded'), aStatusPatch('superseded')].map(
            ({ parameter }) => parameter?.[0]?.part ?? [],
          ),
        ),
      ],
    ] as const) {
      test(`MHD-65-02 MHD-65-07: a PATCH of ${name} is refused`, async () => {
        const subject = await aKnownPatient(server())
        const old = await aPublished(server(), subject)
        const draft = aDraft(subject, { as: (one) => one.replacing(old) })
        draft.others.push({ ...superseding(old), resource: patch })
        const issues = await refused(server(), bundleOf(draft), 422)
        assert.deepEqual(issues.map(told), ['mhd.patch XDSRegistryMetadataError Bundle.entry[3].resource'])
      })
    }

    test('MHD-65-07: a PATCH of an old version is refused', async () => {
      const subject = await aKnownPatient(server())
      const old = await aPublished(server(), subject)
      const draft = aDraft(subject, { as: (one) => one.replacing(old) })
      const patch = superseding(old)
      draft.others.push({ ...patch, request: { method: 'PATCH', url: old, ifMatch: 'W/"7"' } })
      const [issue] = await refused(server(), bundleOf(draft), 412)
      assert.equal(issue?.details?.coding?.[0]?.code, 'precondition.version')
    })
  })

  describe('a document that appends, transforms or signs another', () => {
    for (const [code, id] of [
      ['appends', 'NIST-Addendum'],
      ['transforms', 'NIST-Transforms'],
      ['signs', 'MHD-65-13'],
    ] as const) {
      test(`${id} MHD-65-13: ${code}: supported, hence without a warning; the other one stays current`, async () => {
        const subject = await aKnownPatient(server())
        const old = await aPublished(server(), subject)
        const relatesTo = [{ code, target: { reference: old } }]
        const [, document] = await accepted(server(), aSubmission(subject, { as: (one) => one.with({ relatesTo }) }))
        assert.doesNotMatch(JSON.stringify(document?.response?.outcome ?? {}), /Partial\w+ContentNotProcessed/)
        assert.equal(await statusOf(server(), old), 'current')
        const stored = await read<DocumentReference>(server(), addressOf(document))
        assert.deepEqual(stored.relatesTo, relatesTo)
      })

      test(`MHD-65-12 MHD-65-13: ${code}: what is not there, or another patient’s, is refused`, async () => {
        const subject = await aKnownPatient(server())
        const foreign = await aPublished(server(), await aKnownPatient(server()))
        const unknown = `DocumentReference/${subject.slice('Patient/'.length)}.${'0'.repeat(26)}`
        const place = 'Bundle.entry[1].resource.relatesTo[0].target'
        for (const [reference, expected] of [
          [unknown, `document.related-unknown UnresolvedReferenceException ${place}`],
          [foreign, `document.replaced-other-patient XDSPatientIdDoesNotMatch ${place}`],
        ] as const) {
          const relatesTo = [{ code, target: { reference } }]
          const bundle = aSubmission(subject, { as: (one) => one.with({ relatesTo }) })
          const [issue] = await refused(server(), bundle, 422)
          assert.equal(told(issue), expected)
        }
      })
    }

    test('MHD-65-12: what was superseded is neither appended nor transformed; a signature may still come', async () => {
      const subject = await aKnownPatient(server())
      const old = await aPublished(server(), subject)
      await accepted(server(), aSubmission(subject, { as: (one) => one.replacing(old) }))
      const relating = (code: 'appends' | 'transforms' | 'signs') =>
        aSubmission(subject, { as: (one) => one.with({ relatesTo: [{ code, target: { reference: old } }] }) })
      for (const code of ['appends', 'transforms'] as const) {
        const [issue] = await refused(server(), relating(code), 422)
        const place = 'Bundle.entry[1].resource.relatesTo[0].target'
        assert.equal(told(issue), `document.related-not-current UnresolvedReferenceException ${place}`)
      }
      await accepted(server(), relating('signs'))
    })

    test('NIST-Transforms: a document and its transformation may come together', async () => {
      const draft = aDraft(await aKnownPatient(server()), { count: 2 })
      const [first, second] = draft.documents
      assert.ok(first !== undefined && second !== undefined)
      first.document.relatesTo = [{ code: 'transforms', target: { reference: second.url } }]
      const [, one, other] = await accepted(server(), bundleOf(draft))
      const { relatesTo } = await read<DocumentReference>(server(), addressOf(one))
      assert.equal(relatesTo?.[0]?.target?.reference, addressOf(other))
    })

    test('MHD-65-12: relations that lead back to where they began are refused', async () => {
      const draft = aDraft(await aKnownPatient(server()), { count: 3 })
      const urls = draft.documents.map(({ url }) => url)
      draft.documents.forEach(({ document }, index) => {
        document.relatesTo = [{ code: 'appends', target: { reference: urls[(index + 1) % 3] ?? urnUuid() } }]
      })
      const issues = await refused(server(), bundleOf(draft), 422)
      assert.deepEqual(issues.map(told), ['mhd.cycle XDSRegistryMetadataError Bundle.entry[1].resource.relatesTo'])
      const [alone] = draft.documents
      assert.ok(alone !== undefined)
      const itself = aDraft(draft.set.subject?.reference ?? '')
      const [own] = itself.documents
      if (own !== undefined) own.document.relatesTo = [{ code: 'replaces', target: { reference: own.url } }]
      const [issue] = await refused(server(), bundleOf(itself), 422)
      assert.equal(told(issue), 'mhd.cycle XDSRegistryMetadataError Bundle.entry[1].resource.relatesTo')
    })
  })
})
