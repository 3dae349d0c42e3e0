import assert from 'node:assert/strict'
import type { DocumentReference, List } from '@medplum/fhirtypes'
import { MHD } from '../../support/builders/urls.ts'
import { urnUuid } from '../../support/builders.ts'
import type { Draft, PROFILES } from './samples.ts'

/** Takes elements out of a document; `content` and `context` go to the part. */
export function without(document: DocumentReference, ...names: string[]): void {
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

/** The first document of a draft. */
export const documentOf = (draft: Draft): DocumentReference => draft.documents[0]?.document ?? assert.fail()
/** Takes an extension out of a submission set. */
export const withoutExtension = (set: List, name: string): void => {
  set.extension = (set.extension ?? []).filter(({ url }) => !url?.endsWith(name))
}

/** One rule that is broken, and what is told of it. */
export interface Row {
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

/** The XDS code of metadata, and the places of the first document and of the set. */
export const [METADATA, DOCUMENT, SET] = [
  'XDSRegistryMetadataError',
  'Bundle.entry[1].resource',
  'Bundle.entry[0].resource',
]
/** What is told of missing or wrong metadata. */
export const lacks = (key: string, path: string): string => `mhd.${key} ${METADATA} ${path}`

/** The negative tests of the NIST toolkit, and what ihe.md 2.3 asks besides. */
export const ROWS: readonly Row[] = [
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
