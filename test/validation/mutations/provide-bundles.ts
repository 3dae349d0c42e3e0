import { aContent, aProvideBundle, aStatusPatch } from '../../support/builders.ts'
import { type Loose, type MutatedBundle, type Mutation, PDSM, urn } from './bundle.ts'

const MHD = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition'

/** Entry 0 is the submission set, 1 the document, 2 its Binary. */
const provide: Loose = aProvideBundle('Patient/p1')
const ATTACHMENT = 'Bundle.entry[1].resource.content[0].attachment'
const attachmentOf = (bundle: Loose): Loose => bundle.entry[1].resource.content[0].attachment

/** Moves the Binary: document and Binary keep naming each other. */
const moveBinary = (bundle: Loose, url: string): void => {
  bundle.entry[2].fullUrl = url
  attachmentOf(bundle).url = url
}

/** An entry that supersedes a document; the document of the bundle replaces it. */
const supersede = (bundle: Loose, number: number): void => {
  bundle.entry[1].resource.relatesTo = [{ code: 'replaces', target: { reference: 'DocumentReference/old' } }]
  bundle.entry.push({
    fullUrl: urn(number),
    resource: aStatusPatch('superseded'),
    request: { method: 'PATCH', url: 'DocumentReference/old' },
  })
}

const PROVIDE: readonly Mutation[] = [
  ['no meta', (b) => void delete b.meta, 'submission.profile Bundle'],
  [
    'no profile named',
    (b) => {
      b.meta = { versionId: '1' }
    },
    'element.required Bundle.meta',
  ],
  [
    'a batch',
    (b) => {
      b.type = 'batch'
    },
    'value.pattern Bundle.type',
  ],
  ['no entry', (b) => void delete b.entry, 'element.required Bundle'],
  [
    'total in a transaction',
    (b) => {
      b.total = 3
    },
    'inv.bdl-1 Bundle',
  ],
  [
    'search in a transaction',
    (b) => {
      b.entry[1].search = { mode: 'match' }
    },
    'inv.bdl-2 Bundle',
  ],
  [
    'response in a transaction',
    (b) => {
      b.entry[1].response = { status: '201' }
    },
    'inv.bdl-4 Bundle',
  ],
  [
    'relation self twice',
    (b) => {
      const self = { relation: 'self', url: 'https://example.test/' }
      b.link = [self, self]
    },
    'bundle.link-repeated Bundle.link[1]',
  ],
  ['no SubmissionSet', (b) => void b.entry.shift(), 'slice.min Bundle.entry'],
  [
    'two SubmissionSets',
    (b) => void b.entry.push({ ...structuredClone(b.entry[0]), fullUrl: urn(1) }),
    'slice.max Bundle.entry',
  ],
  [
    'an entry of a type that MHD has no place for',
    (b) => {
      const resource = { resourceType: 'Organization', name: 'Établissement fictif' }
      b.entry.push({ fullUrl: urn(1), resource, request: { method: 'POST', url: 'Organization' } })
    },
    'slice.closed Bundle.entry[3]',
  ],
  [
    'an entry without request',
    (b) => void delete b.entry[1].request,
    'inv.bdl-3 Bundle',
    'slice.closed Bundle.entry[1]',
  ],
  [
    'a document that is put',
    (b) => {
      b.entry[1].resource.id = 'd1'
      b.entry[1].request = { method: 'PUT', url: 'DocumentReference/d1' }
    },
    'slice.closed Bundle.entry[1]',
  ],
  [
    'a verb that is none',
    (b) => {
      b.entry[1].request.method = 'SEND'
    },
    'binding.required Bundle.entry[1].request.method',
    'slice.closed Bundle.entry[1]',
  ],
  ['a request without url', (b) => void delete b.entry[1].request.url, 'element.required Bundle.entry[1].request'],
  [
    'POST to another type',
    (b) => {
      b.entry[1].request.url = 'List'
    },
    'transaction.type Bundle.entry[1].request',
  ],
  [
    'POST to an id',
    (b) => {
      b.entry[1].request.url = 'DocumentReference/d1'
    },
    'transaction.post-url Bundle.entry[1].request',
  ],
  [
    'PATCH of a whole type',
    (b) => {
      supersede(b, 1)
      b.entry[3].request.url = 'DocumentReference'
    },
    'transaction.url Bundle.entry[3].request',
  ],
  [
    'ifNoneExist with PUT',
    (b) => {
      const request = { method: 'PUT', url: 'Patient/p1', ifNoneExist: 'identifier=x' }
      b.entry.push({
        fullUrl: 'https://dcc.test/fhir/Patient/p1',
        resource: { resourceType: 'Patient', id: 'p1' },
        request,
      })
    },
    'transaction.if-none-exist Bundle.entry[3].request',
  ],
  [
    'the same document patched twice',
    (b) => {
      supersede(b, 1)
      supersede(b, 2)
    },
    'transaction.duplicate Bundle.entry[4].request',
  ],
  [
    'a document superseded by nothing',
    (b) => {
      supersede(b, 1)
      delete b.entry[1].resource.relatesTo
    },
    'pdsm.constr-cdr-rempl Bundle.entry[3].resource',
  ],
  ['the same fullUrl twice', (b) => void b.entry.push(structuredClone(b.entry[2])), 'inv.bdl-7 Bundle'],
  [
    'a version in fullUrl',
    (b) => moveBinary(b, 'https://dcc.test/fhir/Binary/b1/_history/2'),
    'inv.bdl-8 Bundle.entry[2]',
  ],
  [
    'a UUID in upper case',
    (b) => moveBinary(b, 'urn:uuid:ABCDEF00-0000-4000-8000-000000000000'),
    'bundle.full-url-uuid Bundle.entry[2]',
  ],
  ['a relative fullUrl', (b) => moveBinary(b, 'Binary/b1'), 'bundle.full-url-absolute Bundle.entry[2]'],
  [
    'a URN that nothing resolves',
    (b) => void b.entry[0].resource.entry.push({ item: { reference: urn(1) } }),
    'reference.unresolved Bundle.entry[0].resource.entry[1].item',
    'slice.closed Bundle.entry[0]',
    'slice.min Bundle.entry',
  ],
  [
    'a content that is not in the bundle',
    (b) => {
      attachmentOf(b).url = urn(1)
    },
    `pdsm.constr-bind-attachmenturl ${ATTACHMENT}.url`,
    'submission.binary-undescribed Bundle.entry[2]',
  ],
  [
    'a Binary that no document describes',
    (b) => void b.entry.push({ ...structuredClone(b.entry[2]), fullUrl: urn(1) }),
    'submission.binary-undescribed Bundle.entry[3]',
  ],
  [
    'a document without type',
    (b) => void delete b.entry[1].resource.type,
    'element.required Bundle.entry[1].resource',
    'reference.target-profile Bundle.entry[0].resource.entry[0].item',
    'slice.closed Bundle.entry[0]',
    'slice.closed Bundle.entry[1]',
    'slice.min Bundle.entry',
  ],
  [
    'a Binary without contentType',
    (b) => void delete b.entry[2].resource.contentType,
    'element.required Bundle.entry[2].resource',
    'slice.closed Bundle.entry[2]',
  ],
  [
    'another contentType than that of the Binary',
    (b) => {
      b.entry[2].resource.contentType = 'text/plain'
    },
    `attachment.content-type ${ATTACHMENT}.contentType`,
  ],
  [
    'the hash of other bytes',
    (b) => {
      attachmentOf(b).hash = aContent('x').hash
    },
    `attachment.hash ${ATTACHMENT}.hash`,
  ],
  [
    'a size that is not that of the Binary',
    (b) => {
      attachmentOf(b).size += 1
    },
    `attachment.size ${ATTACHMENT}.size`,
  ],
  [
    'a document of another patient',
    (b) => {
      b.entry[1].resource.subject.reference = 'Patient/p2'
    },
    'submission.subject Bundle.entry[1].resource.subject',
  ],
  [
    'the same unique id twice',
    (b) => void b.entry.push({ ...structuredClone(b.entry[1]), fullUrl: urn(1) }),
    'submission.unique-id Bundle.entry[3].resource.masterIdentifier',
  ],
]

