import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generateRegion } from '../../src/commands/demo/region/region.ts'
import { aCda, anIns } from '../support/cda-samples.ts'
import { linesOf, run, runImport, start, stateOf, withStore, writeFiles } from '../support/import.ts'
import { markAsNewer } from '../support/schema.ts'

let root = ''
let last = 0
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'dcc-import-'))
})
after(() => rm(root, { recursive: true, force: true }))

test('a folder of the fictitious region: every document is imported, replaced ones superseded', async () => {
  const folder = newFolder()
  const patients = [...generateRegion({ patients: 6, seed: 3, today: '2026-07-01' }).patients]
  const documents = patients.flatMap((patient) => patient.documents)
  await writeFiles(join(folder, 'in'), Object.fromEntries(documents.map(({ fileName, bytes }) => [fileName, bytes])))
  const { code, lines, stderr } = await runImport(folder, [join(folder, 'in')])
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(
    lines.map(({ file, ok, outcome }) => [file, ok, outcome]),
    documents.map(({ fileName }) => [join(folder, 'in', fileName), true, 'imported']),
  )
  const { counts } = await stateOf(folder)
  const { patient, care_pathway: pathways, document, list } = counts
  assert.deepEqual(
    { patient, pathways, document, list },
    { patient: patients.length, pathways: patients.length, document: documents.length, list: documents.length },
  )
  const replacing = documents.filter(({ bytes }) => Buffer.from(bytes).includes('typeCode="RPLC"')).length
  const conditions = [{ kind: 'token' as const, param: 'status', anyOf: [{ code: 'superseded' }] }]
  const superseded = await withStore(folder, (store) => store.count({ type: 'DocumentReference', conditions }))
  assert.equal(superseded, replacing)
})

test('several paths, files and folders: one line each, in the order given; the same path twice is unchanged', async () => {
  const folder = newFolder()
  const [one, two, three] = [aCda(someone()), aCda(someone()), aCda(someone())]
  await writeFiles(join(folder, 'in'), { 'b.xml': one, 'sub/deep/a.XML': two, 'sub/.ignored': 'x', 'c.xml': three })
  const paths = ['c.xml', 'sub', 'b.xml', 'c.xml'].map((name) => join(folder, 'in', name))
  const { code, lines } = await runImport(folder, paths)
  assert.equal(code, 0)
  assert.deepEqual(
    lines.map(({ file, outcome }) => `${file.slice(join(folder, 'in').length + 1)} ${outcome}`),
    ['c.xml imported', 'sub/deep/a.XML imported', 'b.xml imported', 'c.xml unchanged'],
  )
})

test('a line names file, outcome, document and patient, and warnings; no identity', async () => {
  const folder = newFolder()
  const person = someone()
  const ins = { root: '1.2.250.1.213.1.4.8', value: person.ins.value }
  const paths = await writeFiles(folder, { 'a.xml': aCda({ ...person, ins }) })
  const { lines, stdout } = await runImport(folder, paths, { DCC_INS_DOMAIN: 'test' })
  assert.deepEqual(Object.keys(lines[0] ?? {}), ['file', 'ok', 'outcome', 'documentReference', 'patient', 'warnings'])
  assert.match(lines[0]?.warnings?.[0] ?? '', /^INS-05: /)
  for (const value of [person.ins.value, 'TESTFICTIF', 'LUCIE', person.ipp]) assert.ok(!stdout.includes(value), value)
})

