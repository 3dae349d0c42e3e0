import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentReference, List, Organization, Patient, Resource } from '@medplum/fhirtypes'
import type { CallerFacts } from '../../src/smart/scopes.ts'
import {
  aBatch,
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aTransaction,
  aWorkingList,
  creating,
  INS_TEST,
} from '../support/builders.ts'
import { callersServer } from './callers.ts'

const server = callersServer()

/** One person with what is filed of them. */
interface Person {
  patient: Patient & { id: string }
  ins: string
  document: DocumentReference & { id: string }
  binary: string
  list: List & { id: string }
}

interface World {
  mine: Person
  other: Person
  organization: Organization & { id: string }
}

async function person(): Promise<Person> {
  const { free } = server()
  const builder = aPatient().qualified()
  const patient = await free.create(builder.build())
  const document = await free.create(aDocument(`Patient/${patient.id}`).inline(aContent()).build())
  const list = await free.create(aWorkingList(`Patient/${patient.id}`, [`DocumentReference/${document.id}`]))
  const url = document.content?.[0]?.attachment?.url ?? ''
  return { patient, ins: builder.ins, document, binary: url.slice(url.indexOf('Binary/')), list }
}

let arranged: Promise<World> | undefined

/** The world of all rows, made once. */
function theWorld(): Promise<World> {
  arranged ??= (async () => ({
    mine: await person(),
    other: await person(),
    organization: await server().free.create(anOrganization()),
  }))()
  return arranged
}

/** Who asks: a name, the caller, the scopes. The launch is on `mine`. */
const CALLERS = {
  nobody: ['user', ''],
  app: ['launched', 'patient/*.cruds'],
  viewer: ['launched', 'patient/*.rs'],
  reader: ['launched', 'patient/DocumentReference.rs'],
  doctor: ['user', 'user/*.rs'],
  hospital: ['system', 'system/*.cruds'],
  index: ['system', 'system/Patient.rs'],
} as const satisfies Record<string, readonly [string, string]>

type CallerName = keyof typeof CALLERS

function as(name: CallerName, world: World) {
  const [kind, scopes] = CALLERS[name]
  const facts: CallerFacts = {
    kind: kind === 'system' ? 'system' : 'user',
    ...(kind === 'launched' ? { patient: world.mine.patient.id } : {}),
  }
  return server().as(facts, scopes)
}

type Call = [method: string, target: string, body?: object | string, headers?: Record<string, string>]

/** Row: the request, then the status for nobody, app, viewer, reader, doctor, hospital, index. */
type Row = readonly [id: string, call: (world: World) => Call | Promise<Call>, ...expected: number[]]

const NOBODY_THERE = 'zzzzzzzzzzzzzzzzzzzz'
const fresh = (resource: Resource) => server().free.create(resource)
const matching = (patient: Patient) => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'resource',
      resource: { resourceType: 'Patient', name: patient.name, gender: patient.gender, birthDate: patient.birthDate },
    },
  ],
})
const subject = ({ patient }: Person) => `Patient/${patient.id}`
const archived = [{ op: 'replace', path: '/description', value: 'Autre' }]