/** A provide bundle that claims MHD alone. */
const minimal: Loose = structuredClone(provide)
minimal.meta.profile = [`${MHD}/IHE.MHD.Minimal.ProvideBundle`]
for (const { resource } of minimal.entry) delete resource.meta

const MINIMAL: readonly Mutation[] = [
  [
    'a content that is not in the bundle',
    (b) => {
      attachmentOf(b).url = urn(1)
      b.entry.pop()
    },
    `submission.content-missing ${ATTACHMENT}.url`,
  ],
  ['no SubmissionSet', (b) => void b.entry.shift(), 'slice.min Bundle.entry'],
  [
    'a document of another patient',
    (b) => {
      b.entry[1].resource.subject.reference = 'https://dcc.test/fhir/Patient/p2'
    },
    'submission.subject Bundle.entry[1].resource.subject',
  ],
]

/** Provide bundles (ITI-65): of PDSm, and of MHD alone. */
export const PROVIDE_BUNDLES: readonly MutatedBundle[] = [
  {
    name: 'PDSm provide bundle',
    bundle: provide,
    profile: `${PDSM}/pdsm-comprehensive-provide-document-bundle`,
    mutations: PROVIDE,
  },
  { name: 'MHD minimal provide bundle', bundle: minimal, profile: '', mutations: MINIMAL },
]