test('messages are in the language of the terminal', async () => {
  const folder = newFolder()
  const paths = await writeFiles(folder, { 'a.xml': '<a/>', 'b.txt': '' })
  const french = await runImport(folder, paths)
  const english = await runImport(folder, paths, { LANG: 'en_US.UTF-8' })
  assert.match(french.lines[0]?.message ?? '', /n'est ni un ClinicalDocument/)
  assert.match(english.lines[0]?.message ?? '', /neither a CDA R2 ClinicalDocument/)
  assert.match(french.lines[1]?.message ?? '', /non pris en charge/)
  assert.match(english.lines[1]?.message ?? '', /Unsupported/)
})

test('a production installation refuses test identities, stores nothing and says why', async () => {
  const folder = newFolder()
  const production = { root: '1.2.250.1.213.1.4.8', value: someone().ins.value }
  const paths = await writeFiles(folder, {
    'test.xml': aCda(someone()),
    'production.xml': aCda({ ...someone(), ins: production, born: `19${production.value.slice(1, 3)}0115` }),
  })
  const { code, lines } = await runImport(folder, paths, { DCC_INS_DOMAIN: 'production' })
  assert.equal(code, 1)
  assert.deepEqual(
    lines.map(({ outcome, key }) => [outcome, key]),
    [
      ['refused', 'INS-05'],
      ['imported', undefined],
    ],
  )
  assert.match(lines[0]?.message ?? '', /domaine de ce serveur/)
  const { counts, files } = await stateOf(folder)
  assert.deepEqual([counts.patient, counts.document, files.length], [1, 1, 2])
})

test('the same matricule with another trait: the rule and the trait are told, the values are not', async () => {
  const folder = newFolder()
  const person = someone()
  const paths = await writeFiles(folder, {
    'a.xml': aCda(person),
    'b.xml': aCda({ ...person, family: 'AUTREFICTIF', ipp: 'IPP-OTHER' }),
  })
  await runImport(folder, paths.slice(0, 1))
  const before = await stateOf(folder)
  const { code, lines, stdout, stderr } = await runImport(folder, paths)
  assert.deepEqual([code, lines[0]?.outcome, lines[1]?.key], [1, 'unchanged', 'identity.conflict'])
  assert.match(lines[1]?.message ?? '', /birthFamily/)
  for (const value of ['TESTFICTIF', 'AUTREFICTIF', person.ins.value, 'IPP-OTHER']) {
    assert.ok(!`${stdout}${stderr}`.includes(value), value)
  }
  assert.deepEqual(await stateOf(folder), before)
})

for (const [id, args] of [
  ['no path', []],
  ['an unknown option', ['--force', 'a.xml']],
] as const) {
  test(`${id}: the usage, exit code 2, and no record is made`, async () => {
    const folder = newFolder()
    const { code, stderr, stdout } = await run(['import', ...args], { DCC_DATA_DIR: folder })
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^Usage: npm run dcc -- import/)
    await assert.rejects(readdir(folder))
  })
}

test('a wrong setting: a line that names it, exit code 1', async () => {
  const folder = newFolder()
  const { code, stderr, lines } = await runImport(folder, ['a.xml'], { DCC_INS_DOMAIN: 'both' })
  assert.deepEqual([code, lines], [1, []])
  assert.match(stderr, /DCC_INS_DOMAIN/)
})

test('a record of a newer release is not touched', async () => {
  const folder = newFolder()
  const paths = await writeFiles(folder, { 'a.xml': aCda(someone()) })
  await runImport(folder, paths)
  markAsNewer(join(folder, 'dcc.sqlite'))
  const { code, stderr, lines } = await runImport(folder, paths)
  assert.deepEqual([code, lines], [1, []])
  assert.match(stderr, /^store\.schema-newer: .*9999/)
})

test('a reader that goes away does not stop what was asked for', async () => {
  const folder = newFolder()
  const files = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`${number}.xml`, aCda(someone())]))
  const paths = await writeFiles(join(folder, 'in'), files)
  const { child, ended } = start(['import', ...paths], { DCC_DATA_DIR: folder })
  child.stdout.destroy()
  const { code, stderr } = await ended
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal((await stateOf(folder)).counts.document, 5)
})

test('two imports of the same files at once: each document is there once, both succeed', async () => {
  const folder = newFolder()
  const person = someone()
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`${index}.xml`, aCda({ ...person, ipp: `${person.ipp}-${index % 4}` })]),
  )
  await writeFiles(join(folder, 'in'), files)
  await run(['migrate'], { DCC_DATA_DIR: folder })
  const both = await Promise.all([1, 2].map(() => runImport(folder, [join(folder, 'in')])))
  assert.deepEqual(
    both.map(({ code, stderr }) => [code, stderr]),
    [
      [0, ''],
      [0, ''],
    ],
  )
  const outcomes = both.flatMap(({ stdout }) => linesOf(stdout)).map(({ outcome }) => outcome)
  assert.equal(outcomes.filter((outcome) => outcome === 'imported').length, 20)
  const { counts } = await stateOf(folder)
  assert.deepEqual([counts.patient, counts.document, counts.care_pathway], [1, 20, 1])
})

function newFolder(): string {
  last += 1
  return join(root, String(last))
}

function someone() {
  last += 1
  const { value, born } = anIns(4000 + last)
  return { ins: { value }, born, ipp: `IPP-C-${last}` }
}
