import type {
  Binary,
  Bundle,
  BundleEntry,
  DocumentReference,
  List,
  Parameters,
  Patient,
  Resource,
} from '@medplum/fhirtypes'
import { type Finding, inBundle, onEntry } from './findings.ts'
import { listKind } from './iti-65-profiles.ts'

/** An entry of a provide bundle with its resource. */
export interface Part<R> {
  index: number
  fullUrl: string | undefined
  request: NonNullable<BundleEntry['request']>
  resource: R
}

/** The entries of a provide bundle by their slice (MHD-65-02). */
export interface Parts {
  sets: Part<List>[]
  documents: Part<DocumentReference>[]
  patches: Part<Parameters>[]
  contents: Part<Binary>[]
  folders: Part<List>[]
  /** A Patient that is read may come without its resource. */
  patients: Part<Patient | undefined>[]
  byUrl: Map<string, Part<Resource | undefined>>
}

/** Sorts the entries of a provide bundle; what belongs to no slice is a finding (MHD-65-02, MHD-65-16, NIST RM4_2, RM4_3). */
export function partsOf(bundle: Bundle, baseUrl: string): { parts: Parts; findings: Finding[] } {
  const parts: Parts = {
    sets: [],
    documents: [],
    patches: [],
    contents: [],
    folders: [],
    patients: [],
    byUrl: new Map(),
  }
  const findings: Finding[] = []
  for (const [index, entry] of (bundle.entry ?? []).entries()) findings.push(...sort(parts, entry, index, baseUrl))
  findings.push(...countIssues(parts))
  return { parts, findings }
}

/** Puts one entry into its slice. */
function sort(parts: Parts, entry: BundleEntry, index: number, baseUrl: string): Finding[] {
  const { request, resource, fullUrl } = entry
  if (resource?.resourceType === 'Bundle') return [onEntry('mhd.fhir-document', 'structure', index, '.resource')]
  const methods = METHODS[sliceOf(entry)] ?? []
  if (request?.method === undefined || !methods.includes(request.method)) {
    const detail = { entry: `${request?.method ?? '?'} ${resource?.resourceType ?? '?'}`, expected: EXPECTED }
    return [onEntry('mhd.entry', 'structure', index, '', detail)]
  }
  const part = { index, fullUrl, request }
  keep(parts, part, resource)
  if (fullUrl !== undefined) parts.byUrl.set(fullUrl, { ...part, resource })
  return request.method === 'POST' ? creationIssues({ ...part, resource }, baseUrl) : []
}

/** The closed slices of MHD's provide bundle: which method brings which resource. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  SubmissionSet: ['POST'],
  Folder: ['POST', 'PUT'],
  DocumentReference: ['POST'],
  Parameters: ['PATCH'],
  Binary: ['POST'],
  Patient: ['GET', 'POST', 'PUT'],
}

const EXPECTED = Object.entries(METHODS)
  .map(([slice, methods]) => `${slice} ${methods.join('|')}`)
  .join(', ')

function sliceOf({ resource, request }: BundleEntry): string {
  if (resource === undefined) {
    return request?.method === 'GET' && /(^|\/)Patient([/?]|$)/.test(request.url ?? '') ? 'Patient' : ''
  }
  if (resource.resourceType !== 'List') return resource.resourceType
  const kind = listKind(resource)
  if (kind === undefined) return ''
  return kind === 'set' ? 'SubmissionSet' : 'Folder'
}

function keep(parts: Parts, part: Omit<Part<never>, 'resource'>, resource: Resource | undefined): void {
  switch (resource?.resourceType) {
    case 'List':
      parts[listKind(resource) === 'set' ? 'sets' : 'folders'].push({ ...part, resource })
      break
    case 'DocumentReference':
      parts.documents.push({ ...part, resource })
      break
    case 'Parameters':
      parts.patches.push({ ...part, resource })
      break
    case 'Binary':
      parts.contents.push({ ...part, resource })
      break
    case 'Patient':
    case undefined:
      parts.patients.push({ ...part, resource })
      break
  }
}

/** NIST BR_1 and BR_3: what is created can be named by the others, at the address of its type. */
function creationIssues({ index, fullUrl, request, resource }: Part<Resource | undefined>, baseUrl: string): Finding[] {
  const expected = resource?.resourceType ?? ''
  const path = request.url?.replace(`${baseUrl}/`, '').replace(/^\/|\/$/g, '')
  return [
    ...(fullUrl === undefined ? [onEntry('mhd.full-url', 'structure', index)] : []),
    ...(path === expected ? [] : [onEntry('mhd.request-url', 'structure', index, '.request.url', { expected })]),
  ]
}

/** NIST RM4_2 and RM4_3; P-11: without a document the submission is about a folder. */
function countIssues({ sets, documents, folders, patients }: Parts): Finding[] {
  const findings: Finding[] = []
  if (sets.length !== 1) findings.push(inBundle('mhd.set-count', 'structure', '.entry', { count: sets.length }))
  if (documents.length === 0 && folders.length === 0)
    findings.push(inBundle('mhd.document-missing', 'structure', '.entry'))
  const [, second] = patients
  if (second !== undefined) findings.push(onEntry('mhd.patient-count', 'structure', second.index))
  return findings
}
