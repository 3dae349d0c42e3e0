import { gunzipSync } from 'node:zlib'
import { AUTHORIZED_MEASUREMENTS } from './authorized.ts'
import * as demographics from './demographics.ts'
import { PEOPLE_MEASUREMENTS } from './people.ts'
import * as requests from './requests.ts'

/** A server that the load is sent to. */
export type ServerName = 'sqlite' | 'postgres' | 'node:http' | 'express' | 'medplum'

/** What is measured without a server. */
export type LibraryName = 'dcc' | '@medplum/core' | 'fhirpath.js'

/** What a figure has to reach. */
export type Aim = { kind: 'per-second'; least: number } | { kind: 'of-express'; least: number }

/** A measurement under load, sent to several servers in turn. */
export interface LoadMeasurement {
  name: string
  title: string
  servers: readonly ServerName[]
  request: requests.RequestMaker
  /** Its requests are all different and change the record: it works on a copy. */
  writes: boolean
  /** Whether the body of an answer is what the request asks for: a fast wrong answer is no figure. */
  right(body: Uint8Array): boolean
  aims: Partial<Record<ServerName, Aim>>
}

/** Callers at once, each waiting for its answer before it asks again. */
export const CONNECTIONS = 16

const OURS = ['sqlite', 'postgres'] as const
const WITH_PEER = ['sqlite', 'postgres', 'medplum'] as const
const PAGE_AIMS = { sqlite: perSecond(3500), postgres: perSecond(2500) }
const READ_AIMS = { sqlite: ofExpress(0.5), postgres: ofExpress(0.25) }

/** The measurements under load, in the order of the table. */
export const LOAD_MEASUREMENTS: readonly LoadMeasurement[] = [
  {
    name: 'ceiling',
    title: 'fixed text of 1.5 KB',
    servers: ['node:http', 'express'],
    request: requests.fixedText,
    writes: false,
    right: (body) => body.length > 1500,
    aims: {},
  },
  {
    name: 'page-ceiling',
    title: 'fixed text of 68 KB, as a page of 20 entries',
    servers: ['node:http', 'express'],
    request: requests.fixedPage,
    writes: false,
    right: (body) => body.length > 67_900,
    aims: {},
  },
  {
    name: 'read-patient',
    title: 'read Patient',
    servers: WITH_PEER,
    request: requests.readPatient,
    writes: false,
    right: (body) => json(body).resourceType === 'Patient',
    aims: READ_AIMS,
  },
  {
    name: 'patient-by-ins',
    title: 'Patient by INS (POST _search)',
    servers: WITH_PEER,
    request: requests.patientByIns,
    writes: false,
    right: (body) => entries(body) === 1,
    aims: {},
  },
  {
    name: 'corresponding-identifiers',
    title: 'other identifiers of a patient, by IPP (ITI-83)',
    servers: OURS,
    request: requests.correspondingIdentifiers,
    writes: false,
    right: (body) => parameters(body) === 2,
    aims: { sqlite: perSecond(5000), postgres: perSecond(5000) },
  },
  {
    name: 'patient-by-traits',
    title: 'Patient by family name and birth date (ITI-78)',
    servers: OURS,
    request: demographics.patientByTraits,
    writes: false,
    right: (body) => entries(body) >= 1,
    aims: {},
  },
  {
    name: 'patient-by-names',
    title: 'Patient by family and given name (ITI-78)',
    servers: OURS,
    request: demographics.patientByNames,
    writes: false,
    right: (body) => entries(body) >= 1,
    aims: {},
  },
  {
    name: 'match',
    title: 'Patient/$match by traits, INS, slips and of strangers (ITI-119)',
    servers: OURS,
    request: demographics.matchPatient,
    writes: false,
    right: (body) => json(body).type === 'searchset',
    // All callers at once, 5 ms each.
    aims: { sqlite: perSecond(CONNECTIONS / 0.005) },
  },
  {
    name: 'documents-by-patient-and-type',
    title: 'DocumentReference by patient and type, 20 entries',
    servers: WITH_PEER,
    request: requests.documentsByPatientAndType,
    writes: false,
    right: (body) => entries(body) === 20,
    aims: PAGE_AIMS,
  },
  {
    name: 'compressed-page',
    title: 'the same page, compressed (Accept-Encoding: gzip)',
    servers: OURS,
    request: requests.compressedPage,
    writes: false,
    right: (body) => entries(gunzipSync(body)) === 20,
    aims: {},
  },
  {
    name: 'documents-by-patient-identifier',
    title: 'DocumentReference by patient.identifier and status (ITI-67)',
    servers: OURS,
    request: requests.documentsByPatientIdentifier,
    writes: false,
    right: (body) => entries(body) >= 1,
    aims: {},
  },
  {
    name: 'documents-by-status',
    title: 'DocumentReference?status=current&_sort=-date, 20 entries',
    servers: WITH_PEER,
    request: requests.documentsByStatus,
    writes: false,
    right: (body) => entries(body) === 20,
    aims: PAGE_AIMS,
  },
  {
    name: 'binary',
    title: 'Binary of 100 KB',
    servers: OURS,
    request: requests.readBinary,
    writes: false,
    right: (body) => body.length === 100 * 1024,
    aims: {},
  },
  {
    name: 'create-patient',
    title: 'create Patient, durable',
    servers: OURS,
    request: requests.createPatient,
    writes: true,
    right: (body) => json(body).resourceType === 'Patient',
    aims: {},
  },
  {
    name: 'transaction',
    title: 'transaction of List + DocumentReference + Binary of 100 KB, durable',
    servers: OURS,
    request: requests.submitDocument,
    writes: true,
    right: (body) => entries(body) === 3,
    aims: { sqlite: perSecond(300), postgres: perSecond(300) },
  },
]

