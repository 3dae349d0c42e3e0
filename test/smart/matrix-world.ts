import type { DocumentReference, Patient } from '@medplum/fhirtypes'
import {
  addToCareTeam,
  changeBlock,
  grantHabilitation,
  recordChoice,
} from '../../src/dcc/entitlement/administration.ts'
import { openEntitlements } from '../../src/dcc/entitlement/open.ts'
import { newPatientId } from '../../src/store/ids.ts'
import { aContent, aDocument, aPatient, aWorkingList, IPP, type PatientBuilder } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import type { CallersServer } from './callers.ts'

/** The patients of the matrix. `merged` was filed under a record that another one has taken in. */
export const PATIENTS = ['own', 'other', 'without pathway', 'opposed', 'blocked', 'merged', 'unknown'] as const
/** The documents that every patient has. */
export const DOCUMENTS = [
  'plain',
  'masked, own',
  'masked, of another',
  'invisible to the patient',
  'unpublished',
  'replaced',
  'withdrawn',
  'unknown',
] as const
/** Who asks. */
export const CALLERS = [
  'of the care team',
  'habilitated, of no team',
  'of the region',
  'suspended',
  'not habilitated',
  'in an emergency',
  'launched on the own patient',
  'back end',
] as const

export type PatientName = (typeof PATIENTS)[number]
export type DocumentName = (typeof DOCUMENTS)[number]
export type CallerName = (typeof CALLERS)[number]

/** A document with what leads to it. */
export interface Filed {
  id: string
  binary: string
  list: string
  resource: DocumentReference
}

/** A person with what is filed. */
export interface Person {
  id: string
  /** The record that stands for the person today. */
  current: string
  ipp: string
  resource: Patient
  documents: Readonly<Record<DocumentName, Filed>>
}

export interface World {
  people: Readonly<Record<PatientName, Person>>
  callers: Readonly<Record<CallerName, Client>>
}

const RPPS = '10099900010'
const CARER = { nationalId: `8${RPPS}`, rpps: RPPS }
const someone = (number: number) => ({ nationalId: `81009990${number}`, rpps: undefined })
const STRANGER = someone(2000)
const REGIONAL = someone(3000)
const SUSPENDED = someone(4000)
const NOBODY = someone(5000)
const SAVIOUR = someone(6000)

/** Makes everything that the matrix asks about. */
export async function theWorld({ free, person, as }: CallersServer): Promise<World> {
  const people = {} as Record<PatientName, Person>
  for (const name of PATIENTS) {
    if (name !== 'unknown') people[name] = await aPerson(free, aPatient(), name === 'without pathway')
  }
  people.unknown = unlike(people.own)
  const survivor = aPatient()
  const kept = await free.create(survivor.build())
  await merge(free, people.merged, survivor)
  people.merged = { ...people.merged, current: kept.id }
  const { dcc } = free.record
  for (const { nationalId } of [CARER, STRANGER, SUSPENDED, SAVIOUR]) {
    const suspended = nationalId === SUSPENDED.nationalId
    await grantHabilitation(dcc, { nationalId, profile: 'clinician', reach: 'care-team', suspended })
  }
  await grantHabilitation(dcc, { nationalId: REGIONAL.nationalId, profile: 'coordinator', reach: 'region' })
  for (const name of ['own', 'without pathway', 'opposed', 'blocked'] as const) {
    for (const who of [CARER, SUSPENDED, NOBODY]) {
      await addToCareTeam(dcc, { patientId: people[name].id, nationalId: who.nationalId })
    }
  }
  // Only the survivor has a care team: it is that of the merged record too.
  await addToCareTeam(dcc, { patientId: kept.id, nationalId: CARER.nationalId })
  await recordChoice(dcc, people.opposed.id, 'oppose')
  for (const who of [CARER, REGIONAL, SAVIOUR]) {
    await changeBlock(dcc, { patientId: people.blocked.id, nationalId: who.nationalId }, 'add')
  }
  for (const name of PATIENTS) {
    const saviour = { ...someoneInFull, nationalId: SAVIOUR.nationalId }
    if (name !== 'own')
      await openEntitlements(dcc).breakGlass(saviour, people[name].id, 'Détresse respiratoire aux urgences')
  }
  const everything = 'user/*.cruds'
  const asked = (who: typeof CARER | typeof STRANGER) => person(who, everything)
  return {
    people,
    callers: {
      'of the care team': asked(CARER),
      'habilitated, of no team': asked(STRANGER),
      'of the region': asked(REGIONAL),
      suspended: asked(SUSPENDED),
      'not habilitated': asked(NOBODY),
      'in an emergency': asked(SAVIOUR),
      'launched on the own patient': person(CARER, 'patient/*.cruds', people.own.id),
      'back end': as({ kind: 'system' }, 'system/*.cruds'),
    },
  }
}

