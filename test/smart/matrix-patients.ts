import { aBatch, aContent, aDocument, aTransaction, IPP } from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { type Asked, entryStatus, inBundle, reading, type Short, STALE } from './matrix-documents.ts'
import { CALLERS, type CallerName, type Person } from './matrix-world.ts'

/** Whose token is none. */
export const WITHOUT_RIGHT: readonly CallerName[] = ['suspended', 'not habilitated']

/** Every interaction on a patient: expected for who sees them, and for who does not. */
export interface OnPatient {
  of: readonly string[]
  ask(asked: Omit<Asked, 'document'>): Promise<Answer>
  short?(answer: Answer, person: Person): Short
  expected: readonly [seen: Short, hidden: Short]
  /** Where it does not depend on the patient alone. */
  except?: Partial<Record<CallerName, Short | readonly [seen: Short, hidden: Short]>>
  files?: true
  /** Answers differ by themselves. */
  varies?: true
}

const PEOPLE = CALLERS.filter((name) => name !== 'back end' && !WITHOUT_RIGHT.includes(name))
const toAll = (short: Short) => Object.fromEntries(PEOPLE.map((name) => [name, short]))
/** Only who coordinates the region, and systems, look a person up among all. */
const TO_CARERS = {
  'of the care team': '403',
  'habilitated, of no team': '403',
  'in an emergency': '403',
  'launched on the own patient': '403',
}
const patientIn = (answer: Answer, { current }: Person) => inBundle(answer, current)
const matching = ({ resource, ipp }: Person) => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'count', valueInteger: 100 },
    {
      name: 'resource',
      resource: {
        resourceType: 'Patient',
        identifier: [{ system: IPP, value: ipp }],
        name: resource.name,
        gender: resource.gender,
        birthDate: resource.birthDate,
      },
    },
  ],
})
const filing = (resource: object) => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'mode', valueCode: 'create' },
    { name: 'resource', resource },
  ],
})

/** A history names versions of one resource in several entries, which the check of JSON answers takes for a fault. */
const AS_XML = { accept: 'application/fhir+xml' }
const namesPatient = ({ status, text }: Answer, { id }: Person): Short =>
  status !== 200 ? String(status) : text.includes(`Patient/${id}`) ? 'there' : 'not there'
const DOCUMENT = aDocument('').ordinary().inline(aContent('%PDF-1.7 matrix')).build()

