import type { Bundle, List } from '@medplum/fhirtypes'
import { aBatch, aTransaction, aWorkingList, IPP } from '../support/builders.ts'
import { type Answer, type Client, resourcesOf } from '../support/client.ts'
import type { Filed, Person } from './matrix-world.ts'

/** How a document is to who sees its patient; `masked`: a label hides it from all but those named. */
export type State = 'seen' | 'masked' | 'draft' | 'gone' | 'absent'
/** An answer in short: the status, and whether what was asked about is in it. */
export type Short = string
export interface Asked {
  caller: Client
  person: Person
  document: Filed
}
export interface Interaction {
  /** The rows of NEEDS that it exercises. */
  of: readonly string[]
  ask(asked: Asked): Promise<Answer>
  /** What to make of the answer; the status alone unless said. */
  short?(answer: Answer, asked: Asked): Short
  /** Expected for each state; who does not see the patient is answered as for what is not there. */
  expected: Readonly<Record<State, Short>>
  /** Where a back end is told more than a person. */
  ofSystem?: Partial<Record<State, Short>>
  /** A back end also files for whom it knows without a pathway: that is how pathways begin. */
  files?: true
}

const A08 = 'https://mos.esante.gouv.fr/NOS/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality'
const RESTRICTED = [{ op: 'add', path: '/securityLabel', value: [{ coding: [{ system: A08, code: 'R' }] }] }]
export const STALE = { 'if-match': 'W/"999"' }
const address = ({ document }: Asked) => `DocumentReference/${document.id}`
export const inBundle = (answer: Answer, id: string): Short => {
  if (answer.status !== 200) return String(answer.status)
  return resourcesOf(answer.json() as Bundle).some((resource) => resource.id === id) ? 'there' : 'not there'
}
const found = (answer: Answer, { document }: Asked) => inBundle(answer, document.id)
export const entryStatus = (answer: Answer): Short => {
  const [entry] = answer.status === 200 ? ((answer.json() as Bundle).entry ?? []) : []
  return entry?.response?.status?.slice(0, 3) ?? String(answer.status)
}
export const reading = (url: string) => ({ request: { method: 'GET' as const, url } })
const names = (answer: Answer, { document }: Asked): Short => {
  if (answer.status !== 200) return String(answer.status)
  const { entry = [] } = answer.json() as List
  return entry.some(({ item }) => item?.reference?.endsWith(document.id)) ? 'there' : 'not there'
}
const there = (seen: Short, gone: Short, hidden: Short) => ({
  seen,
  masked: hidden,
  draft: hidden,
  gone,
  absent: hidden,
})

