import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { List } from '@medplum/fhirtypes'
import { withdrawDocument } from '../../src/dcc/documents.ts'
import { fileList, reviseList } from '../../src/dcc/lists.ts'
import type { UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { isStoreError } from '../../src/store/errors.ts'
import { newPatientId } from '../../src/store/ids.ts'
import { aSubmissionSet } from '../support/builders.ts'
import { sharedDomain } from '../support/domain.ts'
import { newId, published, registered } from '../support/domain-samples.ts'

const domain = sharedDomain()

test('a submission set is filed with documents of its own unit, and the gateway is told', async () => {
  const { patientId, id } = await domain().commit(async (unit) => {
    const patientId = await registered(unit, 'registration')
    const document = await published(unit, patientId)
    return { patientId, id: await filing(unit, patientId, [`DocumentReference/${document.id}`]) }
  })
  assert.deepEqual(await domain().found('List', patientId), [id])
  const list = await listOf(id)
  assert.equal(list.subject?.reference, `Patient/${patientId}`)
  assert.equal((await domain().events(patientId)).at(-1), 'list.filed List 1')
})

test('a list may hold documents of before, invisible ones, and lists of its own unit', async () => {
  const patientId = await domain().commit((unit) => registered(unit))
  const document = await domain().commit((unit) => published(unit, patientId, { as: (one) => one.ordinary() }))
  await domain().commit(async (unit) => {
    const folder = await filing(unit, patientId, [`DocumentReference/${document.id}`], { code: { text: 'folder' } })
    await filing(unit, patientId, [`List/${folder}`, `DocumentReference/${document.id}`])
  })
  assert.equal((await domain().store.counts()).list, 3)
})

describe('a list entry', () => {
  test('that points at nothing, at a withdrawn document or at another patient’s is refused, naming its place', async () => {
    const patientId = await domain().commit((unit) => registered(unit, 'registration'))
    const own = await domain().commit((unit) => published(unit, patientId))
    const withdrawn = await domain().commit((unit) => published(unit, patientId))
    const state = await domain().store.document(withdrawn.id)
    assert.ok(state !== undefined)
    await domain().commit((unit) => withdrawDocument(unit, state))
    const foreign = await domain().commit(async (unit) => published(unit, await registered(unit)))
    for (const wrong of [newId(patientId), 'unknown', withdrawn.id, foreign.id]) {
      const items = [`DocumentReference/${own.id}`, `DocumentReference/${wrong}`]
      const error = await domain().refuses('list.item-unknown', (unit) => filing(unit, patientId, items))
      assert.equal(error.expression, 'List.entry[1].item')
    }
  })
})

test('a patient whom nobody knows gets no list', async () => {
  const before = await domain().state()
  await assert.rejects(
    domain().commit((unit) => filing(unit, newPatientId(), [])),
    (error) => isStoreError(error, 'store.patient-not-current'),
  )
  assert.deepEqual(await domain().state(), before)
})

describe('revising a list', () => {
  test('a new version is stored and told; the one before stays in the history', async () => {
    const { patientId, id } = await aFiledList(A_FOLDER)
    await domain().commit((unit) => revising(unit, id, (list) => ({ ...list, title: 'Autre titre' })))
    assert.equal((await listOf(id)).title, 'Autre titre')
    const history = await domain().store.history({ type: 'List', id, limit: 10 })
    assert.deepEqual(
      history.map(({ version, method }) => `${version} ${method}`),
      ['2 PUT', '1 POST'],
    )
    assert.equal((await domain().events(patientId)).at(-1), 'list.updated List 2')
  })

  test('a submission set changes in its status and its archive mark only', async () => {
    const { id } = await aFiledList()
    for (const change of [{ title: 'Autre titre' }, { date: '2026-04-01' }, { note: [{ text: 'ajout' }] }]) {
      await domain().refuses('list.immutable', (unit) => revising(unit, id, (list) => ({ ...list, ...change })))
    }
    const archived = {
      url: 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived',
      valueBoolean: true,
    }
    await domain().commit((unit) =>
      revising(unit, id, (list) => ({ ...list, status: 'retired', extension: [...(list.extension ?? []), archived] })),
    )
    assert.equal((await listOf(id)).status, 'retired')
  })

  test('it stays with its patient', async () => {
    const { id } = await aFiledList()
    const { patientId } = await aFiledList()
    for (const subject of [{ reference: `Patient/${patientId}` }, {}]) {
      const error = await domain().refuses('patient.immutable-subject', (unit) =>
        revising(unit, id, (list) => ({ ...list, subject })),
      )
      assert.equal(error.expression, 'List.subject')
    }
  })

  test('its entries are held to the same rule', async () => {
    const { patientId, id } = await aFiledList(A_FOLDER)
    const entry = [{ item: { reference: `DocumentReference/${newId(patientId)}` } }]
    await domain().refuses('list.item-unknown', (unit) => revising(unit, id, (list) => ({ ...list, entry })))
  })
})

async function filing(
  unit: UnitOfWork,
  patientId: string,
  items: readonly string[],
  change: Partial<List> = {},
): Promise<string> {
  const id = newId(patientId)
  await fileList(unit, { ...aSubmissionSet(`Patient/${patientId}`, items), ...change }, id, patientId)
  return id
}

/** A list of the kind that may be revised at will. */
const A_FOLDER: Partial<List> = {
  code: { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'folder' }] },
}

function aFiledList(change: Partial<List> = {}): Promise<{ patientId: string; id: string }> {
  return domain().commit(async (unit) => {
    const patientId = await registered(unit, 'registration')
    return { patientId, id: await filing(unit, patientId, [], change) }
  })
}

async function revising(unit: UnitOfWork, id: string, change: (list: List) => List): Promise<void> {
  const current = await domain().store.read('List', id)
  assert.ok(current !== undefined)
  await reviseList(unit, current, change(JSON.parse(current.text)))
}

async function listOf(id: string): Promise<List> {
  return JSON.parse((await domain().store.read('List', id))?.text ?? '')
}
