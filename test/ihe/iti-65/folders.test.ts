import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bundle, BundleEntry, List } from '@medplum/fhirtypes'
import { creating, putting, uniqueOid, urnUuid } from '../../support/builders.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import {
  accepted,
  aDraft,
  addressOf,
  aFolder,
  aKnownPatient,
  aPublished,
  bundleOf,
  read,
  refused,
  told,
} from './samples.ts'

const server = sharedServer({ config: { validation: 'strict' } })
const itemsOf = ({ entry }: List): (string | undefined)[] => (entry ?? []).map(({ item }) => item?.reference)

/** A submission of one document, with a folder entry that may name the document by its fullUrl. */
function withFolder(subject: string, entry: (document: string) => BundleEntry): Bundle {
  const draft = aDraft(subject)
  const folder = entry(draft.documents[0]?.url ?? '')
  draft.others.push(folder)
  draft.set.entry?.push({ item: { reference: folder.fullUrl ?? '' } })
  return bundleOf(draft)
}

/** A folder of the record with one document in it, and its resource. */
async function aStoredFolder(subject: string): Promise<List & { id: string }> {
  const entries = await accepted(
    server(),
    withFolder(subject, (document) => creating(aFolder(subject, [document]))),
  )
  return read<List & { id: string }>(server(), addressOf(entries.at(-1)))
}

/** Puts a folder with one more item. */
function adding(folder: List, item: string, url = `List/${folder.id}`): BundleEntry {
  return putting(url, { ...folder, entry: [...(folder.entry ?? []), { item: { reference: item } }] })
}

test('MHD-65-14: a folder is filed with its documents, and named by the submission set', async () => {
  const subject = await aKnownPatient(server())
  const bundle = withFolder(subject, (document) => creating(aFolder(subject, [document])))
  const [set, document, , folder] = await accepted(server(), bundle)
  assert.equal(folder?.response?.status, '201 Created')
  assert.deepEqual(itemsOf(await read(server(), addressOf(folder))), [addressOf(document)])
  assert.deepEqual(itemsOf(await read(server(), addressOf(set))), [addressOf(document), addressOf(folder)])
})

test('P-11 MHD-65-14: a folder may come without a document', async () => {
  const subject = await aKnownPatient(server())
  const old = await aPublished(server(), subject)
  const draft = aDraft(subject, { count: 0 })
  const folder = creating(aFolder(subject, [old]))
  draft.others.push(folder)
  draft.set.entry = [{ item: { reference: folder.fullUrl ?? '' } }]
  const [, stored] = await accepted(server(), bundleOf(draft))
  assert.deepEqual(itemsOf(await read(server(), addressOf(stored))), [old])
})

test('MHD-65-14 MHD-65-19 P-26: a document is added to a folder that is there', async () => {
  const subject = await aKnownPatient(server())
  const folder = await aStoredFolder(subject)
  const entries = await accepted(
    server(),
    withFolder(subject, (document) => adding(folder, document)),
  )
  const put = entries.at(-1)?.response
  assert.deepEqual([put?.status, put?.etag], ['200 OK', 'W/"2"'])
  assert.equal(put?.location, `${PUBLIC_ORIGIN}/fhir/List/${folder.id}/_history/2`)
  const after = await read<List>(server(), `List/${folder.id}`)
  assert.deepEqual(itemsOf(after), [...itemsOf(folder), addressOf(entries[1])])
})

test('P-11: a folder that is put at no address is the one with its identifier, or a new one', async () => {
  const subject = await aKnownPatient(server())
  const folder = await aStoredFolder(subject)
  const { id: _id, meta: _meta, ...sent } = folder
  const entries = await accepted(
    server(),
    withFolder(subject, (document) => adding({ ...sent, id: 'named-by-the-source' }, document, 'List')),
  )
  assert.equal(addressOf(entries.at(-1)), `List/${folder.id}`)
  const other = { ...sent, identifier: [{ use: 'usual' as const, system: 'urn:ietf:rfc:3986', value: uniqueOid() }] }
  const created = await accepted(
    server(),
    withFolder(subject, (document) => adding(other, document, 'List')),
  )
  assert.equal(created.at(-1)?.response?.status, '201 Created')
  assert.notEqual(addressOf(created.at(-1)), `List/${folder.id}`)
})

test('P-11: one that has no identifier either could be any', async () => {
  const subject = await aKnownPatient(server())
  const { identifier: _identifier, ...unnamed } = aFolder(subject, [])
  const [issue] = await refused(
    server(),
    withFolder(subject, (document) => adding(unnamed, document, 'List')),
    422,
  )
  assert.equal(told(issue), 'mhd.folder-unnamed XDSRegistryMetadataError Bundle.entry[3].request.url')
})

for (const [name, change, element] of [
  ['an entry is left out', { entry: [] }, 'entry'],
  ['the title changes', { title: 'Autre titre' }, 'title'],
  ['the identifier changes', { identifier: [{ system: 'urn:ietf:rfc:3986', value: urnUuid() }] }, 'identifier'],
  ['the status changes', { status: 'retired' as const }, 'status'],
] as const) {
  test(`MHD-65-19: an update of a folder only adds entries: refused where ${name}`, async () => {
    const subject = await aKnownPatient(server())
    const folder = await aStoredFolder(subject)
    const changed = { ...folder, ...structuredClone(change) } as List
    const [issue] = await refused(
      server(),
      withFolder(subject, (document) => adding(changed, document)),
      422,
    )
    const place = `Bundle.entry[3].resource.${element}`
    assert.equal(told(issue), `mhd.folder-entries XDSRegistryMetadataError ${place}`)
  })
}

test('MHD-65-05: a folder of another patient is not touched', async () => {
  const folder = await aStoredFolder(await aKnownPatient(server()))
  const subject = await aKnownPatient(server())
  const bundle = withFolder(subject, (document) => adding({ ...folder, subject: { reference: subject } }, document))
  const [issue] = await refused(server(), bundle, 422)
  assert.equal(issue?.details?.coding?.[1]?.code, 'XDSPatientIdDoesNotMatch')
})

test('MHD-65-19: two who add to the same folder at once: nothing that was added is lost', async () => {
  const subject = await aKnownPatient(server())
  const folder = await aStoredFolder(subject)
  const bundles = [1, 2].map(() => withFolder(subject, (document) => adding(folder, document)))
  const statuses = await Promise.all(bundles.map(async (bundle) => (await server().post('/fhir', bundle)).status))
  assert.ok(statuses.includes(200) && statuses.some((status) => status === 409 || status === 422), String(statuses))
  assert.equal(itemsOf(await read(server(), `List/${folder.id}`)).length, 2)
})
