import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ImportLine } from '../../../src/commands/import/report.ts'
import { A_DOCUMENT } from '../../french/cda/a-document.ts'
import { aCda, anIns } from '../../support/cda-samples.ts'
import { type Ended, runImport, stateOf, writeFiles } from '../../support/import.ts'

/** A document in which one thing is wrong, the key of its refusal, and what the message names. */
type Row = readonly [id: string, bytes: string | Uint8Array, key: string, names?: string]

const ROOT = 'ClinicalDocument'
const PATIENT = `${ROOT}/recordTarget/patientRole`
const EVENT = `${ROOT}/documentationOf/serviceEvent`

/** Every header element that French documents must have (documents-fr.md 3.2), taken away one by one. */
const HEADER: Row[] = [
  lacking('realm', '<realmCode code="FR"/>', `${ROOT}/realmCode`),
  lacking('type-id', /<typeId [^>]*>/, `${ROOT}/typeId`),
  lacking('template-france', '<templateId root="2.16.840.1.113883.2.8.2.1"/>', '2.16.840.1.113883.2.8.2.1'),
  lacking('template-ci-sis', '<templateId root="1.2.250.1.213.1.1.1.1"/>', '1.2.250.1.213.1.1.1.1'),
  lacking('template-document', '<templateId root="1.3.6.1.4.1.19376.1.2.20"/>', `${ROOT}/templateId`),
  lacking('id', '<id root="2.25.1988034244"/>', `${ROOT}/id`),
  lacking('code', /<code code="34794-8"[^>]*>/, `${ROOT}/code`),
  lacking('title', /<title>[\s\S]*<\/title>/, `${ROOT}/title`),
  lacking('effective-time', /<effectiveTime value="20260712174500"\/>/, `${ROOT}/effectiveTime`),
  lacking('confidentiality', /<confidentialityCode [^>]*>/, `${ROOT}/confidentialityCode`),
  lacking('language', /<languageCode [^>]*>/, `${ROOT}/languageCode`),
  lacking('set-id', /<setId [^>]*>/, `${ROOT}/setId`),
  lacking('version-number', /<versionNumber [^>]*>/, `${ROOT}/versionNumber`),
  lacking('record-target', /<recordTarget>[\s\S]*<\/recordTarget>/, PATIENT),
  lacking('patient-ids', /<id root="1.2.250.1.213.1.4.10"[\s\S]*extension="IPP-778812"\/>/, `${PATIENT}/id`),
  lacking('patient', /<patient>[\s\S]*<\/patient>/, `${PATIENT}/patient`),
  lacking('patient-name', /<name><prefix>MME[\s\S]*?<\/name>/, `${PATIENT}/patient/name`),
  lacking('patient-family', /<family qualifier[^>]*>[^<]*<\/family>/g, `${PATIENT}/patient/name/family`),
  lacking('patient-given', /<given( qualifier[^>]*)?>(LUCIE|LULU)[^<]*<\/given>/g, `${PATIENT}/patient/name/given`),
  lacking('patient-gender', /<administrativeGenderCode [^>]*>/, 'administrativeGenderCode'),
  lacking('patient-birth-time', /<birthTime [^>]*>/, `${PATIENT}/patient/birthTime`),
  lacking('authors', /<author>[\s\S]*<\/author>/, `${ROOT}/author`),
  lacking('author-time', '<time value="20260712174500+0200"/>', `${ROOT}/author[1]/time`),
  lacking('author-id', '<id root="1.2.250.1.71.4.2.1" extension="810000000017"/>', 'author[1]/assignedAuthor/id'),
  lacking('custodian', /<custodian>[\s\S]*<\/custodian>/, `${ROOT}/custodian`),
  lacking('authenticator', /<legalAuthenticator>[\s\S]*<\/legalAuthenticator>/, `${ROOT}/legalAuthenticator`),
  lacking('signature', '<signatureCode code="S"/>', `${ROOT}/legalAuthenticator/signatureCode`),
  lacking('service', /<documentationOf>[\s\S]*<\/documentationOf>/, EVENT),
  lacking('service-start', /<low value="20260712171100\+0200"\/><high/, `${EVENT}/effectiveTime/low`, '<high'),
  lacking('performer', /<performer [\s\S]*?<\/performer>/, `${EVENT}/performer`),
  lacking('practice-setting', /<standardIndustryClassCode [^>]*>/, 'standardIndustryClassCode'),
  lacking('encounter', /<componentOf>[\s\S]*<\/componentOf>/, `${ROOT}/componentOf/encompassingEncounter`),
  lacking('facility-type', /<code code="SA36"[^>]*>/, 'healthCareFacility/code'),
  lacking('body', /<component>[\s\S]*<\/component>/, `${ROOT}/component`),
]