const someoneInFull = {
  rpps: undefined,
  family: 'ESSAI',
  given: 'Camille',
  profession: { system: 'urn:oid:1.2.250.1.213.1.1.5.5', value: '10' },
  speciality: undefined,
  activity: undefined,
}

async function aPerson(free: Client, builder: PatientBuilder, hidden: boolean): Promise<Person> {
  const sent = builder.build()
  const resource = hidden ? await fed(free, sent, builder.ipp) : await free.create(sent)
  const documents = {} as Record<DocumentName, Filed>
  for (const name of DOCUMENTS) if (name !== 'unknown') documents[name] = await filed(free, resource.id, name)
  const target = `DocumentReference/${documents.replaced.id}`
  await free.create(aDocument(`Patient/${resource.id}`).ordinary().inline(aContent()).replacing(target).build())
  const { id } = documents.withdrawn
  const answer = await free.delete(`DocumentReference/${id}`)
  if (!hidden && answer.status !== 204) throw new Error(answer.text)
  documents.unknown = elsewhere(documents.plain, resource.id)
  return { id: resource.id, current: resource.id, ipp: builder.ipp, resource, documents }
}

/** An identity that a hospital feeds: known, but not followed for cancer, hence hidden. */
async function fed(free: Client, sent: Patient, ipp: string): Promise<Patient & { id: string }> {
  const answer = await free.put(`Patient?identifier=${IPP}|${ipp}`, sent)
  if (answer.status !== 201) throw new Error(answer.text)
  const id = /Patient\/([a-z0-9]+)\//.exec(answer.headers.location ?? '')?.[1] ?? ''
  return { ...sent, id }
}

const A07 = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument'
const LABELS: Partial<Record<DocumentName, string>> = {
  'masked, own': 'MASQUE_PS',
  'masked, of another': 'MASQUE_PS',
  'invisible to the patient': 'INVISIBLE_PATIENT',
}

async function filed(free: Client, patientId: string, name: DocumentName): Promise<Filed> {
  const subject = `Patient/${patientId}`
  const code = LABELS[name]
  const label = code === undefined ? {} : { securityLabel: [{ coding: [{ system: A07, code }] }] }
  const draft = name === 'unpublished' ? { docStatus: 'preliminary' as const } : {}
  const built = aDocument(subject)
    .ordinary()
    .inline(aContent())
    .with({ ...label, ...draft })
    .build()
  const resource = await free.create(name === 'masked, own' ? writtenBy(built, RPPS) : built)
  const list = await free.create(aWorkingList(subject, [`DocumentReference/${resource.id}`]))
  const url = resource.content?.[0]?.attachment?.url ?? ''
  return { id: resource.id, binary: url.slice(url.indexOf('Binary/')), list: list.id, resource }
}

function writtenBy(document: DocumentReference, rpps: string): DocumentReference {
  const contained = document.contained?.map((one) =>
    one.resourceType === 'Practitioner'
      ? { ...one, identifier: [{ system: 'https://rpps.esante.gouv.fr', value: rpps }] }
      : one,
  )
  return { ...document, ...(contained === undefined ? {} : { contained }) }
}

async function merge(free: Client, merged: Person, survivor: PatientBuilder): Promise<void> {
  const link = [{ type: 'replaced-by' as const, other: { identifier: { system: IPP, value: survivor.ipp } } }]
  const { meta: _meta, id: _id, ...sent } = merged.resource
  const answer = await free.put(`Patient?identifier=${IPP}|${merged.ipp}`, { ...sent, active: false, link })
  if (answer.status !== 200) throw new Error(answer.text)
}

/** Somebody who is not there, with documents that are not there: what is refused must look like them. */
function unlike(person: Person): Person {
  const id = newPatientId()
  const documents = Object.fromEntries(
    DOCUMENTS.map((name) => [name, elsewhere(person.documents[name], id)]),
  ) as Person['documents']
  return { id, current: id, ipp: 'IPP-nobody', resource: { ...person.resource, id }, documents }
}

/** The same below the id of another patient, where nothing is. */
function elsewhere({ id, binary, list, resource }: Filed, patientId: string): Filed {
  const moved = (one: string) => `${patientId}.${[...(one.split('.')[1] ?? '')].reverse().join('')}`
  return {
    id: moved(id),
    binary: `Binary/${moved(binary.slice('Binary/'.length))}`,
    list: moved(list),
    resource: { ...resource, id: moved(id), subject: { reference: `Patient/${patientId}` } },
  }
}
