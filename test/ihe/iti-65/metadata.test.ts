import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference, List } from '@medplum/fhirtypes'
import { MHD } from '../../support/builders/urls.ts'
import { urnUuid } from '../../support/builders.ts'
import { sharedServer } from '../../support/server.ts'
import {
  accepted,
  aDraft,
  aKnownPatient,
  aSubmission,
  bundleOf,
  type Draft,
  type PROFILES,
  refused,
  told,
  warningsOf,
} from './samples.ts'

/** Takes elements out of a document; `content` and `context` go to the part. */
function without(document: DocumentReference, ...names: string[]): void {
  for (const name of names) {
    const [first = '', ...rest] = name.split('.')
    const parts: Record<string, object | undefined> = {
      attachment: document.content?.[0]?.attachment,
      content: document.content?.[0],
      context: document.context,
    }
    const part = rest.length === 0 ? document : parts[first]
    Reflect.deleteProperty(part ?? {}, rest.at(-1) ?? first)
  }
}

const documentOf = (draft: Draft): DocumentReference => draft.documents[0]?.document ?? assert.fail()
const withoutExtension = (set: List, name: string): void => {
  set.extension = (set.extension ?? []).filter(({ url }) => !url?.endsWith(name))
}

interface Row {
  ids: string
  name: string
  break(draft: Draft): void
  /** What is told, `key xds expression`; other findings may stand beside. */
  told: string
  profile?: keyof typeof PROFILES
  status?: number
  /** True for what lenient validation refuses too. */
  always?: true
}

const [METADATA, DOCUMENT, SET] = ['XDSRegistryMetadataError', 'Bundle.entry[1].resource', 'Bundle.entry[0].resource']
const lacks = (key: string, path: string): string => `mhd.${key} ${METADATA} ${path}`

