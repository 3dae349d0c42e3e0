import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import { attachmentOf, isPublished } from '../dcc/document-version.ts'
import { DccError, type DccIssue, isDccError } from '../dcc/errors.ts'
import { fileList } from '../dcc/lists.ts'
import { survivorOf } from '../dcc/persons.ts'
import { requireReferenced, requireRelated } from '../dcc/relations.ts'
import { contradictedTraits } from '../dcc/same-patient.ts'
import { bytesOfData } from '../dcc/set-aside.ts'
import { type DccContext, UnitOfWork, type Written } from '../dcc/unit-of-work.ts'
import { URI_SYSTEM } from '../french/oids.ts'
import { entryUuid } from '../french/pdsm/submission-set.ts'
import { present } from '../french/present.ts'
import { isStoreError } from '../store/errors.ts'
import { clinicalId, newLocalId, parseClinicalId } from '../store/ids.ts'
import type { StoredResource } from '../store/store.ts'
import { submissionSetOfDocument } from './iti-105-set.ts'

/** The profiles of a Simplified Publish, of IHE and of PDSm; a version may follow. */
const SIMPLIFIED =
  /^https:\/\/(profiles\.ihe\.net\/ITI\/MHD\/StructureDefinition\/IHE\.MHD\.SimplifiedPublish\.DocumentReference|interop\.esante\.gouv\.fr\/ig\/fhir\/pdsm\/StructureDefinition\/pdsm-simplified-publish)(\||$)/

/**
 * Whether a creation is an ITI-105 Simplified Publish: the document comes inside the DocumentReference, or its profile
 * says so. A draft is none: nothing is published yet.
 */
export function isSimplifiedPublish(document: DocumentReference): boolean {
  if (claimed(document).length > 0) return true
  return isPublished(document) && (document.content?.some(({ attachment }) => attachment?.data !== undefined) ?? false)
}

/** What became of a document that was sent: published, or found as it is. */
export type SimplifiedPublish =
  | { outcome: 'published'; written: Written; warnings: readonly DccIssue[] }
  | { outcome: 'unchanged'; existing: StoredResource }

/**
 * ITI-105 Simplified Publish (reference/ihe.md 2.8, PDSm flow 09): the content becomes a Binary, the DocumentReference
 * and a submission set derived from it are filed with it, in one unit (MHD-105-10). The same document again, content and
 * metadata, changes nothing. `publish` adds the creation of the DocumentReference to the unit, by the rules of every
 * creation (MHD-105-03, -06, -09; PDSM-64). Throws DccError.
 */
export async function publishSimplified(
  context: DccContext,
  given: DocumentReference,
  publish: (unit: UnitOfWork, document: DocumentReference) => Promise<Written>,
): Promise<SimplifiedPublish> {
  requireSimplified(given)
  const sent = withSubject(given)
  const document = withEntryUuid(withoutClaim(sent))
  for (let attempt = 1; ; attempt += 1) {
    try {
      const unit = new UnitOfWork(context, { profilesOf: (resource) => profilesOf(resource, sent) })
      const written = await publish(unit, document)
      await requireCoherent(unit, sent, parseClinicalId(written.id)?.patientId ?? '')
      if (claimed(sent).length > 0) unit.hold(sent)
      await fileSubmissionSet(unit, written)
      await unit.commit()
      return { outcome: 'published', written, warnings: unit.warnings }
    } catch (error) {
      if (isDccError(error, 'document.duplicate')) {
        const existing = await sameDocument(context, sent)
        if (existing === undefined) throw error
        return { outcome: 'unchanged', existing }
      }
      // Somebody else has just taken the unique id, changed what is replaced or merged the patient: what was decided is decided again.
      const raced = RACED.some((key) => isStoreError(error, key))
      if (!raced || attempt === ATTEMPTS) throw error
    }
  }
}

const ATTEMPTS = 5
const RACED = ['store.identifier-taken', 'store.version-conflict', 'store.patient-not-current'] as const

