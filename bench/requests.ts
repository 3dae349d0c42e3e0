import { createHash } from 'node:crypto'
import type { Bundle, DocumentReference, List, Patient } from '@medplum/fhirtypes'
import { URI_SYSTEM } from '../src/french/oids.ts'
import { contentAt } from './data/blobs.ts'
import { documentCount, documentsAt, FREQUENT_TYPE, LARGE_EVERY } from './data/documents.ts'
import { documentIdAt, patientIdAt, urnAt } from './data/ids.ts'
import { insAt, patientAt } from './data/patients.ts'

/** One request of a measurement. */
export interface BenchRequest {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** Makes the n-th request to a record of so many patients. */
export type RequestMaker = (n: number, patients: number) => BenchRequest

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const FHIR = { 'Content-Type': 'application/fhir+json' }

/** The address of the small ceiling. */
export const fixedText: RequestMaker = () => get('/fixed')
/** The address of the large one. */
export const fixedPage: RequestMaker = () => get('/fixed-page')

/** read of a Patient. */
export const readPatient: RequestMaker = (n, patients) => get(`/fhir/Patient/${patientIdAt(spread(n, patients))}`)

/** ITI-78 by INS; a matricule never stands in a URL, so the search is a POST. */
export const patientByIns: RequestMaker = (n, patients) => {
  const { system, value } = insAt(spread(n, patients))
  return search('Patient', { identifier: `${system}|${value}` })
}

/** ITI-83 by the hospital's number, as IHE asks it: by GET, all domains. */
export const correspondingIdentifiers: RequestMaker = (n, patients) => {
  const [, ipp] = patientAt(spread(n, patients)).identifier ?? []
  const parameters = new URLSearchParams({ sourceIdentifier: `${ipp?.system}|${ipp?.value}` })
  return get(`/fhir/Patient/$ihe-pix?${parameters}`)
}

/** The frequent type in a large record: a page of twenty, for some of them the first of two. */
export const documentsByPatientAndType: RequestMaker = (n, patients) => {
  const large = spread(n, Math.ceil(patients / LARGE_EVERY)) * LARGE_EVERY
  const type = `${FREQUENT_TYPE.system}|${FREQUENT_TYPE.code}`
  const parameters = new URLSearchParams({ patient: `Patient/${patientIdAt(large)}`, type, _count: '20' })
  return get(`/fhir/DocumentReference?${parameters}`)
}

/** The same page for a client that asks for compression, as most libraries do unasked. */
export const compressedPage: RequestMaker = (n, patients) => ({
  ...documentsByPatientAndType(n, patients),
  headers: { 'Accept-Encoding': 'gzip' },
})

/** ITI-67 as a DPI sends it: current documents of the patient of an INS. */
export const documentsByPatientIdentifier: RequestMaker = (n, patients) => {
  const { system, value } = insAt(spread(n, patients))
  return search('DocumentReference', { 'patient.identifier': `${system}|${value}`, status: 'current' })
}

/** The newest current documents of the whole region. */
export const documentsByStatus: RequestMaker = () => get('/fhir/DocumentReference?status=current&_sort=-date&_count=20')

/** A content of 100 KB in its own type. */
export const readBinary: RequestMaker = (n, patients) => {
  const index = spread(n, patients)
  return {
    ...get(`/fhir/Binary/${documentIdAt(index, n % documentCount(index), 'binary')}`),
    headers: { Accept: 'application/pdf' },
  }
}

/** A person who is not in the record yet. */
export const createPatient: RequestMaker = (n, patients) => ({
  method: 'POST',
  path: '/fhir/Patient',
  headers: FHIR,
  body: JSON.stringify(patientAt(patients + n)),
})

/** A submission set with one document and its content, as a source sends it in ITI-65. */
export const submitDocument: RequestMaker = (n, patients) => {
  const index = spread(n, patients)
  const content = newContent(n)
  const contentType = contentTypeAt(index)
  const [set, entry, binary] = [urnAt(`list ${n}`), urnAt(`entry ${n}`), urnAt(`binary ${n}`)]
  const bundle: Bundle = {
    resourceType: 'Bundle',
    meta: { profile: [PROVIDE_BUNDLE] },
    type: 'transaction',
    entry: [
      { fullUrl: set, resource: submissionSet(n, index, entry), request: { method: 'POST', url: 'List' } },
      {
        fullUrl: entry,
        resource: documentEntry(n, index, binary, content),
        request: { method: 'POST', url: 'DocumentReference' },
      },
      {
        fullUrl: binary,
        resource: { resourceType: 'Binary', contentType, data: DATA_PLACE },
        request: { method: 'POST', url: 'Binary' },
      },
    ],
  }
  const body = JSON.stringify(bundle).replace(DATA_PLACE, () => content.base64)
  return { method: 'POST', path: '/fhir', headers: FHIR, body }
}

function get(path: string): BenchRequest {
  return { method: 'GET', path }
}

function search(type: string, parameters: Record<string, string>): BenchRequest {
  return {
    method: 'POST',
    path: `/fhir/${type}/_search`,
    headers: FORM,
    body: new URLSearchParams(parameters).toString(),
  }
}

/** Visits all the indices below a bound, far from one another, before it comes back to one. */
function spread(n: number, below: number): number {
  return (n * 7919) % below
}

const DATA_PLACE = 'QVRUQUNITUVOVA=='
const HEAD = 48
const TEMPLATE = contentAt(0)
const TAIL_BASE64 = TEMPLATE.subarray(HEAD).toString('base64')

interface NewContent {
  base64: string
  size: number
  /** SHA-1, base64. */
  hash: string
}

/** Bytes that no document holds yet. Only the head is new: the load must cost less than the server. */
function newContent(n: number): NewContent {
  const bytes = Buffer.from(TEMPLATE)
  bytes.write(`%PDF-1.7\n% contenu fictif nouveau ${String(n).padStart(10, '0')}\n`, 0, HEAD, 'latin1')
  return {
    base64: bytes.subarray(0, HEAD).toString('base64') + TAIL_BASE64,
    size: bytes.length,
    hash: createHash('sha1').update(bytes).digest('base64'),
  }
}

function documentEntry(n: number, index: number, binary: string, { size, hash }: NewContent): DocumentReference {
  const [model] = documentsAt(index)
  if (model === undefined) throw new Error('every patient has a document')
  const [content] = model.resource.content ?? []
  return {
    ...model.resource,
    masterIdentifier: { use: 'usual', system: URI_SYSTEM, value: urnAt(`new master ${n}`) },
    identifier: [{ use: 'secondary', system: URI_SYSTEM, value: urnAt(`new set ${n}`) }],
    status: 'current',
    date: new Date().toISOString(),
    subject: { reference: `Patient/${patientIdAt(index)}` },
    contained: [...(model.resource.contained ?? []), sourceAt(index)],
    content: [
      {
        ...content,
        attachment: {
          ...content?.attachment,
          contentType: contentTypeAt(index),
          url: binary,
          size,
          hash,
          creation: todayAt(n),
        },
      },
    ],
    context: {
      ...model.resource.context,
      period: { start: todayAt(n - 1800), end: todayAt(n) },
      sourcePatientInfo: { reference: '#source' },
    },
  }
}

/** What goes with the format of a patient's first document: a scanned one is a PDF, a structured one XML. */
function contentTypeAt(index: number): string {
  const format = documentsAt(index)[0]?.resource.content?.[0]?.format?.code ?? ''
  return format.startsWith('urn:ihe:iti:xds-sd:') ? 'application/pdf' : 'text/xml'
}

/** The person as the source knows them. */
function sourceAt(index: number): Patient {
  const { meta: _meta, ...person } = patientAt(index)
  return { ...person, id: 'source' }
}

/** A document is written on the day that it is sent: one second after the one before. */
function todayAt(n: number): string {
  return new Date(Date.parse('2026-11-02T08:00:00Z') + n * 1000).toISOString()
}

const TRE_R209 = 'https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite'
const MHD = 'https://profiles.ihe.net/ITI/MHD'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm'
const PROVIDE_BUNDLE = `${PDSM}/StructureDefinition/pdsm-comprehensive-provide-document-bundle`

function submissionSet(n: number, index: number, entry: string): List {
  return {
    resourceType: 'List',
    meta: { profile: [`${MHD}/StructureDefinition/IHE.MHD.Comprehensive.SubmissionSet`] },
    extension: [
      {
        url: `${MHD}/StructureDefinition/ihe-designationType`,
        valueCodeableConcept: { coding: [{ system: TRE_R209, code: '07' }] },
      },
      { url: `${MHD}/StructureDefinition/ihe-sourceId`, valueIdentifier: { value: 'urn:oid:1.2.250.1.213.99.1' } },
    ],
    contained: [{ resourceType: 'PractitionerRole', id: 'source', practitioner: { display: 'Auteur fictif' } }],
    identifier: [
      { use: 'usual', system: URI_SYSTEM, value: `urn:oid:1.2.250.1.213.99.2.${n}` },
      { use: 'official', system: URI_SYSTEM, value: urnAt(`new submission ${n}`) },
    ],
    source: { reference: '#source' },
    status: 'current',
    mode: 'working',
    title: 'Lot de soumission',
    code: { coding: [{ system: `${MHD}/CodeSystem/MHDlistTypes`, code: 'submissionset' }] },
    subject: { reference: `Patient/${patientIdAt(index)}` },
    date: new Date().toISOString(),
    entry: [{ item: { reference: entry } }],
  }
}