/** The negative tests of the NIST toolkit, and what ihe.md 2.3 asks besides. */
const ROWS: readonly Row[] = [
  {
    ids: 'MHD-65-02 NIST-RM4_2',
    name: 'no submission set',
    break: (draft) => {
      draft.set.code = { coding: [{ system: `${MHD}/CodeSystem/MHDlistTypes`, code: 'other' }] }
    },
    told: lacks('set-count', 'Bundle.entry'),
    always: true,
  },
  {
    ids: 'MHD-65-02 NIST-RM4_2',
    name: 'two submission sets',
    break: (draft) => {
      const set = structuredClone(draft.set)
      delete set.identifier
      draft.others.push({ fullUrl: urnUuid(), resource: set, request: { method: 'POST', url: 'List' } })
    },
    told: lacks('set-count', 'Bundle.entry'),
    always: true,
  },
  {
    ids: 'NIST-RM4_3 P-11',
    name: 'no document and no folder',
    break: (draft) => {
      draft.documents = []
      delete draft.set.entry
    },
    told: 'mhd.document-missing XDSMissingDocumentMetadata Bundle.entry',
    always: true,
  },
  {
    ids: 'NIST-RM4_3',
    name: 'a content without the document that the set names',
    break: (draft) => {
      const { binary, binaryUrl } = draft.documents[0] ?? assert.fail()
      draft.documents = []
      draft.others.push({ fullUrl: binaryUrl, resource: binary, request: { method: 'POST', url: 'Binary' } })
    },
    told: 'mhd.binary-undescribed XDSMissingDocumentMetadata Bundle.entry[1]',
    always: true,
  },
  {
    ids: 'NIST-RM4_5',
    name: 'a set that names what is not in the bundle',
    break: (draft) => {
      draft.set.entry?.push({ item: { display: 'ailleurs', identifier: { system: 'urn:oid:1.2', value: 'x' } } })
    },
    told: lacks('set-item', `${SET}.entry[1].item`),
  },
  {
    ids: 'NIST-SSLIST410_2 P-28',
    name: 'Missing_SourceId',
    break: (draft) => withoutExtension(draft.set, 'sourceId'),
    told: lacks('source-id', `${SET}.extension`),
  },
  {
    ids: 'NIST-SSLIST_3',
    name: 'Missing_SubmissionTime',
    break: (draft) => void delete draft.set.date,
    told: lacks('submission-time', `${SET}.date`),
  },
  {
    ids: 'NIST-SSLIST_4',
    name: 'Missing_UniqueId_SubmissionSetTypeList',
    break: (draft) => {
      draft.set.identifier = draft.set.identifier?.filter(({ use }) => use !== 'usual') ?? []
    },
    told: lacks('submission-id', `${SET}.identifier`),
  },
  {
    ids: 'P-28',
    name: 'a uniqueId that is a UUID',
    break: (draft) => {
      draft.set.identifier = [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: urnUuid() }]
    },
    told: lacks('submission-id-oid', `${SET}.identifier`),
  },
  {
    ids: 'NIST-SSLIST_5',
    name: 'a set that is retired',
    break: (draft) => {
      draft.set.status = 'retired'
    },
    told: lacks('set-status', `${SET}.status`),
  },
  {
    ids: 'NIST-CMPMETA4_2 MHD-65-23',
    name: 'Missing_ContentTypeCode',
    break: (draft) => withoutExtension(draft.set, 'designationType'),
    told: lacks('designation-type', `${SET}.extension`),
  },
  {
    ids: 'NIST-CMPMETA4_1 NIST-SUBJ4_1 MHD-65-05',
    name: 'Missing_PatientID_SubmissionSetTypeList',
    break: (draft) => void delete draft.set.subject,
    told: lacks('subject', `${SET}.subject`),
    always: true,
  },
  {
    ids: 'NIST-DR_1',
    name: 'two contents in one document',
    break: (draft) => {
      const document = documentOf(draft)
      document.content = [...(document.content ?? []), ...(document.content ?? [])]
    },
    told: lacks('content', `${DOCUMENT}.content`),
    always: true,
  },
  {
    ids: 'NIST-DR_2 MHD-65-03',
    name: 'Missing_Document',
    break: (draft) => {
      const attachment = documentOf(draft).content?.[0]?.attachment ?? assert.fail()
      attachment.url = urnUuid()
    },
    told: 'mhd.content-missing XDSMissingDocument Bundle.entry[1].resource.content[0].attachment.url',
    always: true,
  },
  {
    ids: 'NIST-DR_3',
    name: 'no address of a content',
    break: (draft) => without(documentOf(draft), 'attachment.url'),
    told: lacks('url', `${DOCUMENT}.content[0].attachment.url`),
    always: true,
  },
  {
    ids: 'NIST-DR_4',
    name: 'the bytes inside of the document',
    break: (draft) => {
      const attachment = documentOf(draft).content?.[0]?.attachment ?? assert.fail()
      delete attachment.url
      attachment.data = draft.documents[0]?.binary.data ?? assert.fail()
      draft.inline = true
    },
    told: lacks('content-inline', `${DOCUMENT}.content[0].attachment.data`),
  },
  {
    ids: 'NIST-DR_5',
    name: 'a content of another type',
    break: (draft) => {
      const attachment = documentOf(draft).content?.[0]?.attachment ?? assert.fail()
      attachment.contentType = 'text/plain'
    },
    told: lacks('content-type-differs', `${DOCUMENT}.content[0].attachment.contentType`),
    always: true,
  },
  {
    ids: 'NIST-DR_6',
    name: 'Missing_MimeType',
    break: (draft) => without(documentOf(draft), 'attachment.contentType'),
    told: lacks('content-type', `${DOCUMENT}.content[0].attachment.contentType`),
  },
  {
    ids: 'NIST-DR_7 MHD-65-06',
    name: 'Bad_SourcePatientInfo_Link',
    break: (draft) => {
      const document = documentOf(draft)
      document.context = { ...document.context, sourcePatientInfo: { display: 'ailleurs' } }
      document.contained = (document.contained ?? []).filter(({ resourceType }) => resourceType !== 'Patient')
    },
    told: lacks('source-patient-contained', `${DOCUMENT}.context.sourcePatientInfo`),
  },
  {
    ids: 'NIST-DR_8',
    name: 'an author who is not contained',
    break: (draft) => {
      documentOf(draft).author?.push({ display: 'ailleurs' })
    },
    told: lacks('author-contained', `${DOCUMENT}.author[1]`),
  },
  {
    ids: 'NIST-DR_9',
    name: 'an authenticator who is not contained',
    break: (draft) => {
      documentOf(draft).authenticator = { display: 'ailleurs' }
    },
    told: lacks('authenticator-contained', `${DOCUMENT}.authenticator`),
  },
  {
    ids: 'NIST-DR_10',
    name: 'Missing_UniqueId_Reference',
    break: (draft) => without(documentOf(draft), 'masterIdentifier'),
    told: lacks('master-identifier', `${DOCUMENT}.masterIdentifier`),
  },
  {
    ids: 'NIST-DR_11',
    name: 'a document that is entered in error',
    break: (draft) => {
      documentOf(draft).status = 'entered-in-error'
    },
    told: lacks('status', `${DOCUMENT}.status`),
    always: true,
  },
  {
    ids: 'NIST-CMPMETA4_1 MHD-65-05',
    name: 'Missing_PatientID_Reference',
    break: (draft) => without(documentOf(draft), 'subject'),
    told: lacks('subject', `${DOCUMENT}.subject`),
    always: true,
  },
  {
    ids: 'NIST-CMPDR_1',
    name: 'Missing_Format_Code',
    break: (draft) => without(documentOf(draft), 'content.format'),
    told: lacks('format', `${DOCUMENT}.content[0].format`),
  },
  {
    ids: 'NIST-CMPDR_2',
    name: 'Missing_LanguageCode',
    break: (draft) => without(documentOf(draft), 'attachment.language'),
    told: lacks('language', `${DOCUMENT}.content[0].attachment.language`),
  },
  {
    ids: 'NIST-CMPDR_3 P-22',
    name: 'no creation time, though a date of the metadata',
    break: (draft) => without(documentOf(draft), 'attachment.creation'),
    told: lacks('creation', `${DOCUMENT}.content[0].attachment.creation`),
  },
  {
    ids: 'NIST-CMPDR_3',
    name: 'Missing_TypeCode',
    break: (draft) => without(documentOf(draft), 'type'),
    told: lacks('type', `${DOCUMENT}.type`),
  },
  {
    ids: 'NIST-CMPDR_4',
    name: 'Missing_HealthcareFacilityTypeCode',
    break: (draft) => without(documentOf(draft), 'context.facilityType'),
    told: lacks('facility', `${DOCUMENT}.context.facilityType`),
  },
  {
    ids: 'NIST-CMPDR_5',
    name: 'Missing_PracticeSettingCode',
    break: (draft) => without(documentOf(draft), 'context.practiceSetting'),
    told: lacks('practice-setting', `${DOCUMENT}.context.practiceSetting`),
  },
  {
    ids: 'NIST-CMPDR_6',
    name: 'Missing_SourcePatientId',
    break: (draft) => {
      const document = documentOf(draft)
      without(document, 'context.sourcePatientInfo')
      document.contained = (document.contained ?? []).filter(({ resourceType }) => resourceType !== 'Patient')
    },
    told: lacks('source-patient', `${DOCUMENT}.context.sourcePatientInfo`),
  },
  {
    ids: 'NIST-CMPMETA_4',
    name: 'no confidentiality',
    break: (draft) => without(documentOf(draft), 'securityLabel'),
    told: lacks('security-label', `${DOCUMENT}.securityLabel`),
  },
]

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