/**
 * MHD-105-02, -11, PDSM-62: a document that names SimplifiedPublish is held to it as it was sent, and then to no other
 * profile but those that it names; one that does not is held to what the record asks of every document.
 */
function profilesOf(resource: Resource, sent: DocumentReference): readonly string[] | undefined {
  return resource.resourceType === 'List' || claimed(sent).length > 0 ? [] : undefined
}

function claimed({ meta }: DocumentReference): readonly string[] {
  return meta?.profile?.filter((profile) => SIMPLIFIED.test(profile)) ?? []
}

/** MHD-105-02: what no setting accepts, each refused by its name. */
function requireSimplified(sent: DocumentReference): void {
  const { content = [], modifierExtension, status } = sent
  const path = 'DocumentReference.content[0].attachment'
  const attachment = content[0]?.attachment
  if (modifierExtension !== undefined) throw refuse('mhd.modifier-extension', 'DocumentReference.modifierExtension')
  if (content.length > 1) throw refuse('document.content-single', 'DocumentReference.content')
  if (attachment?.url !== undefined) throw refuse('simplified.url', `${path}.url`)
  // On-Demand and delayed assembly have no content yet: MHD has neither in this transaction.
  if (attachment?.data === undefined) throw refuse('simplified.content-missing', `${path}.data`)
  if (status !== 'current') throw refuse('simplified.status', 'DocumentReference.status')
  const recipient = sent.extension?.findIndex(({ url }) => RECIPIENTS.test(url ?? '')) ?? -1
  if (recipient >= 0) throw refuse('simplified.recipient', `DocumentReference.extension[${recipient}]`)
}

const RECIPIENTS = /\/(ihe-intendedRecipient|pdsm-ext-intended-recipient)$/

/**
 * MHD-105-09: PDSm4DMP writes the patient as a search, `Patient?identifier=system|value`. It names a patient as an
 * identifier does, and by nothing else: a name, or a number without its domain, could be somebody else's.
 */
function withSubject(document: DocumentReference): DocumentReference {
  const { reference, ...subject } = document.subject ?? {}
  const [[name, text] = [], ...others] = [...new URLSearchParams(/^Patient\?(.*)$/.exec(reference ?? '')?.[1] ?? '')]
  const [, system, value] = /^([^|]+)\|([^|]+)$/.exec(text ?? '') ?? []
  if (name !== 'identifier' || others.length > 0 || system === undefined || value === undefined) return document
  const { identifier = { system, value } } = subject
  if (identifier.system !== system || identifier.value !== value) {
    throw refuse('patient.several', 'DocumentReference.subject.identifier')
  }
  return { ...document, subject: { ...subject, identifier } }
}

function refuse(key: ConstructorParameters<typeof DccError>[0], expression: string): DccError {
  return new DccError(key, { expression })
}

/** What is stored has an address and no bytes: it is no longer what SimplifiedPublish describes. */
function withoutClaim(sent: DocumentReference): DocumentReference {
  if (claimed(sent).length === 0) return sent
  const { meta, ...document } = sent
  const { profile, ...others } = meta ?? {}
  const kept = present({ ...others, profile: profile?.filter((name) => !SIMPLIFIED.test(name)) })
  return Object.keys(kept).length > 0 ? { ...document, meta: kept } : document
}

/** The server assigns the entryUUID (ITI-105), and keeps one that comes (P-09). */
function withEntryUuid(document: DocumentReference): DocumentReference {
  const { identifier = [] } = document
  return identifier.some(isEntryUuid) ? document : { ...document, identifier: [...identifier, entryUuid(randomUUID())] }
}

function isEntryUuid({ use, type, system, value }: NonNullable<DocumentReference['identifier']>[number]): boolean {
  const typed = type?.coding?.some(({ code }) => code === 'entryUUID') === true
  return system === URI_SYSTEM && value?.startsWith('urn:uuid:') === true && (use === 'official' || typed)
}