const BOMB = `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij'].map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`).join('')}]>`
const STRUCTURED = '<structuredBody><component><section/></component></structuredBody>'

const UNREADABLE: Row[] = [
  ['empty', '', 'cda.not-xml'],
  ['text', 'bonjour', 'cda.not-xml'],
  ['pdf', '%PDF-1.7', 'cda.not-xml'],
  ['unclosed', A_DOCUMENT.replace('</ClinicalDocument>', ''), 'cda.not-xml'],
  ['undefined-entity', A_DOCUMENT.replace('Mazoires', '&ville;'), 'cda.not-xml'],
  ['dtd', changed('<ClinicalDocument', '<!DOCTYPE ClinicalDocument><ClinicalDocument'), 'cda.doctype'],
  [
    'external-entity',
    changed('<ClinicalDocument', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><ClinicalDocument').replace(
      'Mazoires',
      '&x;',
    ),
    'cda.doctype',
  ],
  ['entities-that-multiply', changed('<ClinicalDocument', `${BOMB}<ClinicalDocument`), 'cda.doctype'],
  ['utf-16', Buffer.from(`\uFEFF${A_DOCUMENT}`, 'utf16le'), 'cda.encoding'],
  ['wrong-utf-8', Buffer.from(A_DOCUMENT.replace('Mazoires', 'Mazoirès'), 'latin1'), 'cda.encoding'],
  ['deep', `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`, 'cda.too-deep'],
  ['fhir', '<Bundle xmlns="http://hl7.org/fhir"/>', 'cda.not-cda'],
  ['other-namespace', changed('xmlns="urn:hl7-org:v3"', 'xmlns="urn:other"'), 'cda.not-cda'],
  [
    'template-unknown',
    A_DOCUMENT.replace(/<nonXMLBody>[\s\S]*<\/nonXMLBody>/, STRUCTURED).replace('1.3.6.1.4.1.19376.1.2.20', '1.2.3.4'),
    'cda.template-unknown',
  ],
  ['type-unknown', changed('34794-8', '99999-9'), 'cda.type-unknown'],
  ['media-type-unknown', changed('application/pdf', 'video/mp4'), 'cda.media-type-unknown'],
  ['base64-broken', changed('JVBERi0x', 'JVBERi0'), 'cda.invalid', 'nonXMLBody/text'],
  ['ins-without-birth-place', changed(/<birthplace>[\s\S]*<\/birthplace>/, ''), 'identity.traits-incomplete', '905'],
  ['ins-too-short', changed('extension="284016322000210"', 'extension="28401632200021"'), 'INS-03', 'matricule'],
]

/** Documents that contradict what is in the record: the first good document is imported before them. */
const person = { ins: anIns(3001), ipp: 'IPP-R-1', born: anIns(3001).born }
const GOOD = { ...person, id: '2.25.3001' }
const CONTRARY: Row[] = [
  ['same-id-other-bytes', aCda({ ...GOOD, body: 'other' }), 'document.duplicate', 'DocumentReference/'],
  ['other-family', aCda({ ...person, family: 'AUTREFICTIF' }), 'identity.conflict', 'birthFamily'],
  ['other-birth-date', aCda({ ...person, born: '19550101' }), 'identity.conflict', 'birthDate'],
  ['same-ipp-other-person', aCda({ ...person, ins: null, born: '19550101' }), 'identity.identifier-taken', 'birthDate'],
  [
    'replaces-a-stranger',
    aCda({ ins: anIns(3002), born: anIns(3002).born, ipp: 'IPP-R-2', replaces: GOOD.id }),
    'document.replaced-other-patient',
  ],
]

describe('one import of good and bad files', () => {
  const rows = [...HEADER, ...UNREADABLE, ...CONTRARY]
  let folder = ''
  let ended: Ended & { lines: ImportLine[] }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-refusals-'))
    const bad = Object.fromEntries(rows.map(([id, bytes]) => [`bad/${id}.xml`, bytes]))
    const files = await writeFiles(folder, {
      'a-first.xml': aCda(GOOD),
      ...bad,
      'folder/readme.txt': 'nothing to import',
      'notes.txt': 'nothing to import',
      'huge.xml': '',
      'endless.xml': '',
      'z-last.xml': aCda({ ...person, type: '60568-3', id: '2.25.3009' }),
    })
    await truncate(join(folder, 'huge.xml'), 300 * 1024 * 1024)
    // Nobody could read this one: a refusal proves that it was not tried.
    await truncate(join(folder, 'endless.xml'), 1024 ** 4)
    await symlink(join(folder, 'nowhere.xml'), join(folder, 'broken-link.xml'))
    await mkdir(join(folder, 'empty'))
    const paths = ['a-first.xml', 'bad', 'missing.xml', 'broken-link.xml', 'empty', 'folder', 'notes.txt', 'huge.xml']
    assert.equal(files.length, rows.length + 6)
    ended = await runImport(
      join(folder, 'data'),
      [...paths, 'endless.xml', 'z-last.xml'].map((path) => join(folder, path)),
    )
  })
  after(() => rm(folder, { recursive: true, force: true }))

  for (const [id, , key, names] of rows) {
    test(`${id}: refused as ${key}${names === undefined ? '' : `, naming ${names}`}`, () => {
      const line = lineOf(`bad/${id}.xml`)
      assert.deepEqual([line.ok, line.outcome, line.key], [false, 'refused', key], line.message)
      assert.ok((line.message ?? '').length > 15, line.message)
      assert.ok(names === undefined || line.message?.includes(names), line.message)
    })
  }

  for (const [path, key] of [
    ['missing.xml', 'file.unreadable'],
    ['broken-link.xml', 'file.unreadable'],
    ['empty', 'file.empty-folder'],
    ['folder', 'file.empty-folder'],
    ['notes.txt', 'file.type'],
    ['huge.xml', 'file.too-large'],
    ['endless.xml', 'file.too-large'],
  ] as const) {
    test(`${path}: refused as ${key}`, () => assert.equal(lineOf(path).key, key))
  }

  test('the good files before and after them are imported', () => {
    assert.deepEqual(
      ['a-first.xml', 'z-last.xml'].map((path) => lineOf(path).outcome),
      ['imported', 'imported'],
    )
  })

  test('the exit code is 1, and nothing is on the standard error', () => {
    assert.deepEqual([ended.code, ended.stderr], [1, ''])
  })

  test('nothing of a refused file is stored: no row, no content, no temporary file', async () => {
    const { counts, files } = await stateOf(join(folder, 'data'))
    const { patient, document, list, content, content_rendition: renditions, care_pathway: pathways } = counts
    assert.deepEqual(
      { patient, document, list, content, renditions, pathways },
      { patient: 1, document: 2, list: 2, content: 2, renditions: 2, pathways: 1 },
    )
    // Two documents, and the one PDF that both carry.
    assert.equal(files.length, 3)
    assert.deepEqual(
      files.filter((file) => file.startsWith('tmp')),
      [],
    )
  })

  test('no message tells who the patients are', () => {
    for (const value of [
      'TESTFICTIF',
      'AUTREFICTIF',
      'LUCIE',
      '28401632200021',
      person.ins.value,
      '1984',
      '1955',
      'IPP-',
    ]) {
      assert.ok(!ended.stdout.includes(value), value)
    }
  })

  function lineOf(path: string): ImportLine {
    const [line, ...others] = ended.lines.filter(({ file }) => file === join(folder, path))
    assert.ok(line !== undefined && others.length === 0, `${path}: ${ended.stderr}`)
    return line
  }
})

function lacking(id: string, piece: string | RegExp, path: string, rest = ''): Row {
  return [`no-${id}`, changed(piece, rest), 'cda.missing', path]
}

function changed(piece: string | RegExp, replacement: string): string {
  const text = A_DOCUMENT.replace(piece, replacement)
  assert.notEqual(text, A_DOCUMENT, `nothing to replace: ${piece}`)
  return text
}
