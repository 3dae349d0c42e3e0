import assert from 'node:assert/strict'
import type {
  Binary,
  Bundle,
  BundleEntry,
  DocumentReference,
  List,
  OperationOutcomeIssue,
  Patient,
  Reference,
  Resource,
} from '@medplum/fhirtypes'
import { MHD, PDSM } from '../../support/builders/urls.ts'
import {
  aBinary,
  aContent,
  aDocument,
  aPatient,
  aSubmissionSet,
  type Content,
  creating,
  type DocumentBuilder,
  type PatientBuilder,
  uniqueOid,
  urnUuid,
} from '../../support/builders.ts'
import type { Answer } from '../../support/client.ts'
import { PUBLIC_ORIGIN, type TestServer } from '../../support/server.ts'

/** The bundle profiles, by the name that the stories give them. */
export const PROFILES = {
  pdsm: `${PDSM}/StructureDefinition/pdsm-comprehensive-provide-document-bundle`,
  comprehensive: `${MHD}/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle`,
  uncontained: `${MHD}/StructureDefinition/IHE.MHD.UnContained.Comprehensive.ProvideBundle`,
  minimal: `${MHD}/StructureDefinition/IHE.MHD.Minimal.ProvideBundle`,
} as const

/** A submission in the making; the entries in the order set, documents, contents, others. */
export interface Draft {
  set: List
  documents: { url: string; document: DocumentReference; content: Content; binary: Binary; binaryUrl: string }[]
  others: BundleEntry[]
  profile: string | undefined
  /** The contents stand inside of the documents: no Binary. */
  inline?: boolean
}

/** How a submission differs from one consultation report in a PDSm bundle. */
export interface DraftOptions {
  count?: number
  profile?: keyof typeof PROFILES
  as?: (document: DocumentBuilder, index: number) => DocumentBuilder
  content?: () => Content
}

/** A submission of ordinary documents of a patient. */
export function aDraft(subject: string | Reference<Patient>, options: DraftOptions = {}): Draft {
  const { count = 1, profile = 'pdsm', as = (document) => document, content: newContent = aContent } = options
  const of = typeof subject === 'string' ? { reference: subject } : subject
  const documents = Array.from({ length: count }, (_, index) => {
    const content = newContent()
    const [url, binaryUrl] = [urnUuid(), urnUuid()]
    const document = as(aDocument(of).ordinary().at(binaryUrl, content), index).build()
    return { url, document, content, binary: aBinary(content), binaryUrl }
  })
  const set = {
    ...aSubmissionSet(
      '',
      documents.map(({ url }) => url),
    ),
    subject: of,
  }
  return { set, documents, others: [], profile: PROFILES[profile] }
}

/** The bundle of a draft. */
export function bundleOf({ set, documents, others, profile, inline = false }: Draft): Bundle {
  return {
    resourceType: 'Bundle',
    ...(profile === undefined ? {} : { meta: { profile: [profile] } }),
    type: 'transaction',
    entry: [
      creating(set),
      ...documents.map(({ url, document }) => creating(document, url)),
      ...(inline ? [] : documents.map(({ binaryUrl, binary }) => creating(binary, binaryUrl))),
      ...others,
    ],
  }
}

/** The bundle of a new draft. */
export function aSubmission(subject: string | Reference<Patient>, options: DraftOptions = {}): Bundle {
  return bundleOf(aDraft(subject, options))
}

/** A patient of the record, `Patient/<id>`. */
export async function aKnownPatient(
  server: TestServer,
  person: PatientBuilder = aPatient().qualified(),
): Promise<string> {
  return `Patient/${(await server.create(person.build())).id}`
}

/** Sends a bundle to the root of the service. */
export function submit(server: TestServer, bundle: Bundle, headers = {}): Promise<Answer> {
  return server.post('/fhir', bundle, headers)
}

/** Sends a bundle that must be accepted, and gives the entries of the answer. */
export async function accepted(server: TestServer, bundle: Bundle, headers = {}): Promise<BundleEntry[]> {
  const answer = await submit(server, bundle, headers)
  assert.equal(answer.status, 200, answer.text)
  return answer.resource('Bundle').entry ?? []
}

/** What is stored: rows of each table, and the contents. */
export async function stateOf(server: TestServer): Promise<unknown> {
  return [await server.counts(), (await server.contentFiles()).sort()]
}

/** Sends a bundle that must be refused and leave nothing behind; gives the issues. */
export async function refused(
  server: TestServer,
  bundle: Bundle,
  status: number,
  headers = {},
): Promise<OperationOutcomeIssue[]> {
  const before = await stateOf(server)
  const answer = await submit(server, bundle, headers)
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(await stateOf(server), before, 'something was stored')
  return answer.resource('OperationOutcome').issue ?? []
}

/** `key xds expression` of an issue, as far as they are there. */
export function told(issue: OperationOutcomeIssue | undefined): string {
  const [rule, xds] = issue?.details?.coding ?? []
  return [rule?.code, xds?.code, ...(issue?.expression ?? [])].filter((part) => part !== undefined).join(' ')
}

/** The warnings in an entry of an answer, as `told` gives them. */
export function warningsOf(entry: BundleEntry | undefined): string[] {
  const outcome = entry?.response?.outcome as { issue?: OperationOutcomeIssue[] } | undefined
  return (outcome?.issue ?? []).filter(({ severity }) => severity === 'warning').map(told)
}

/** `Type/id` of what an entry wrote or read. */
export function addressOf(entry: BundleEntry | undefined): string {
  return (entry?.response?.location ?? '').slice(`${PUBLIC_ORIGIN}/fhir/`.length).split('/').slice(0, 2).join('/')
}

/** The resource at an address. */
export async function read<T extends Resource>(server: TestServer, address: string): Promise<T> {
  const answer = await server.get(address)
  assert.equal(answer.status, 200, answer.text)
  return answer.json() as T
}

/** A document that is in the record, `DocumentReference/<id>`. */
export async function aPublished(server: TestServer, subject: string): Promise<string> {
  const [, document] = await accepted(server, aSubmission(subject))
  return addressOf(document)
}

/** A folder of documents. */
export function aFolder(subject: string, items: readonly string[], elements: Partial<List> = {}): List {
  const { contained: _contained, source: _source, ...set } = aSubmissionSet(subject, items)
  const [designation] = set.extension ?? []
  return {
    ...set,
    meta: { profile: [`${PDSM}/StructureDefinition/pdsm-folder-comprehensive`] },
    extension: designation === undefined ? [] : [designation],
    identifier: [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: uniqueOid() }],
    title: 'Classeur fictif',
    code: { coding: [{ system: `${MHD}/CodeSystem/MHDlistTypes`, code: 'folder' }] },
    ...elements,
  }
}
