import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Bundle, DocumentReference } from '@medplum/fhirtypes'
import type { ImportLine } from '../../../src/commands/import/report.ts'
import { needsOfficial, officialBytes, officialCdaFiles, officialJson } from '../../french/official.ts'
import { type Expected, metadataOf, sha1Hex, translations, wanted } from '../../support/expected-metadata.ts'
import { runImport, stateOf, withStore } from '../../support/import.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const OFFICIAL_CDA = resolve(import.meta.dirname, '../../../../shared/official/cda')

describe('the documents of the national agency', needsOfficial, () => {
  let folder = ''
  let server: TestServer
  let lines: ImportLine[] = []
  const files = officialCdaFiles()
  const expected =
    needsOfficial.skip === undefined ? officialJson<Record<string, Expected>>('cda/expected-metadata.json') : {}

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-official-'))
    const first = await runImport(folder, [OFFICIAL_CDA])
    assert.equal(first.code, 0, first.stdout + first.stderr)
    lines = first.lines
    const config = { store: `sqlite:${join(folder, 'dcc.sqlite')}`, blobs: `file:${join(folder, 'blobs')}` }
    server = await startServer({ config })
  })
  after(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('are all imported, one line each', () => {
    assert.deepEqual(
      lines.map(({ file, ok, outcome }) => [file.slice(OFFICIAL_CDA.length - 3), ok, outcome]).sort(),
      files.map(({ path }) => [path, true, 'imported']).sort(),
    )
    for (const { documentReference, patient } of lines) {
      assert.match(documentReference ?? '', /^DocumentReference\/[0-9a-z]{20}\.[0-9a-z]{26}$/)
      assert.equal(documentReference?.split(/[/.]/)[1], patient?.split('/')[1])
    }
  })

  test('belong to three patients, by their INS', async () => {
    const byPatient = Map.groupBy(lines, ({ patient }) => patient)
    assert.equal(byPatient.size, 3)
    for (const [patient = '', own] of byPatient) {
      const ids = new Set(own.map((line) => expectedOf(line).patientIds[0]?.extension))
      assert.equal(ids.size, 1)
      const [value = ''] = ids
      const stored = (await server.get(patient)).resource('Patient')
      assert.equal(stored.identifier?.find(({ use }) => use === 'official')?.value, value)
    }
  })

  test('leave nothing behind but their contents', async () => {
    const state = await stateOf(folder)
    assert.deepEqual(
      state.files.filter((file) => file.startsWith('tmp')),
      [],
    )
    const pdfs = files.filter(({ path }) => path.includes('/n1/')).length
    assert.equal(state.files.length, files.length + pdfs)
    const { document, list, content, content_rendition: renditions } = state.counts
    assert.deepEqual(
      { document, list, content, renditions },
      {
        document: files.length,
        list: files.length,
        content: files.length,
        renditions: pdfs,
      },
    )
  })

  for (const { name, path } of files) {
    test(`${name}: the derived metadata are those expected`, async () => {
      const id = lineOf(path).documentReference?.split('/')[1] ?? ''
      const state = await withStore(folder, (store) => store.document(id))
      const document: DocumentReference = JSON.parse(state?.text ?? '')
      const { events, ...metadata } = metadataOf(document, state?.versionNumber)
      const { events: wantedEvents, ...wantedMetadata } = wanted(expected[name])
      assert.deepEqual(metadata, wantedMetadata)
      // An imaging report says modality and body site in translations of its act: they are events of their own.
      const aspects = translations(Buffer.from(officialBytes(path)).toString())
      assert.deepEqual(
        events.filter((event) => wantedEvents.includes(event) || !aspects.has(event.split('|')[1] ?? '')),
        wantedEvents,
      )
    })

    test(`${name}: found by patient and type over HTTP, its bytes come back as announced`, async () => {
      const bytes = Buffer.from(officialBytes(path))
      const patientId = await patientByIns(expected[name]?.patientIds[0])
      const query = `patient=${patientId}&type=http://loinc.org|${expected[name]?.typeCode}&_count=50`
      const bundle: Bundle = (await server.get(`DocumentReference?${query}`)).resource('Bundle')
      const found = (bundle.entry ?? []).flatMap(({ resource }) =>
        resource?.resourceType === 'DocumentReference' ? [resource] : [],
      )
      const document = found.find(({ id }) => `DocumentReference/${id}` === lineOf(path).documentReference)
      const { url = '', size, hash, contentType } = document?.content?.[0]?.attachment ?? {}
      const answer = await server.get(url)
      assert.equal(answer.status, 200)
      assert.ok(answer.bytes.equals(bytes))
      assert.equal(answer.headers['content-type']?.split(';')[0], contentType)
      assert.deepEqual([size, hash], [bytes.length, createHash('sha1').update(answer.bytes).digest('base64')])
      assert.deepEqual([size, sha1Hex(hash)], [expected[name]?.size, expected[name]?.sha1hex])
    })

    const unstructured = path.includes('/n1/')
    test(`${name}: ${unstructured ? 'its PDF can be had as well' : 'has no PDF'}`, async () => {
      const document = (await server.get(lineOf(path).documentReference ?? '')).resource('DocumentReference')
      const answer = await server.get(document.content?.[0]?.attachment?.url ?? '', { accept: 'application/pdf' })
      if (!unstructured) return assert.equal(answer.status, 406)
      assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/pdf'])
      assert.ok(answer.bytes.equals(embeddedFile(Buffer.from(officialBytes(path)).toString())))
    })

    test(`${name}: its submission set is found by ITI-66`, async () => {
      const [, patient = ''] = lineOf(path).patient?.split('/') ?? []
      const query = `patient=${patient}&code=submissionset&status=current&_count=50`
      const bundle: Bundle = (await server.get(`List?${query}`)).resource('Bundle')
      const sets = (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'List' ? [resource] : []))
      const own = sets.filter(({ entry }) => entry?.[0]?.item?.reference === lineOf(path).documentReference)
      assert.equal(own.length, 1)
    })
  }

  test('imported again, change nothing and say so', async () => {
    const before = await stateOf(folder)
    const again = await runImport(folder, [OFFICIAL_CDA])
    assert.equal(again.code, 0)
    assert.deepEqual(
      again.lines.map(({ documentReference, outcome }) => `${documentReference} ${outcome}`),
      lines.map(({ documentReference }) => `${documentReference} unchanged`),
    )
    assert.deepEqual(await stateOf(folder), before)
  })

  function lineOf(path: string): ImportLine {
    const line = lines.find(({ file }) => file.endsWith(path.slice('cda/'.length)))
    assert.ok(line !== undefined)
    return line
  }

  function expectedOf({ file }: ImportLine): Expected {
    const found = expected[file.split('/').at(-1) ?? '']
    assert.ok(found !== undefined)
    return found
  }

  /** As a hospital asks: by INS, in the body of a POST. */
  async function patientByIns(ins: { root: string; extension: string } | undefined): Promise<string> {
    const body = new URLSearchParams({ identifier: `urn:oid:${ins?.root}|${ins?.extension}` }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const bundle: Bundle = (await server.post('Patient/_search', body, headers)).resource('Bundle')
    assert.equal(bundle.entry?.length, 1)
    return bundle.entry?.[0]?.resource?.id ?? ''
  }
})

/** The base64 body of a CDA of level 1. */
function embeddedFile(xml: string): Buffer {
  const base64 = /<text[^>]*representation="B64"[^>]*>([^<]*)</.exec(xml)?.[1] ?? ''
  return Buffer.from(base64.replace(/\s/g, ''), 'base64')
}
