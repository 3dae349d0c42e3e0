import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference } from '@medplum/fhirtypes'
import { sharedServer } from '../../support/server.ts'
import { DOCUMENT, documentOf, lacks, METADATA, ROWS, SET, without, withoutExtension } from './rows.ts'
import { accepted, aDraft, aKnownPatient, aSubmission, bundleOf, refused, told, warningsOf } from './samples.ts'

describe('strict: metadata that break a rule refuse the whole', () => {
  const server = sharedServer({ config: { validation: 'strict' } })

  for (const { ids, name, break: breakRule, told: expected } of ROWS) {
    test(`${ids} NIST-PDBFailsMain MHD-65-09b MHD-65-12: ${name}`, async () => {
      const subject = await aKnownPatient(server())
      for (const profile of ['pdsm', 'comprehensive'] as const) {
        const draft = aDraft(subject, { profile })
        breakRule(draft)
        const issues = await refused(server(), bundleOf(draft), 422)
        const told_ = issues.map(told)
        assert.ok(told_.includes(expected), told_.join('\n'))
        assert.equal(new Set(told_).size, told_.length, told_.join('\n'))
      }
      const found = await server().get(`DocumentReference?patient=${subject}`)
      assert.equal(found.resource('Bundle').total, 0)
    })
  }

  test('MHD-65-12: all that is wrong is told at once, each fault once, in the language asked for', async () => {
    const subject = await aKnownPatient(server())
    const draft = aDraft(subject, { count: 2 })
    without(documentOf(draft), 'content.format', 'context.facilityType', 'securityLabel')
    draft.documents[1] && without(draft.documents[1].document, 'type')
    withoutExtension(draft.set, 'sourceId')
    const issues = await refused(server(), bundleOf(draft), 422, { 'accept-language': 'en' })
    const errors = issues.filter(({ severity }) => severity === 'error').map(told)
    assert.deepEqual(errors, [
      lacks('source-id', `${SET}.extension`),
      lacks('format', `${DOCUMENT}.content[0].format`),
      lacks('facility', `${DOCUMENT}.context.facilityType`),
      lacks('security-label', `${DOCUMENT}.securityLabel`),
      lacks('type', 'Bundle.entry[2].resource.type'),
    ])
    assert.equal(issues[1]?.details?.text, 'Missing metadata: content.format (the format).')
  })

  test('MHD-65-09 MHD-65-12: what profiles find of several documents comes together, with the XDS code', async () => {
    const draft = aDraft(await aKnownPatient(server()), { count: 2, profile: 'pdsm' })
    for (const { document } of draft.documents) without(document, 'custodian', 'category')
    const issues = await refused(server(), bundleOf(draft), 422)
    const required = issues.map(told).filter((text) => text.startsWith('element.required'))
    assert.deepEqual(required.sort(), [
      `element.required ${METADATA} Bundle.entry[1].resource`,
      `element.required ${METADATA} Bundle.entry[2].resource`,
    ])
  })

  test('MHD-65-12: a refusal of the record comes with the faults of the metadata', async () => {
    const draft = aDraft('Patient/aaaaaaaaaaaaaaaaaaaa')
    without(documentOf(draft), 'content.format')
    const issues = await refused(server(), bundleOf(draft), 422)
    assert.deepEqual(issues.map(told), [
      `patient.unknown XDSUnknownPatientId ${SET}.subject`,
      lacks('format', `${DOCUMENT}.content[0].format`),
    ])
  })

  test('MHD-65-24 MHD-65-25: an UnContained bundle names professionals of the directory; one that is not there is refused', async () => {
    const subject = await aKnownPatient(server())
    const organization = await server().create({ resourceType: 'Organization', name: 'Structure fictive' })
    const as = (reference: string) => {
      const draft = aDraft(subject, { profile: 'uncontained' })
      const document = documentOf(draft)
      document.custodian = { reference }
      return bundleOf(draft)
    }
    await accepted(server(), as(`Organization/${organization.id}`))
    const [issue] = await refused(server(), as('Organization/unknown'), 422)
    assert.equal(told(issue), `document.reference-unknown UnresolvedReferenceException ${DOCUMENT}.custodian`)
  })

  test('MHD-65-23 MHD-65-25 NIST-CMPMETA_3: a Minimal bundle is refused by name where metadata must be comprehensive', async () => {
    const issues = await refused(server(), aSubmission(await aKnownPatient(server()), { profile: 'minimal' }), 422)
    assert.deepEqual(issues.map(told), [lacks('minimal', 'Bundle.meta.profile')])
    assert.match(issues[0]?.details?.text ?? '', /IHE\.MHD\.Minimal\.ProvideBundle/)
  })
})

