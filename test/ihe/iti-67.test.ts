import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { DocumentReference, Resource } from '@medplum/fhirtypes'
import { NOS, PDSM } from '../support/builders/urls.ts'
import {
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  INS_TEST,
  IPP,
} from '../support/builders.ts'
import { assertRefused, linkOf } from '../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../support/server.ts'
import { ask, findByEveryWay, WAYS } from './find.ts'

/** ITI-67 Find Document References, PDSm flows 05b and 06b (reference/ihe.md 2.6, documents-fr.md 1.10). */
const server = sharedServer()
const INSTANT = '2026-06-01T00:00:00.000Z'
const A08 = `${NOS}/TRE_A08-HL7Confidentiality/FHIR/TRE-A08-HL7Confidentiality`
const A07 = `${NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument`
const A03 = `${NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument`
const A01 = `${NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice`
const R02 = `${NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`
const A11 = `${NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode`
const ICD10 = 'http://hl7.org/fhir/sid/icd-10'

const lea = aPatient().qualified()
const marc = aPatient().qualified()
/** `Type/id` by the name that the rows give them, and elements of what is stored. */
const at = new Map<string, string>()
const stored = new Map<string, Resource>()
const documentNamed = (name: string): DocumentReference => {
  const found = stored.get(name)
  assert.ok(found?.resourceType === 'DocumentReference')
  return found
}

async function keep<T extends Resource>(name: string, resource: T): Promise<T & { id: string }> {
  const created = await server().create(resource)
  at.set(name, `${created.resourceType}/${created.id}`)
  stored.set(name, created)
  return created
}