const ROWS: readonly Row[] = [
  ['read my patient', ({ mine }) => ['GET', subject(mine)], 403, 200, 200, 403, 200, 200, 200],
  ['read another patient', ({ other }) => ['GET', subject(other)], 403, 404, 404, 403, 200, 200, 200],
  ['read a patient who is not there', () => ['GET', `Patient/${NOBODY_THERE}`], 403, 404, 404, 403, 404, 404, 404],
  ['head of another patient', ({ other }) => ['HEAD', subject(other)], 403, 404, 404, 403, 200, 200, 200],
  [
    'read my document',
    ({ mine }) => ['GET', `DocumentReference/${mine.document.id}`],
    403,
    200,
    200,
    200,
    200,
    200,
    403,
  ],
  [
    'read a document of another',
    ({ other }) => ['GET', `DocumentReference/${other.document.id}`],
    403,
    404,
    404,
    404,
    200,
    200,
    403,
  ],
  ['read my list', ({ mine }) => ['GET', `List/${mine.list.id}`], 403, 200, 200, 403, 200, 200, 403],
  ['read my content', ({ mine }) => ['GET', mine.binary], 403, 200, 200, 200, 200, 200, 403],
  ['read a content of another', ({ other }) => ['GET', other.binary], 403, 404, 404, 404, 200, 200, 403],
  [
    'vread a content of another',
    ({ other }) => ['GET', `${other.binary}/_history/1`],
    403,
    404,
    404,
    404,
    200,
    200,
    403,
  ],
  [
    'read an organisation',
    ({ organization }) => ['GET', `Organization/${organization.id}`],
    403,
    200,
    200,
    403,
    200,
    200,
    403,
  ],
  ['vread my patient', ({ mine }) => ['GET', `${subject(mine)}/_history/1`], 403, 200, 200, 403, 200, 200, 200],
  ['vread another patient', ({ other }) => ['GET', `${subject(other)}/_history/1`], 403, 404, 404, 403, 200, 200, 200],
  ['history of my patient', ({ mine }) => ['GET', `${subject(mine)}/_history`], 403, 200, 200, 403, 200, 200, 200],
  [
    'history of another patient',
    ({ other }) => ['GET', `${subject(other)}/_history`],
    403,
    404,
    404,
    403,
    200,
    200,
    200,
  ],
  ['history of all patients', () => ['GET', 'Patient/_history'], 403, 200, 200, 403, 200, 200, 200],
  ['history of all documents', () => ['GET', 'DocumentReference/_history'], 403, 200, 200, 200, 200, 200, 403],
  ['search patients', () => ['GET', 'Patient'], 403, 200, 200, 403, 200, 200, 200],
  ['search documents', () => ['GET', 'DocumentReference'], 403, 200, 200, 200, 200, 200, 403],
  [
    'search documents of another',
    ({ other }) => ['GET', `DocumentReference?patient=${other.patient.id}`],
    403,
    200,
    200,
    200,
    200,
    200,
    403,
  ],
  [
    'search by INS of another',
    ({ other }) => ['GET', `DocumentReference?patient.identifier=${INS_TEST}|${other.ins}`],
    403,
    200,
    200,
    200,
    200,
    200,
    403,
  ],
  [
    'search documents by author',
    () => ['GET', 'DocumentReference?author.family=martin'],
    403,
    200,
    200,
    403,
    200,
    200,
    403,
  ],
  [
    'create a document of mine',
    ({ mine }) => ['POST', 'DocumentReference', aDocument(subject(mine)).inline(aContent()).build()],
    403,
    201,
    403,
    403,
    403,
    201,
    403,
  ],
  [
    'create a document of another',
    ({ other }) => ['POST', 'DocumentReference', aDocument(subject(other)).inline(aContent()).build()],
    403,
    422,
    403,
    403,
    403,
    201,
    403,
  ],
  [
    'create a document of nobody',
    () => ['POST', 'DocumentReference', aDocument(`Patient/${NOBODY_THERE}`).inline(aContent()).build()],
    403,
    422,
    403,
    403,
    403,
    422,
    403,
  ],
  [
    'create a document by INS of another',
    ({ other }) => [
      'POST',
      'DocumentReference',
      aDocument({ identifier: { system: INS_TEST, value: other.ins } })
        .inline(aContent())
        .build(),
    ],
    403,
    422,
    403,
    403,
    403,
    201,
    403,
  ],
  [
    'create a list of another',
    ({ other }) => ['POST', 'List', aWorkingList(subject(other), [])],
    403,
    422,
    403,
    403,
    403,
    201,
    403,
  ],
  [
    'create a content of mine',
    ({ mine }) => [
      'POST',
      'Binary',
      '%PDF',
      { 'content-type': 'application/pdf', 'x-security-context': subject(mine) },
    ],
    403,
    201,
    403,
    403,
    403,
    201,
    403,
  ],
  [
    'create a content of another',
    ({ other }) => [
      'POST',
      'Binary',
      '%PDF',
      { 'content-type': 'application/pdf', 'x-security-context': subject(other) },
    ],
    403,
    422,
    403,
    403,
    403,
    201,
    403,
  ],
  ['create a patient', () => ['POST', 'Patient', aPatient().build()], 403, 403, 403, 403, 403, 201, 403],
  ['create an organisation', () => ['POST', 'Organization', anOrganization()], 403, 403, 403, 403, 403, 201, 403],
  [
    'create a patient if none exists',
    ({ other }) => ['POST', 'Patient', other.patient, { 'if-none-exist': `identifier=${INS_TEST}|${other.ins}` }],
    403,
    403,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'update my list',
    async ({ mine }) => put(await fresh(aWorkingList(subject(mine), []))),
    403,
    200,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'update a list of another',
    async ({ other }) => put(await fresh(aWorkingList(subject(other), []))),
    403,
    405,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'update a list that is not there',
    ({ other }) => put({ ...other.list, id: `${NOBODY_THERE}.${'z'.repeat(26)}` }),
    403,
    405,
    403,
    403,
    403,
    405,
    403,
  ],
  [
    'move my list to another',
    async ({ mine, other }) =>
      put({ ...(await fresh(aWorkingList(subject(mine), []))), subject: { reference: subject(other) } } as List),
    403,
    422,
    403,
    403,
    403,
    422,
    403,
  ],
  [
    'patch my document',
    ({ mine }) => [
      'PATCH',
      `DocumentReference/${mine.document.id}`,
      JSON.stringify(archived),
      { 'content-type': 'application/json-patch+json' },
    ],
    403,
    405,
    403,
    403,
    403,
    405,
    403,
  ],
  [
    'patch a document of another',
    ({ other }) => [
      'PATCH',
      `DocumentReference/${other.document.id}`,
      JSON.stringify(archived),
      { 'content-type': 'application/json-patch+json' },
    ],
    403,
    404,
    403,
    403,
    403,
    405,
    403,
  ],
  [
    'delete my list',
    async ({ mine }) => ['DELETE', `List/${(await fresh(aWorkingList(subject(mine), []))).id}`],
    403,
    204,
    403,
    403,
    403,
    204,
    403,
  ],
  [
    'delete a list of another',
    async ({ other }) => ['DELETE', `List/${(await fresh(aWorkingList(subject(other), []))).id}`],
    403,
    404,
    403,
    403,
    403,
    204,
    403,
  ],
  [
    'delete by criteria',
    ({ other }) => ['DELETE', `List?patient=${other.patient.id}&code=none`],
    403,
    204,
    403,
    403,
    403,
    204,
    403,
  ],
  [
    'identity feed of another',
    ({ other }) => ['PUT', `Patient?identifier=${INS_TEST}|${other.ins}`, bare(other.patient)],
    403,
    422,
    403,
    403,
    403,
    200,
    403,
  ],
  ['match', ({ other }) => ['POST', 'Patient/$match', matching(other.patient)], 403, 403, 403, 403, 200, 200, 200],
  [
    'identifiers',
    ({ mine }) => ['GET', `Patient/$ihe-pix?sourceIdentifier=${INS_TEST}|${mine.ins}`],
    403,
    403,
    403,
    403,
    200,
    200,
    200,
  ],
  ['validate', () => ['POST', 'Patient/$validate', aPatient().build()], 200, 200, 200, 200, 200, 200, 200],
  ['validate my patient', ({ mine }) => ['GET', `${subject(mine)}/$validate`], 403, 200, 200, 403, 200, 200, 200],
  [
    'validate another patient',
    ({ other }) => ['GET', `${subject(other)}/$validate`],
    403,
    404,
    404,
    403,
    200,
    200,
    200,
  ],
  [
    'rehearse a creation',
    () => ['POST', 'Patient/$validate?mode=create', aPatient().build()],
    403,
    403,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'rehearse an update of another',
    ({ other }) => ['POST', `List/${other.list.id}/$validate?mode=update`, other.list],
    403,
    200,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'rehearse a deletion of another',
    ({ other }) => ['POST', `List/${other.list.id}/$validate?mode=delete`],
    403,
    404,
    404,
    403,
    403,
    200,
    403,
  ],
  [
    'look a code up',
    () => ['GET', 'CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male'],
    200,
    200,
    200,
    200,
    200,
    200,
    200,
  ],
  ['statement', () => ['GET', 'metadata'], 200, 200, 200, 200, 200, 200, 200],
  [
    'empty batch',
    () => ['POST', '', aBatch({ request: { method: 'GET', url: 'metadata' } })],
    200,
    200,
    200,
    200,
    200,
    200,
    200,
  ],
  [
    'transaction of mine',
    ({ mine }) => ['POST', '', aTransaction(creating(aWorkingList(subject(mine), [])))],
    403,
    200,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'transaction of another',
    ({ other }) => ['POST', '', aTransaction(creating(aWorkingList(subject(other), [])))],
    403,
    422,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'transaction for whom a search finds',
    ({ other }) => [
      'POST',
      '',
      aTransaction(creating(aWorkingList(`Patient?identifier=${INS_TEST}|${other.ins}`, []))),
    ],
    403,
    404,
    403,
    403,
    403,
    200,
    403,
  ],
  [
    'transaction that reads another',
    ({ other }) => ['POST', '', aTransaction({ request: { method: 'GET', url: subject(other) } })],
    403,
    404,
    404,
    403,
    200,
    200,
    200,
  ],
]

function put(resource: Resource & { id?: string }): Call {
  return ['PUT', `${resource.resourceType}/${resource.id ?? ''}`, resource]
}

function bare({ id: _id, meta: _meta, ...patient }: Patient): Patient {
  return patient
}

for (const [id, call, ...expected] of ROWS) {
  describe(id, () => {
    for (const [index, name] of (Object.keys(CALLERS) as CallerName[]).entries()) {
      test(`${name}: ${expected[index]}`, async () => {
        const world = await theWorld()
        const answer = await as(name, world).send(...(await call(world)))
        assert.equal(answer.status, expected[index], answer.text)
        if (answer.status === 403) assert.match(answer.headers['www-authenticate'] ?? '', /error="insufficient_scope"/)
      })
    }
  })
}