/** Measurements that are repeated on a small and on a large record: every query. */
export const SCALED: readonly LoadMeasurement[] = LOAD_MEASUREMENTS.filter(
  ({ name, writes }) => !writes && !['ceiling', 'page-ceiling', 'binary', 'compressed-page'].includes(name),
)

/** The other measurements: one figure for each engine. */
export const SINGLE_MEASUREMENTS = [
  { name: 'load', title: 'bulk load through the domain' },
  { name: 'start-up', title: 'start to /readyz on the existing record' },
  { name: 'idle-memory', title: 'resident memory, idle' },
] as const

/** A measurement of the validator: of one resource, or of making its rules. */
export interface ValidationMeasurement {
  name: string
  title: string
  kind: 'compile' | 'resource'
  most: number
  times?: number
}

/**
 * CPU of validation: `most` microseconds (seconds to compile) and `times` faster than @medplum/core are the aims.
 */
export const VALIDATION_MEASUREMENTS: readonly ValidationMeasurement[] = [
  { name: 'validate/compile', title: 'compile the whole ruleset', kind: 'compile', most: 1.5 },
  { name: 'validate/compile-warm', title: 'open the ruleset from its cache', kind: 'compile', most: 0.1 },
  { name: 'validate/patient', title: 'validate a Patient, R4', kind: 'resource', most: 10, times: 20 },
  {
    name: 'validate/fr-core-patient-ins',
    title: 'validate a Patient, FR Core with INS',
    kind: 'resource',
    most: 25,
    times: 80,
  },
  {
    name: 'validate/pdsm-document',
    title: 'validate a DocumentReference, PDSm',
    kind: 'resource',
    most: 10,
    times: 25,
  },
  { name: 'validate/bundle', title: 'validate a submission of three entries', kind: 'resource', most: 40, times: 20 },
]

/** Every name that `--only` takes, with its title. */
export function measurementNames(): { name: string; title: string }[] {
  const scaled = SCALED.map(({ name, title }) => ({
    name: `scale/${name}`,
    title: `${title}: large against small record`,
  }))
  const all = [
    LOAD_MEASUREMENTS,
    AUTHORIZED_MEASUREMENTS,
    PEOPLE_MEASUREMENTS,
    SINGLE_MEASUREMENTS,
    VALIDATION_MEASUREMENTS,
    scaled,
  ]
  return all.flat().map(({ name, title }) => ({ name, title }))
}

function perSecond(least: number): Aim {
  return { kind: 'per-second', least }
}

function ofExpress(least: number): Aim {
  return { kind: 'of-express', least }
}

function json(body: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(body).toString('utf8'))
}

function parameters(body: Uint8Array): number {
  const { parameter } = json(body)
  return Array.isArray(parameter) ? parameter.length : 0
}

function entries(body: Uint8Array): number {
  const { entry } = json(body)
  return Array.isArray(entry) ? entry.length : 0
}