describe('documents that are there', () => {
  before(async () => {
    await keep('lea', lea.build())
    await keep('marc', marc.build())
    await keep('camille', { ...aPractitioner(), name: [{ family: 'Étoile-Fictive', given: ['Camille'] }] })
    await keep('chu', anOrganization())
    await keep('role', aRole(at.get('camille') ?? '', at.get('chu') ?? ''))
    const of = (name: string) => aDocument(at.get(name) ?? '').inline(aContent())
    await keep('rcp', of('lea').with({ date: '2026-03-10T10:00:00Z', description: 'Réunion du 10 mars' }).build())
    const pps = of('lea')
      .with({
        date: '2026-03-20T10:00:00Z',
        type: { coding: [{ system: 'http://loinc.org', code: '18776-5' }] },
        category: [{ coding: [{ system: A03, code: '11' }] }],
        author: [{ reference: at.get('role') ?? '' }],
        securityLabel: [{ coding: [{ system: A08, code: 'R' }] }, { coding: [{ system: A07, code: 'MASQUE_PS' }] }],
        extension: [{ url: `${PDSM}/StructureDefinition/pdsm-ext-is-archived`, valueBoolean: true }],
        context: {
          event: [{ coding: [{ system: ICD10, code: 'C50.2' }] }],
          period: { start: '2026-01-10T08:00:00+01:00', end: '2026-01-12T18:00:00+01:00' },
          facilityType: { coding: [{ system: R02, code: 'SA07' }] },
          practiceSetting: { coding: [{ system: A01, code: 'AMBULATOIRE' }] },
          related: [
            {
              identifier: {
                type: { coding: [{ system: 'urn:ietf:rfc:3986', code: 'urn:ihe:iti:xds:2013:accession' }] },
                system: 'urn:oid:1.2.250.1.999.9',
                value: 'ACC-1',
              },
            },
            { reference: 'ServiceRequest/demande-1' },
          ],
        },
      })
      .build()
    const [content] = pps.content ?? []
    await keep('pps', {
      ...pps,
      content: [
        {
          attachment: { ...content?.attachment, creation: '2026-03-19T09:00:00+01:00' },
          format: { system: A11, code: 'urn:ihe:iti:xds-sd:text:2008' },
        },
      ],
    })
    await keep('old', of('lea').with({ date: '2025-03-10T10:00:00Z' }).build())
    await keep(
      'new',
      of('lea')
        .with({ date: '2026-03-21T10:00:00Z' })
        .replacing(at.get('old') ?? '')
        .build(),
    )
    await keep('marcs', of('marc').with({ date: '2026-03-15T10:00:00Z' }).build())
  })

  /** Names of what a query finds by GET and POST, in JSON and XML. */
  async function found(query: string): Promise<string[]> {
    const names = new Map([...at].map(([name, address]) => [address, name]))
    return (await findByEveryWay(server(), 'DocumentReference', query))
      .map((address) => names.get(address) ?? address)
      .sort()
  }

  const encoded = (pairs: Record<string, string>) => new URLSearchParams(pairs).toString()
  /** A query on the documents of Léa. */
  const leas = (parameters: Record<string, string>) => encoded({ patient: at.get('lea') ?? '', ...parameters })
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
        assert.deepEqual(await found(query()), expected.sort())
      })
    }
  })

  test('MHD-67-02 PDSM-44: a page tells the total of all pages', async () => {
    for (const way of WAYS) {
      const bundle = await ask(server(), way, 'DocumentReference', leas({ _count: '1' }))
      assert.deepEqual([bundle.total, bundle.entry?.length], [4, 1])
      assert.ok(linkOf(bundle, 'next') !== undefined)
    }
  })

  test('MHD-67-03 P-01: the url of a document is absolute on the configured base, whatever host is asked', async () => {
    for (const host of ['evil.example', '127.0.0.1', 'dcc.example.test:81']) {
      const headers = { host, 'x-forwarded-host': host, forwarded: `host=${host};proto=http` }
      const bundle = (await server().get(`DocumentReference?${leas({})}`, headers)).resource('Bundle')
      for (const { fullUrl, resource } of bundle.entry ?? []) {
        assert.ok(resource?.resourceType === 'DocumentReference')
        assert.ok(fullUrl?.startsWith(`${PUBLIC_ORIGIN}/fhir/DocumentReference/`))
        const url = resource.content?.[0]?.attachment?.url ?? ''
        assert.match(url, /^https:\/\/dcc\.example\.test\/fhir\/Binary\/[0-9a-z]{20}\.[0-9a-z]{26}$/)
        assert.equal((await server().get(url)).status, 200)
      }
    }
  })

  test('MHD-67-03 P-03: the address of a document says nothing, and a changed one leads to no other document', async () => {
    const urls = ['rcp', 'pps', 'marcs'].map((name) => documentNamed(name).content?.[0]?.attachment?.url ?? '')
    for (const person of [lea, marc]) {
      for (const secret of [person.ins, person.ipp]) assert.ok(urls.every((url) => !url.includes(secret)))
    }
    const [rcp = '', , marcs = ''] = urls
    const [, patient = '', local = ''] = /Binary\/([^.]+)\.(.+)$/.exec(rcp) ?? []
    const [, other = ''] = /Binary\/([^.]+)\./.exec(marcs) ?? []
    const changed = [
      `${other}.${local}`,
      `${patient}.${local.slice(0, -1)}${local.endsWith('0') ? '1' : '0'}`,
      patient,
      `${patient}.${local}/../x`,
    ]
    for (const id of changed) assert.equal((await server().get(`Binary/${id}`)).status, 404)
    assert.equal((await server().get('Binary?contenttype=application/pdf')).status, 405)
  })

  test('MHD-67-04: what is found is valid FHIR', async () => {
    const bundle = (await server().get(`DocumentReference?${leas({})}`)).resource('Bundle')
    const outcome = (await server().post('Bundle/$validate', bundle)).resource('OperationOutcome')
    const wrong = outcome.issue?.filter(
      ({ severity, diagnostics }) =>
        (severity === 'error' || severity === 'fatal') &&
        /hl7\.org\/fhir\/(StructureDefinition|R4)\//.test(diagnostics ?? ''),
    )
    assert.deepEqual(wrong, [])
  })

  test('MHD-67-04b: a document that was published by the profile still keeps it when it is found', async () => {
    const bundle = (await server().get(`DocumentReference?_id=${documentNamed('rcp').id}`)).resource('Bundle')
    const document = bundle.entry?.[0]?.resource
    assert.ok(document?.resourceType === 'DocumentReference')
    const minimal = 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.DocumentReference'
    const outcome = (
      await server().post(`DocumentReference/$validate?profile=${encodeURIComponent(minimal)}`, document)
    ).resource('OperationOutcome')
    assert.deepEqual(
      outcome.issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal'),
      [],
    )
  })

  test('MHD-67-05: patients without a pathway of cancer care are not found, nor their documents', async () => {
    const person = aPatient().qualified()
    const fed = await server().put(`Patient?identifier=${INS_TEST}|${person.ins}`, person.build())
    const subject = `Patient/${fed.resource('Patient').id}`
    await server().create(aDocument(subject).ordinary().inline(aContent()).build())
    for (const query of [`patient=${subject}`, encoded({ 'patient.identifier': `${INS_TEST}|${person.ins}` })]) {
      assert.deepEqual(await found(query), [])
    }
  })

  describe('what a search refuses, or leaves out', () => {
    test('MHD-67-06 Z-11: an unknown parameter is ignored, told of in a warning, and missing from self', async () => {
      for (const unknown of ['targetCommunityIdList=urn:oid:1.2.3', 'colour=red', '_unknown=1']) {
        const bundle = (await server().get(`DocumentReference?${leas({ status: 'superseded' })}&${unknown}`)).resource(
          'Bundle',
        )
        assert.equal(bundle.total, 1)
        assert.ok(!linkOf(bundle, 'self')?.includes(unknown.split('=')[0] ?? '?'))
        const warning = bundle.entry?.find(({ search }) => search?.mode === 'outcome')
        assert.ok(warning?.resource?.resourceType === 'OperationOutcome' && warning.fullUrl !== undefined)
        assert.deepEqual(
          warning.resource.issue?.map(({ severity }) => severity),
          ['warning'],
        )
      }
    })

    test('MHD-67-06 Z-11: the same with handling=strict: 400', async () => {
      const strict = { prefer: 'handling=strict' }
      const answer = await server().get(`DocumentReference?${leas({ colour: 'red' })}`, strict)
      assertRefused(answer, 400, 'search.parameter-unknown')
    })

    const wrong = ['date=yesterday', 'creation=ge', 'period=2026-13', 'status=|', 'patient=a b', 'author.family:near=x']
    for (const query of wrong) {
      test(`MHD-67-06 Z-04: ${query}: 400 with an OperationOutcome, by GET and POST`, async () => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        for (const answer of [
          await server().get(`DocumentReference?${query.replace(' ', '%20')}`),
          await server().post('DocumentReference/_search', query, headers),
        ]) {
          assert.equal(answer.status, 400, answer.text)
          assert.equal(answer.resource('OperationOutcome').issue?.[0]?.severity, 'error')
        }
      })
    }
  })

  test('MHD-67-08: documents show size and hash; those that have none yet, or other ones, show what was told', async () => {
    const subject = at.get('lea') ?? ''
    const EMPTY = '2jmj7l5rSw0yVb/vlWAYkK/YBwk='
    const elsewhere = (facts: object) => {
      const document = aDocument(subject).with({ date: INSTANT }).build()
      const attachment = { ...document.content?.[0]?.attachment, url: 'https://repository.example/document', ...facts }
      return server().create({ ...document, content: [{ ...document.content?.[0], attachment }] })
    }
    const onDemand = await elsewhere({})
    const delayed = await elsewhere({ size: 0, hash: EMPTY })
    const factsOf = async (id: string | undefined) => {
      const bundle = (await server().get(`DocumentReference?_id=${id}`)).resource('Bundle')
      const document = bundle.entry?.[0]?.resource
      assert.ok(document?.resourceType === 'DocumentReference')
      const { size, hash } = document.content?.[0]?.attachment ?? {}
      return [size, hash]
    }
    assert.deepEqual(await factsOf(onDemand.id), [undefined, undefined])
    assert.deepEqual(await factsOf(delayed.id), [0, EMPTY])
    const [size, hash] = await factsOf(documentNamed('rcp').id)
    assert.ok(typeof size === 'number' && size > 0 && typeof hash === 'string')
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