/** Every interaction on a document, or on what leads to it. */
export const ON_DOCUMENTS: Readonly<Record<string, Interaction>> = {
  read: {
    of: ['read'],
    ask: (asked) => asked.caller.get(address(asked)),
    expected: there('200', '410', '404'),
  },
  'read its version': {
    of: ['vread'],
    ask: (asked) => asked.caller.get(`${address(asked)}/_history/1`),
    expected: there('200', '200', '404'),
  },
  'read its history': {
    of: ['history-instance'],
    ask: (asked) => asked.caller.get(`${address(asked)}/_history`),
    expected: there('200', '200', '404'),
  },
  'find by id': {
    of: ['search-type'],
    ask: ({ caller, document }) => caller.get(`DocumentReference?_id=${document.id}`),
    short: found,
    expected: there('there', 'not there', 'not there'),
  },
  'count by id': {
    of: ['search-type'],
    ask: ({ caller, document }) => caller.get(`DocumentReference?_id=${document.id}&_summary=count`),
    short: (answer) => (answer.status === 200 ? String(answer.resource('Bundle').total) : String(answer.status)),
    expected: there('1', '0', '0'),
  },
  'find by patient': {
    of: ['search-type'],
    ask: ({ caller, person }) => caller.get(`DocumentReference?patient=${person.id}&_count=100`),
    short: found,
    expected: there('there', 'not there', 'not there'),
  },
  'find by a chain': {
    of: ['search-type'],
    ask: ({ caller, person }) => caller.get(`DocumentReference?patient.identifier=${IPP}|${person.ipp}&_count=100`),
    short: found,
    expected: there('there', 'not there', 'not there'),
  },
  'include from a list': {
    of: ['search-type'],
    ask: ({ caller, document }) => caller.get(`List?_id=${document.list}&_include=List:item`),
    short: found,
    expected: there('there', 'not there', 'not there'),
  },
  'include from the patient': {
    of: ['search-type'],
    ask: ({ caller, person }) => caller.get(`Patient?_id=${person.current}&_revinclude=DocumentReference:patient`),
    short: found,
    expected: there('there', 'not there', 'not there'),
  },
  'entry of a list': {
    of: ['read'],
    ask: ({ caller, document }) => caller.get(`List/${document.list}`),
    short: names,
    expected: { seen: 'there', masked: 'not there', draft: 'there', gone: 'there', absent: '404' },
  },
  'entry of a list that is found': {
    of: ['search-type'],
    ask: ({ caller, document }) => caller.get(`List?_id=${document.list}`),
    short: (answer, { document }) =>
      answer.status === 200 ? (answer.text.includes(document.id) ? 'there' : 'not there') : String(answer.status),
    expected: { seen: 'there', masked: 'not there', draft: 'there', gone: 'there', absent: 'not there' },
  },
  'find a list by it': {
    of: ['search-type'],
    ask: ({ caller, document }) => caller.get(`List?item=DocumentReference/${document.id}`),
    short: (answer, { document }) => inBundle(answer, document.list),
    expected: { seen: 'there', masked: 'not there', draft: 'there', gone: 'there', absent: 'not there' },
  },
  'read its content': {
    of: ['read'],
    ask: ({ caller, document }) => caller.get(document.binary),
    expected: there('200', '404', '404'),
    ofSystem: { gone: '410' },
  },
  'read a version of its content': {
    of: ['read'],
    ask: ({ caller, document }) => caller.get(`${document.binary}/_history/1`),
    expected: there('200', '404', '404'),
    ofSystem: { gone: '410' },
  },
  'read in a batch': {
    of: ['batch'],
    ask: (asked) => asked.caller.post('', aBatch(reading(address(asked)))),
    short: entryStatus,
    expected: there('200', '410', '404'),
  },
  'read in a transaction': {
    of: ['transaction'],
    ask: (asked) => asked.caller.post('', aTransaction(reading(address(asked)))),
    short: entryStatus,
    expected: there('200', '410', '404'),
  },
  update: {
    of: ['update'],
    ask: (asked) => asked.caller.put(address(asked), asked.document.resource, STALE),
    expected: there('412', '410', '405'),
  },
  patch: {
    of: ['patch'],
    ask: (asked) => asked.caller.patch(address(asked), RESTRICTED, STALE),
    expected: there('412', '410', '404'),
  },
  'patch by condition': {
    of: ['patch'],
    ask: ({ caller, document }) => caller.patch(`DocumentReference?_id=${document.id}`, RESTRICTED, STALE),
    expected: there('412', '404', '404'),
  },
  delete: {
    of: ['delete'],
    ask: (asked) => asked.caller.send('DELETE', address(asked), undefined, STALE),
    expected: there('412', '204', '404'),
  },
  'delete by condition': {
    of: ['delete'],
    ask: ({ caller, document }) => caller.send('DELETE', `DocumentReference?_id=${document.id}`, undefined, STALE),
    expected: there('412', '204', '204'),
  },
  'validate what is stored': {
    of: ['$validate'],
    ask: (asked) => asked.caller.get(`${address(asked)}/$validate`),
    expected: there('200', '410', '404'),
  },
  'name it in a list': {
    of: ['create', '$validate'],
    files: true,
    ask: ({ caller, person, document }) => {
      const resource = aWorkingList(`Patient/${person.id}`, [`DocumentReference/${document.id}`])
      const parameter = [
        { name: 'mode', valueCode: 'create' },
        { name: 'resource', resource },
      ]
      return caller.post('List/$validate', { resourceType: 'Parameters', parameter })
    },
    short: (answer) =>
      answer.status !== 200
        ? String(answer.status)
        : /list\.item-unknown|patient\.unknown/.test(answer.text)
          ? 'refused'
          : 'taken',
    expected: { seen: 'taken', masked: 'refused', draft: 'taken', gone: 'refused', absent: 'refused' },
  },
}
