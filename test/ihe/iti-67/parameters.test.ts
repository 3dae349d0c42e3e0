import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { INS_TEST, IPP } from '../../support/builders.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../../support/server.ts'
import {
  A01,
  A03,
  A07,
  A11,
  at,
  documentNamed,
  encoded,
  fill,
  found,
  ICD10,
  lea,
  leas,
  marc,
  R02,
  stored,
} from './documents.ts'

/** ITI-67 Find Document References, PDSm flows 05b and 06b (reference/ihe.md 2.6, documents-fr.md 1.10). */
const server = sharedServer()

describe('documents that are there', () => {
  before(() => fill(server()))

  const ALL = ['new', 'old', 'pps', 'rcp']
  const others = (...names: string[]) => ALL.filter((name) => !names.includes(name))

  type Row = readonly [ids: string, query: () => string, ...expected: string[]]

  const ROWS: readonly Row[] = [
    ['MHD-67-patient', () => `patient=${at.get('marc')}`, 'marcs'],
    ['MHD-67-patient', () => `patient=${at.get('marc')?.split('/')[1]}`, 'marcs'],
    ['MHD-67-patient', () => encoded({ patient: `${PUBLIC_ORIGIN}/fhir/${at.get('marc')}` }), 'marcs'],
    ['MHD-67-patient P-20', () => `subject=${at.get('lea')}`, ...ALL],
    ['MHD-67-patient P-20', () => `subject:Patient=${at.get('marc')?.split('/')[1]}`, 'marcs'],
    ['MHD-67-patient.identifier', () => encoded({ 'patient.identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
    ['MHD-67-patient.identifier', () => `patient.identifier=${INS_TEST}|${marc.ins}`, 'marcs'],
    ['MHD-67-patient.identifier', () => encoded({ 'patient.identifier': `${IPP}|${marc.ipp}` }), 'marcs'],
    ['MHD-67-patient.identifier', () => encoded({ 'patient.identifier': `${IPP}|${marc.ins}` })],
    ['MHD-67-patient.identifier P-20', () => encoded({ 'subject.identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
    ['MHD-67-patient.identifier P-20', () => encoded({ 'patient:identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
    ['MHD-67-patient.identifier', () => encoded({ 'patient:Patient.identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
    ['MHD-67-status', () => leas({ status: 'current' }), ...others('old')],
    ['MHD-67-status', () => leas({ status: 'superseded' }), 'old'],
    ['MHD-67-status', () => leas({ status: 'current,superseded' }), ...ALL],
    ['MHD-67-author.family P-23', () => leas({ 'author.family': 'medecin' }), ...others('pps')],
    ['MHD-67-author.family', () => leas({ 'author.family': 'etoile' }), 'pps'],
    ['MHD-67-author.family', () => leas({ 'author.family:exact': 'Étoile-Fictive' }), 'pps'],
    ['MHD-67-author.family', () => leas({ 'author:PractitionerRole.practitioner.family': 'ETOILE' }), 'pps'],
    ['MHD-67-author.given P-23', () => leas({ 'author.given': 'camille' }), ...ALL],
    ['MHD-67-author.given', () => leas({ 'author.given:exact': 'Camille' }), 'pps'],
    ['MHD-67-category', () => leas({ category: '11' }), 'pps'],
    ['MHD-67-category', () => leas({ category: `${A03}|10` }), ...others('pps')],
    ['MHD-67-category', () => leas({ category: 'http://loinc.org|10' })],
    ['MHD-67-creation MHD-67-09 P-22', () => leas({ creation: '2026-03-19' }), 'pps'],
    ['MHD-67-creation MHD-67-09', () => leas({ creation: 'ge2026-03-19' }), 'pps'],
    ['MHD-67-creation MHD-67-09', () => leas({ creation: 'lt2026-03-19' }), ...others('pps')],
    ['MHD-67-date MHD-67-09 P-22', () => leas({ date: '2026-03-20' }), 'pps'],
    ['MHD-67-date MHD-67-09', () => `${leas({ date: 'ge2026-03-20' })}&date=lt2026-03-21`, 'pps'],
    ['MHD-67-date MHD-67-09', () => leas({ date: 'gt2026-03-20T10:00:00Z' }), 'new'],
    ['MHD-67-date MHD-67-09', () => leas({ date: 'le2025-12-31' }), 'old'],
    ['MHD-67-date MHD-67-09', () => leas({ date: 'ne2026' }), 'old'],
    ['MHD-67-date MHD-67-09', () => leas({ date: 'sa2026-03-20' }), 'new'],
    ['MHD-67-date MHD-67-09', () => leas({ date: 'eb2026' }), 'old'],
    ['MHD-67-event', () => leas({ event: 'C50.2' }), 'pps'],
    ['MHD-67-event', () => leas({ event: `${ICD10}|C50.2` }), 'pps'],
    ['MHD-67-event', () => leas({ event: `${A03}|C50.2` })],
    ['MHD-67-facility', () => leas({ facility: 'SA07' }), 'pps'],
    ['MHD-67-facility', () => leas({ facility: `${R02}|SA01` }), ...others('pps')],
    ['MHD-67-format', () => leas({ format: `${A11}|urn:ihe:iti:xds-sd:text:2008` }), 'pps'],
    ['MHD-67-format', () => leas({ format: 'urn:ihe:iti:xds-sd:pdf:2008' }), ...others('pps')],
    [
      'MHD-67-identifier P-08',
      () => encoded({ identifier: `urn:ietf:rfc:3986|${documentNamed('rcp').masterIdentifier?.value}` }),
      'rcp',
    ],
    [
      'MHD-67-identifier P-08',
      () => encoded({ identifier: documentNamed('rcp').masterIdentifier?.value ?? '' }),
      'rcp',
    ],
    [
      'MHD-67-identifier P-08',
      () => encoded({ identifier: `urn:ietf:rfc:3986|${documentNamed('pps').identifier?.[0]?.value}` }),
      'pps',
    ],
    ['MHD-67-period', () => leas({ period: '2026-01-11' })],
    ['MHD-67-period', () => leas({ period: 'ge2026-01-11' }), ...ALL],
    ['MHD-67-period', () => leas({ period: 'le2026-01-11' }), 'pps'],
    ['MHD-67-period', () => leas({ period: 'lt2026-01-10' })],
    ['MHD-67-related', () => leas({ related: 'ServiceRequest/demande-1' }), 'pps'],
    ['MHD-67-related', () => leas({ 'related:identifier': 'urn:oid:1.2.250.1.999.9|ACC-1' }), 'pps'],
    ['MHD-67-related', () => leas({ 'related:identifier': 'ACC-2' })],
    ['MHD-67-security-label', () => leas({ 'security-label': 'R' }), 'pps'],
    ['MHD-67-security-label', () => leas({ 'security-label': `${A07}|MASQUE_PS` }), 'pps'],
    [
      'MHD-67-security-label',
      () => leas({ 'security-label': 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality|N' }),
      ...others('pps'),
    ],
    ['MHD-67-setting', () => leas({ setting: 'AMBULATOIRE' }), 'pps'],
    ['MHD-67-setting', () => leas({ setting: `${A01}|ETABLISSEMENT` }), ...others('pps')],
    ['MHD-67-type', () => leas({ type: '18776-5' }), 'pps'],
    ['MHD-67-type', () => leas({ type: 'http://loinc.org|34794-8' }), ...others('pps')],
    ['MHD-67-type', () => leas({ type: 'http://loinc.org|34794-8,http://loinc.org|18776-5' }), ...ALL],
    ['MHD-67-_id', () => `_id=${documentNamed('pps').id}`, 'pps'],
    ['MHD-67-_id', () => `_id=${documentNamed('pps').id},${documentNamed('rcp').id},unknown`, 'pps', 'rcp'],
    ['MHD-67-_lastUpdated', () => leas({ _lastUpdated: 'ge2000-01-01' }), ...ALL],
    ['MHD-67-_lastUpdated', () => leas({ _lastUpdated: 'lt2000-01-01' })],
    ['MHD-67-_lastUpdated', () => leas({ _lastupdated: 'lt2000-01-01' })],
    ['PDSM-DocumentReference-isArchived', () => leas({ isArchived: 'true' }), 'pps'],
    ['PDSM-DocumentReference-isArchived', () => leas({ isArchived: 'false' }), ...others('pps')],
    ['PDSM-DocumentReference-isArchived', () => leas({ PDSm_isArchived: 'true' }), 'pps'],
    ['PDSM-DocumentReference-period-start', () => leas({ 'period-start': '2026-01-10' }), 'pps'],
    ['PDSM-DocumentReference-period-start', () => leas({ 'period-start': 'gt2026-01-31' }), ...others('pps')],
    ['PDSM-DocumentReference-period-end', () => leas({ 'period-end': 'le2026-01-12' }), 'pps'],
    ['PDSM-DocumentReference-period-end', () => leas({ 'period-end': '2026-01-11' })],
    ['PDSM-DocumentReference-relatesto', () => leas({ relatesto: at.get('old') ?? '' }), 'new'],
    ['PDSM-DocumentReference-author', () => leas({ author: at.get('role') ?? '' }), 'pps'],
    [
      'PDSM-DocumentReference-author.identifier',
      () => leas({ 'author.identifier': `https://rpps.esante.gouv.fr|${rppsOf('rcp')}` }),
      'rcp',
    ],
    [
      'PDSM-DocumentReference-author.identifier',
      () => leas({ 'author.identifier': `https://rpps.esante.gouv.fr|${rppsOf('camille')}` }),
      'pps',
    ],
    [
      'MHD-67-01',
      () =>
        leas({
          status: 'current',
          type: 'http://loinc.org|18776-5',
          category: '11',
          setting: 'AMBULATOIRE',
          facility: 'SA07',
          event: 'C50.2',
          'security-label': 'R',
          'author.family': 'étoile',
          'author.given': 'cam',
          creation: 'ge2026-03-01',
          period: 'ge2026-01-01',
          format: 'urn:ihe:iti:xds-sd:text:2008',
          isArchived: 'true',
        }),
      'pps',
    ],
    ['MHD-67-01', () => leas({ type: '18776-5', setting: 'ETABLISSEMENT' })],
    [
      'MHD-67-01',
      () => encoded({ 'patient.identifier': `${INS_TEST}|${lea.ins}`, status: 'current' }),
      ...others('old'),
    ],
    ['MHD-67-01', () => `patient.identifier=${encodeURIComponent(INS_TEST)}%7C${lea.ins}&status=superseded`, 'old'],
    ['MHD-67-01', () => leas({ 'author.family': 'Étoile' }).replace('%C3%89', '%c3%89'), 'pps'],
    ['MHD-67-02', () => encoded({ 'patient.identifier': `${INS_TEST}|299999999999999`, status: 'current' })],
  ]

  /** The RPPS of a professional, contained in a document or of the directory. */
  function rppsOf(name: string): string {
    const resource = stored.get(name)
    const contained = resource?.resourceType === 'DocumentReference' ? (resource.contained ?? []) : []
    const person = [resource, ...contained].find((one) => one?.resourceType === 'Practitioner')
    assert.ok(person?.resourceType === 'Practitioner')
    return person.identifier?.[0]?.value ?? ''
  }

  describe('every parameter, by GET and POST, in JSON and XML', () => {
    for (const [index, [ids, query, ...expected]] of ROWS.entries()) {
      test(`${ids} MHD-67-10 MHD-67-12 PDSM-43 Z-01: row ${index + 1}: ${expected.join(', ') || 'none'}`, async () => {
        assert.deepEqual(await found(server(), query()), expected.sort())
      })
    }
  })

  test('MHD-67-13: the CapabilityStatement says that they can be searched, and by what', async () => {
    const { rest } = (await server().get('metadata')).resource('CapabilityStatement')
    const { interaction, searchParam } = rest?.[0]?.resource?.find(({ type }) => type === 'DocumentReference') ?? {}
    assert.ok(interaction?.some(({ code }) => code === 'search-type'))
    const declared = new Set<string | undefined>(searchParam?.map(({ name }) => name))
    const proved = ROWS.flatMap(([ids]) => [...ids.matchAll(/MHD-67-([a-zA-Z_.-]+)(?= |$)/g)].map(([, name]) => name))
    assert.ok(proved.length > 10)
    assert.deepEqual(
      [...new Set(proved)].filter((name) => !declared.has(name)),
      [],
    )
  })
})
