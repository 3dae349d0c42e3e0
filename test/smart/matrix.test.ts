import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { NEEDS } from '../../src/smart/interactions.ts'
import type { Answer } from '../support/client.ts'
import { callersServer } from './callers.ts'
import { type Asked, ON_DOCUMENTS, type State } from './matrix-documents.ts'
import { ON_PATIENTS, WITHOUT_RIGHT } from './matrix-patients.ts'
import {
  CALLERS,
  type CallerName,
  DOCUMENTS,
  type DocumentName,
  PATIENTS,
  type PatientName,
  theWorld,
  type World,
} from './matrix-world.ts'

/*
 * Professionals x patients x documents x interactions (issue 5, section 5). What is expected is worked out here from
 * three small tables, without a line of the server's: who sees whom, what hides a document, how an interaction answers.
 */

/** Who sees whom. Nobody sees who has no pathway, and only systems those who are opposed or closed to the caller. */
const SEES: Readonly<Record<PatientName, readonly CallerName[]>> = {
  own: ['of the care team', 'of the region', 'launched on the own patient', 'back end'],
  other: ['of the region', 'in an emergency', 'back end'],
  'without pathway': [],
  opposed: ['back end'],
  blocked: ['back end'],
  merged: ['of the care team', 'of the region', 'in an emergency', 'back end'],
  unknown: [],
}

const STATES: Readonly<Record<DocumentName, { state: State; unmasked?: readonly CallerName[] }>> = {
  plain: { state: 'seen' },
  'masked, own': { state: 'masked', unmasked: ['of the care team', 'launched on the own patient', 'back end'] },
  'masked, of another': { state: 'masked', unmasked: ['back end'] },
  'invisible to the patient': { state: 'seen' },
  unpublished: { state: 'draft' },
  replaced: { state: 'seen' },
  withdrawn: { state: 'gone' },
  unknown: { state: 'absent' },
}

describe('professionals x patients x documents x interactions', () => {
  const server = callersServer()
  let world: World
  before(async () => {
    world = await theWorld(server())
  })

  const stateFor = (caller: CallerName, patient: PatientName, document: DocumentName, files = false): State => {
    if (files && filesFor(caller, patient)) return document === 'unknown' ? 'absent' : 'draft'
    if (!SEES[patient].includes(caller)) return 'absent'
    const { state, unmasked = [] } = STATES[document]
    return state === 'masked' && unmasked.includes(caller) ? 'seen' : state
  }

  for (const [name, { ask, short, expected, ofSystem, files = false }] of Object.entries(ON_DOCUMENTS)) {
    test(`on a document: ${name}`, async () => {
      const differing: string[] = []
      for (const callerName of CALLERS) {
        const asked = (patient: PatientName, document: DocumentName): Asked => {
          const person = world.people[patient]
          return { caller: world.callers[callerName], person, document: person.documents[document] }
        }
        const nobody = asked('unknown', 'unknown')
        const absent = anonymous(await ask(nobody), nobody)
        for (const patient of PATIENTS) {
          for (const document of DOCUMENTS) {
            const cell = asked(patient, document)
            const answer = await ask(cell)
            const state = stateFor(callerName, patient, document, files)
            const rows = callerName === 'back end' ? { ...expected, ...ofSystem } : expected
            const wanted = WITHOUT_RIGHT.includes(callerName) ? '401' : rows[state]
            const got = short?.(answer, cell) ?? String(answer.status)
            const where = `${callerName} / ${patient} / ${document}`
            if (got !== wanted) differing.push(`${where}: ${got} instead of ${wanted}`)
            const isHidden = !SEES[patient].includes(callerName) && !(files && filesFor(callerName, patient))
            if (isHidden && anonymous(answer, cell) !== absent) differing.push(`${where}: tells that it is there`)
          }
        }
      }
      assert.equal(differing.slice(0, 20).join('\n'), '')
    })
  }

  for (const [name, { ask, short, expected, except, files, varies }] of Object.entries(ON_PATIENTS)) {
    test(`on a patient: ${name}`, async () => {
      const differing: string[] = []
      for (const callerName of CALLERS) {
        const caller = world.callers[callerName]
        const told = except?.[callerName] ?? (WITHOUT_RIGHT.includes(callerName) ? '401' : expected)
        const nobody = { caller, person: world.people.unknown, document: world.people.unknown.documents.unknown }
        const absent = anonymous(await ask(nobody), nobody)
        for (const patient of PATIENTS) {
          const person = world.people[patient]
          const answer = await ask({ caller, person })
          const isSeen = SEES[patient].includes(callerName) || (files === true && filesFor(callerName, patient))
          const [seen, hidden] = typeof told === 'string' ? [told, told] : told
          const wanted = isSeen ? seen : hidden
          const got = short?.(answer, person) ?? String(answer.status)
          const where = `${callerName} / ${patient}`
          if (got !== wanted) differing.push(`${where}: ${got} instead of ${wanted}`)
          const same = anonymous(answer, { caller, person, document: person.documents.unknown }) === absent
          if (!isSeen && callerName !== 'back end' && varies !== true && !same)
            differing.push(`${where}: tells that it is there`)
        }
      }
      assert.equal(differing.slice(0, 20).join('\n'), '')
    })
  }

  test('no interaction is left out', () => {
    const asked = [...Object.values(ON_DOCUMENTS), ...Object.values(ON_PATIENTS)].flatMap((one) => one.of)
    assert.deepEqual([...new Set(asked)].sort(), Object.keys(NEEDS).sort())
  })
})

/** A back end knows those without a pathway, and files what opens one. */
function filesFor(caller: CallerName, patient: PatientName): boolean {
  return caller === 'back end' && patient === 'without pathway'
}

/** An answer without the ids that were asked for and that of the request: all else must be the same bytes. */
function anonymous({ status, headers, text }: Answer, { person, document }: Asked): string {
  const { date: _date, 'x-request-id': requestId = '', 'content-length': _length, ...others } = headers
  const ids = [
    document.id,
    document.binary.slice('Binary/'.length),
    document.list,
    person.id,
    person.current,
    person.ipp,
  ]
  let plain = JSON.stringify([status, others, text])
  for (const id of ids) plain = plain.replaceAll(id, 'ID')
  return plain.replaceAll(requestId, 'REQUEST')
}
