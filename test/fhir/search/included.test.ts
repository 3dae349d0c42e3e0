import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SearchQuery } from '../../../src/store/store.ts'
import { aContent, aDocument, aPatient } from '../../support/builders.ts'
import { linkOf, resourcesOf } from '../../support/client.ts'
import { sharedServer } from '../../support/server.ts'

/** What inclusions may cost, seen from the searches that reach the store. */
const asked: SearchQuery[] = []
const server = sharedServer({
  withRecord: (record) => {
    const { store } = record.dcc
    const search = (query: SearchQuery) => {
      asked.push(query)
      return store.search(query)
    }
    return { ...record, dcc: { ...record.dcc, store: Object.create(store, { search: { value: search } }) } }
  },
})

async function patientWith(documents: number, description = ''): Promise<string> {
  const { id } = await server().create(aPatient().build())
  for (let index = 0; index < documents; index += 1) {
    const document = aDocument(`Patient/${id}`)
      .inline(aContent())
      .with({ description: `${index}${description}` })
    await server().create(document.build())
  }
  return id
}

async function found(query: string): Promise<number> {
  asked.length = 0
  const answer = await server().get(query)
  assert.equal(answer.status, 200, answer.text)
  return resourcesOf(answer.resource('Bundle')).length
}

test('an inclusion asked for fifty times is followed once', async () => {
  const id = await patientWith(3)
  const often = Array.from({ length: 50 }, () => 'DocumentReference:patient').join(',')
  assert.equal(await found(`Patient?_id=${id}&_revinclude=${often}`), 4)
  assert.equal(asked.length, 2, 'the page and what refers back to it')
})

test('what was included is followed only by inclusions that iterate', async () => {
  const id = await patientWith(2)
  assert.equal(await found(`Patient?_id=${id}&_revinclude=DocumentReference:patient`), 3)
  assert.equal(asked.length, 2)
  const iterated = 'Patient:organization'
  assert.equal(await found(`Patient?_id=${id}&_revinclude=DocumentReference:patient&_include:iterate=${iterated}`), 3)
})

test('a page weighs 16 million characters at most and gains as many, and goes on with the next', async () => {
  const id = await patientWith(40, 'x'.repeat(500_000))
  assert.equal(
    await found(`Patient?_id=${id}&_revinclude=DocumentReference:patient`),
    35,
    'the patient and 34 documents',
  )
  let page = (await server().get(`DocumentReference?patient=${id}&_count=100`)).resource('Bundle')
  assert.deepEqual([page.total, resourcesOf(page).length], [40, 33])
  page = (await server().get(linkOf(page, 'next') ?? '')).resource('Bundle')
  assert.equal(resourcesOf(page).length, 7)
  assert.equal(linkOf(page, 'next'), undefined)
})