/** As in a submission (ITI-65): relations and references lead somewhere, and the identity at the source is the patient's. */
async function requireCoherent(unit: UnitOfWork, document: DocumentReference, patientId: string): Promise<void> {
  await requireRelated(unit, document, patientId, new Set())
  await requireReferenced(unit, document)
  const source = document.context?.sourcePatientInfo?.reference
  const account = document.contained?.find(({ id }) => id !== undefined && source === `#${id}`)
  if (account?.resourceType !== 'Patient') return
  const traits = await contradictedTraits(unit, patientId, account)
  if (traits.length === 0) return
  const expression = 'DocumentReference.context.sourcePatientInfo'
  throw new DccError('mhd.source-traits', { expression, detail: { traits: traits.join(', ') } })
}

/**
 * MHD-105-04. What the server derives is not the sender's to correct: a set that falls short of its profile, as its
 * document may, does not name it, and nothing is told of it.
 */
async function fileSubmissionSet(unit: UnitOfWork, { id, text }: Written): Promise<void> {
  const patientId = parseClinicalId(id)?.patientId ?? ''
  const list = submissionSetOfDocument(JSON.parse(text), {
    uuid: randomUUID(),
    patientRef: `Patient/${patientId}`,
    documentRef: `DocumentReference/${id}`,
    date: unit.startedAt,
  })
  const { meta: _profile, ...unclaimed } = list
  const falls = unit.context.inspect(list, []).some(({ severity }) => severity === 'error')
  const told = unit.warnings.length
  const listId = clinicalId(patientId, newLocalId(unit.context.now().getTime()))
  await fileList(unit, falls ? unclaimed : list, listId, patientId)
  unit.warnings.splice(told)
}

/** The document that has the unique id of the one sent, when it is the same: bytes, patient and metadata. */
async function sameDocument(context: DccContext, sent: DocumentReference): Promise<StoredResource | undefined> {
  const { system = '', value = '' } = sent.masterIdentifier ?? {}
  const id = await context.store.lookup('document', { system, value })
  const [state, first, current] =
    id === undefined
      ? []
      : await Promise.all([
          context.store.document(id),
          context.store.readVersion('DocumentReference', id, 1),
          context.store.read('DocumentReference', id),
        ])
  const content = state?.contentId === undefined ? undefined : await context.store.content(state.contentId)
  if (first === undefined || current?.deleted !== false || content?.deleted !== false) return undefined
  const bytes = bytesOfData(attachmentOf(sent)?.data ?? '')
  if (createHash('sha1').update(bytes).digest('hex') !== content.sha1) return undefined
  if (!(await isSamePatient(context, sent, current))) return undefined
  return isDeepStrictEqual(sayings(JSON.parse(first.text), sent), sayings(sent, sent)) ? current : undefined
}

/** A patient who is named by an identifier is the same when the identifier is: that is compared with the rest. */
async function isSamePatient(context: DccContext, { subject }: DocumentReference, { id }: StoredResource) {
  const [, patientId] = subject?.reference?.split('/') ?? []
  if (patientId === undefined) return true
  const unit = new UnitOfWork(context)
  return (await survivorOf(unit, patientId)) === (await survivorOf(unit, parseClinicalId(id)?.patientId ?? ''))
}

/** What a document says, without what this server adds to what was `sent`: ids, addresses, facts of the bytes, status. */
function sayings(document: DocumentReference, sent: DocumentReference): object {
  const { id: _id, meta: _meta, status: _status, identifier = [], subject, relatesTo, content, ...rest } = document
  const numbered = sent.identifier?.some(isEntryUuid) === true
  const [first] = content ?? []
  const { data: _data, url: _url, size: _size, hash: _hash, contentType, ...attachment } = first?.attachment ?? {}
  return {
    ...rest,
    identifier: identifier.filter((one) => numbered || !isEntryUuid(one)),
    subject: { ...subject, reference: undefined },
    relatesTo: relatesTo?.map(({ target, ...relation }, index) => ({
      ...relation,
      target: {
        ...target,
        reference: sent.relatesTo?.[index]?.target.reference === undefined ? undefined : target.reference,
      },
    })),
    content: { ...first, attachment: { ...attachment, contentType: contentType ?? attachmentOf(sent)?.contentType } },
  }
}