describe('lenient: metadata that break a rule are told and kept', () => {
  const server = sharedServer({ config: { validation: 'lenient' } })

  for (const { ids, name, break: breakRule, told: expected, always } of ROWS) {
    test(`${ids} MHD-65-09b: ${name}: ${always === true ? 'refused all the same' : 'a warning'}`, async () => {
      const draft = aDraft(await aKnownPatient(server()))
      breakRule(draft)
      if (always === true) {
        const issues = await refused(server(), bundleOf(draft), 422)
        assert.ok(issues.map(told).includes(expected), issues.map(told).join('\n'))
        return
      }
      const entries = await accepted(server(), bundleOf(draft))
      const warned = entries.map(warningsOf)
      const index = Number(/entry\[(\d+)\]/.exec(expected)?.[1])
      const local = expected.replace(/Bundle\.entry\[(\d+)\]\.resource/, index === 0 ? 'List' : 'DocumentReference')
      assert.ok(warned[index]?.includes(local), JSON.stringify(warned))
      assert.equal(new Set(warned[index]).size, warned[index]?.length)
    })
  }

  test('MHD-65-02: the set should name every document: one that it does not is told', async () => {
    const draft = aDraft(await aKnownPatient(server()), { count: 2 })
    draft.set.entry?.pop()
    const [, first, second] = await accepted(server(), bundleOf(draft))
    assert.ok(!warningsOf(first).some((text) => text.startsWith('mhd.unlisted')))
    assert.ok(warningsOf(second).includes(`mhd.unlisted ${METADATA} DocumentReference`))
  })
})

describe('minimal metadata, where the setting takes them', () => {
  const server = sharedServer({ config: { validation: 'strict', mhdMetadata: 'minimal' } })
  const bare = (document: DocumentReference) =>
    without(
      document,
      ...['type', 'category', 'author', 'authenticator', 'custodian', 'securityLabel', 'contained', 'context'],
      ...['content.format', 'attachment.language', 'attachment.creation', 'attachment.title'],
    )

  test('MHD-65-23 MHD-65-25 NIST-Single_Document: a Minimal bundle is accepted with what it has to say, and found', async () => {
    const subject = await aKnownPatient(server())
    const draft = aDraft(subject, { profile: 'minimal' })
    for (const { document } of draft.documents) bare(document)
    withoutExtension(draft.set, 'designationType')
    delete draft.set.meta
    for (const { document } of draft.documents) delete document.meta
    await accepted(server(), bundleOf(draft))
    const found = await server().get(`DocumentReference?patient=${subject}`)
    assert.equal(found.resource('Bundle').total, 1)
  })

  for (const key of ['NIST-DR_6', 'NIST-DR_10', 'NIST-SSLIST410_2', 'NIST-SSLIST_3', 'NIST-SSLIST_4']) {
    const row = ROWS.find(({ ids }) => ids.split(' ').includes(key)) ?? assert.fail(key)
    test(`${key} MHD-65-09b: ${row.name} refuses a Minimal bundle too`, async () => {
      const draft = aDraft(await aKnownPatient(server()), { profile: 'minimal' })
      row.break(draft)
      const issues = await refused(server(), bundleOf(draft), 422)
      assert.ok(issues.map(told).includes(row.told), issues.map(told).join('\n'))
    })
  }

  test('MHD-65-23: a bundle that promises comprehensive metadata is held to its promise', async () => {
    const draft = aDraft(await aKnownPatient(server()), { profile: 'comprehensive' })
    without(documentOf(draft), 'content.format')
    const [issue] = await refused(server(), bundleOf(draft), 422)
    assert.equal(told(issue), lacks('format', `${DOCUMENT}.content[0].format`))
  })
})