export const ON_PATIENTS: Readonly<Record<string, OnPatient>> = {
  read: {
    of: ['read'],
    ask: ({ caller, person }) => caller.get(`Patient/${person.id}`),
    expected: ['200', '404'],
  },
  'read its version': {
    of: ['vread'],
    ask: ({ caller, person }) => caller.get(`Patient/${person.id}/_history/1`),
    expected: ['200', '404'],
  },
  'read its history': {
    of: ['history-instance'],
    ask: ({ caller, person }) => caller.get(`Patient/${person.id}/_history`),
    expected: ['200', '404'],
  },
  'history of the type': {
    of: ['history-type'],
    ask: ({ caller }) => caller.get('Patient/_history?_count=500', AS_XML),
    short: namesPatient,
    expected: ['there', 'not there'],
    varies: true,
  },
  'history of documents': {
    of: ['history-type'],
    ask: ({ caller }) => caller.get('DocumentReference/_history?_count=500', AS_XML),
    short: namesPatient,
    expected: ['there', 'not there'],
    varies: true,
  },
  'find by id': {
    of: ['search-type'],
    ask: ({ caller, person }) => caller.get(`Patient?_id=${person.current}`),
    short: patientIn,
    expected: ['there', 'not there'],
  },
  'find by number': {
    of: ['search-type'],
    ask: ({ caller, person }) => caller.get(`Patient?identifier=${IPP}|${person.ipp}`),
    short: patientIn,
    expected: ['there', 'not there'],
  },
  'read in a batch': {
    of: ['batch'],
    ask: ({ caller, person }) => caller.post('', aBatch(reading(`Patient/${person.id}`))),
    short: entryStatus,
    expected: ['200', '404'],
  },
  'read in a transaction': {
    of: ['transaction'],
    ask: ({ caller, person }) => caller.post('', aTransaction(reading(`Patient/${person.id}`))),
    short: (answer) => (answer.status === 404 ? '404' : entryStatus(answer)),
    expected: ['200', '404'],
  },
  update: {
    of: ['update'],
    ask: ({ caller, person }) => caller.put(`Patient/${person.id}`, { ...person.resource, id: person.id }, STALE),
    expected: ['412', '405'],
    except: toAll('403'),
  },
  patch: {
    of: ['patch'],
    ask: ({ caller, person }) =>
      caller.patch(`Patient/${person.id}`, [{ op: 'replace', path: '/gender', value: 'unknown' }], STALE),
    expected: ['412', '404'],
    except: toAll('403'),
  },
  delete: {
    of: ['delete'],
    ask: ({ caller, person }) => caller.send('DELETE', `Patient/${person.id}`, undefined, STALE),
    expected: ['412', '404'],
    except: toAll('403'),
  },
  'validate what is stored': {
    of: ['$validate'],
    ask: ({ caller, person }) => caller.get(`Patient/${person.id}/$validate`),
    expected: ['200', '404'],
  },
  'register again': {
    of: ['create'],
    ask: ({ caller, person }) => caller.post('Patient/$validate', filing({ ...person.resource, id: undefined })),
    short: (answer) => (answer.status === 200 ? 'answered' : String(answer.status)),
    expected: ['answered', 'answered'],
    except: toAll('403'),
  },
  'file a document': {
    of: ['create', '$validate'],
    files: true,
    ask: ({ caller, person }) =>
      caller.post(
        'DocumentReference/$validate',
        filing({ ...DOCUMENT, subject: { reference: `Patient/${person.id}` } }),
      ),
    short: (answer) =>
      answer.status !== 200 ? String(answer.status) : /patient\.unknown/.test(answer.text) ? 'refused' : 'taken',
    expected: ['taken', 'refused'],
  },
  'match by traits and number': {
    of: ['$match'],
    ask: ({ caller, person }) => caller.post('Patient/$match', matching(person)),
    short: patientIn,
    expected: ['there', 'not there'],
    except: TO_CARERS,
  },
  'cross-reference its number': {
    of: ['$ihe-pix'],
    ask: ({ caller, person }) => caller.get(`Patient/$ihe-pix?sourceIdentifier=${IPP}|${person.ipp}`),
    expected: ['200', '404'],
    except: TO_CARERS,
  },
  'generate metadata': {
    of: ['$generate-metadata'],
    ask: ({ caller }) => caller.post('DocumentReference/$generate-metadata', { resourceType: 'Parameters' }),
    // 400: allowed, and nothing was sent.
    expected: ['400', '400'],
    except: toAll('403'),
  },
  capabilities: {
    of: ['capabilities'],
    ask: ({ caller }) => caller.get('metadata'),
    expected: ['200', '200'],
    except: Object.fromEntries(WITHOUT_RIGHT.map((name) => [name, '200'])),
  },
  ...Object.fromEntries(
    [
      ['$lookup', 'CodeSystem/$lookup?system=http://loinc.org&code=34794-8'],
      ['$validate-code', 'CodeSystem/$validate-code?url=http://loinc.org&code=34794-8'],
      ['$subsumes', 'CodeSystem/$subsumes?system=http://loinc.org&codeA=34794-8&codeB=34794-8'],
      ['$expand', 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender'],
      ['$translate', 'ConceptMap/$translate?system=http://loinc.org&code=34794-8'],
    ].map(([name = '', target = '']): [string, OnPatient] => [
      name,
      {
        of: [name],
        varies: true,
        ask: ({ caller }) => caller.get(target),
        short: ({ status }) => (status === 401 || status === 403 ? String(status) : 'open'),
        expected: ['open', 'open'],
      },
    ]),
  ),
}
