import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { List, Resource } from '@medplum/fhirtypes'
import { MHD, PDSM } from '../support/builders/urls.ts'
import {
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  aSubmissionSet,
  INS_TEST,
  IPP,
  uniqueOid,
} from '../support/builders.ts'
import { assertRefused, linkOf } from '../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer } from '../support/server.ts'
import { ask, findByEveryWay, WAYS } from './find.ts'

/** ITI-66 Find Document Lists, PDSm flows 05a and 06a (reference/ihe.md 2.5, documents-fr.md 1.10). */
const server = sharedServer()
const LIST_TYPES = `${MHD}/CodeSystem/MHDlistTypes`
const TRE_R209 = 'https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite'
const ARCHIVED = `${PDSM}/StructureDefinition/pdsm-ext-is-archived`

const lea = aPatient().qualified()
const marc = aPatient().qualified()
const submissionId = uniqueOid()
/** `Type/id` by the name that the rows give them. */
const at = new Map<string, string>()
const address = (name: string) => at.get(name) ?? ''

async function keep<T extends Resource>(name: string, resource: T): Promise<T & { id: string }> {
  const created = await server().create(resource)
  at.set(name, `${created.resourceType}/${created.id}`)
  return created
}

const extension = (name: string, value: object) => ({ url: `${MHD}/StructureDefinition/${name}`, ...value })
const designation = (code: string) =>
  extension('ihe-designationType', { valueCodeableConcept: { coding: [{ system: TRE_R209, code }] } })
const sourceId = (identifier: object) => extension('ihe-sourceId', { valueIdentifier: identifier })

/** Names of what a query finds by GET and POST, in JSON and XML. */
async function found(query: string): Promise<string[]> {
  const names = new Map([...at].map(([name, known]) => [known, name]))
  return (await findByEveryWay(server(), 'List', query)).map((known) => names.get(known) ?? known).sort()
}

const encoded = (pairs: Record<string, string>) => new URLSearchParams(pairs).toString()
/** A query on the lists of Léa. */
const leas = (parameters: Record<string, string>) => encoded({ patient: address('lea'), ...parameters })

const ALL = ['byOrganization', 'byRole', 'folder', 'retired', 'set']
const others = (...names: string[]) => ALL.filter((name) => !names.includes(name))

type Row = readonly [ids: string, query: () => string, ...expected: string[]]

const ROWS: readonly Row[] = [
  ['MHD-66-patient', () => `patient=${address('marc')}`, 'marcs'],
  ['MHD-66-patient', () => `patient=${address('marc').split('/')[1]}`, 'marcs'],
  ['MHD-66-patient', () => encoded({ patient: `${PUBLIC_ORIGIN}/fhir/${address('lea')}` }), ...ALL],
  ['MHD-66-patient P-20', () => `subject=${address('lea')}`, ...ALL],
  ['MHD-66-patient.identifier', () => encoded({ 'patient.identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
  ['MHD-66-patient.identifier', () => `patient.identifier=${INS_TEST}|${marc.ins}`, 'marcs'],
  ['MHD-66-patient.identifier', () => encoded({ 'patient.identifier': `${IPP}|${marc.ipp}` }), 'marcs'],
  ['MHD-66-patient.identifier P-20', () => encoded({ 'subject.identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
  ['MHD-66-patient.identifier P-20', () => encoded({ 'patient:identifier': `${INS_TEST}|${lea.ins}` }), ...ALL],
  ['MHD-66-code P-07', () => leas({ code: 'submissionset' }), ...others('folder')],
  ['MHD-66-code P-07', () => leas({ code: 'folder' }), 'folder'],
  ['MHD-66-code', () => leas({ code: `${LIST_TYPES}|folder` }), 'folder'],
  ['MHD-66-code PDSM-42', () => leas({ code: `${LIST_TYPES.replace('https:', 'http:')}|folder` }), 'folder'],
  ['MHD-66-code', () => leas({ code: 'http://loinc.org|folder' })],
  ['MHD-66-code', () => leas({ code: 'submissionset,folder' }), ...ALL],
  ['MHD-66-status', () => leas({ status: 'current' }), ...others('retired')],
  ['MHD-66-status', () => leas({ status: 'retired' }), 'retired'],
  ['MHD-66-status P-07', () => leas({ status: 'superseded' }), 'retired'],
  ['MHD-66-status P-07', () => leas({ status: 'current,superseded' }), ...ALL],
  ['MHD-66-date', () => leas({ date: '2026-03-01' }), 'set'],
  ['MHD-66-date', () => leas({ date: 'ge2026-03-02' }), 'byOrganization', 'byRole'],
  ['MHD-66-date', () => `${leas({ date: 'ge2026-03-01' })}&date=lt2026-03-03`, 'byRole', 'set'],
  ['MHD-66-date', () => leas({ date: 'lt2026' }), 'folder', 'retired'],
  ['MHD-66-designationType', () => leas({ designationType: '03' }), 'byRole'],
  ['MHD-66-designationType', () => leas({ designationType: `${TRE_R209}|07` }), 'byOrganization', 'retired', 'set'],
  ['MHD-66-designationType', () => leas({ designationType: 'http://loinc.org|07' })],
  ['MHD-66-designationType', () => leas({ DesignationType: '03' }), 'byRole'],
  ['MHD-66-identifier', () => encoded({ identifier: `urn:ietf:rfc:3986|${submissionId}` }), 'set'],
  ['MHD-66-identifier', () => encoded({ identifier: submissionId }), 'set'],
  ['MHD-66-identifier', () => encoded({ identifier: `urn:oid:1.2|${submissionId}` })],
  ['MHD-66-source.family P-23', () => leas({ 'source.family': 'contenue' }), 'set'],
  ['MHD-66-source.family', () => leas({ 'source.family': 'ETOILE' }), 'byRole'],
  ['MHD-66-source.family', () => leas({ 'source.family:exact': 'Étoile-Fictive' }), 'byRole'],
  ['MHD-66-source.family', () => leas({ 'source.family:contains': 'fictive' }), 'byRole'],
  ['MHD-66-source.given P-23', () => leas({ 'source.given': 'alix' }), 'set'],
  ['MHD-66-source.given', () => leas({ 'source.given': 'camille' }), 'byRole'],
  [
    'MHD-66-source.family PDSM-List-source',
    () => leas({ 'source:PractitionerRole.practitioner.family': 'conten' }),
    'set',
  ],
  [
    'MHD-66-source.given PDSM-List-source',
    () => leas({ 'source:PractitionerRole.practitioner.given': 'cam' }),
    'byRole',
  ],
  [
    'MHD-66-source.given PDSM-List-source',
    () => leas({ 'source:PractitionerRole.practitioner:Practitioner.given': 'cam' }),
    'byRole',
  ],
  ['PDSM-List-source', () => leas({ 'source:PractitionerRole.partOf.practitioner.family': 'étoile' }), 'byRole'],
  ['PDSM-List-source', () => leas({ 'source:Patient.family': 'patiente' }), 'retired'],
  ['PDSM-List-source', () => leas({ source: address('role') }), 'byRole'],
  ['MHD-66-sourceId P-28', () => leas({ sourceId: 'urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.1' }), 'retired', 'set'],
  ['MHD-66-sourceId P-28', () => leas({ sourceId: 'urn:oid:1.2.250.1.999.1' }), 'retired', 'set'],
  ['MHD-66-sourceId P-28', () => leas({ sourceId: 'urn:oid:1.2.250.1.999.2' }), 'byOrganization', 'byRole'],
  [
    'MHD-66-sourceId P-28',
    () => leas({ sourceId: 'urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.2' }),
    'byOrganization',
    'byRole',
  ],
  ['MHD-66-sourceId P-28', () => leas({ sourceId: '|urn:oid:1.2.250.1.999.2' }), 'byOrganization', 'byRole'],
  ['MHD-66-_id', () => `_id=${address('folder').split('/')[1]}`, 'folder'],
  ['MHD-66-_id', () => `_id=${address('folder').split('/')[1]},${address('marcs').split('/')[1]},x`, 'folder', 'marcs'],
  ['MHD-66-_lastUpdated', () => leas({ _lastUpdated: 'ge2000-01-01' }), ...ALL],
  ['MHD-66-_lastUpdated', () => leas({ _lastUpdated: 'lt2000-01-01' })],
  ['MHD-66-_lastUpdated', () => leas({ _lastupdated: 'lt2000-01-01' })],
  ['PDSM-List-isArchived', () => leas({ isArchived: 'true' }), 'folder'],
  ['PDSM-List-isArchived', () => leas({ isArchived: 'false' }), ...others('folder')],
  ['PDSM-List-title', () => leas({ title: 'classeur' }), 'folder'],
  ['PDSM-List-title', () => leas({ title: 'Lot', status: 'retired' }), 'retired'],
  ['PDSM-List-authorOrg', () => leas({ authorOrg: address('chu') }), 'byRole'],
  ['PDSM-List-authorOrg', () => leas({ authorOrg: address('chu').split('/')[1] ?? '' }), 'byRole'],
  [
    'PDSM-List-authorOrg',
    () => leas({ 'authorOrg:identifier': 'https://finess.esante.gouv.fr|990000777' }),
    'byOrganization',
  ],
  [
    'MHD-66-code MHD-66-status MHD-66-date MHD-66-designationType',
    () =>
      leas({
        code: 'submissionset',
        status: 'current',
        date: 'ge2026-03-01',
        designationType: '07',
        'source.family': 'conten',
        'source.given': 'alix',
        sourceId: 'urn:oid:1.2.250.1.999.1',
        isArchived: 'false',
      }),
    'set',
  ],
  [
    'MHD-66-02',
    () => encoded({ 'patient.identifier': `${INS_TEST}|299999999999999`, code: 'submissionset', status: 'current' }),
  ],
]

describe('lists that are there', () => {
  before(async () => {
    await keep('lea', lea.build())
    await keep('marc', marc.build())
    await keep('camille', { ...aPractitioner(), name: [{ family: 'Étoile-Fictive', given: ['Camille'] }] })
    await keep('chu', anOrganization())
    await keep('role', aRole(address('camille'), address('chu')))
    const { meta: _meta, ...set } = aSubmissionSet(address('lea'), [])
    await keep('set', {
      ...set,
      identifier: [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: submissionId }],
      contained: [
        { resourceType: 'Practitioner', id: 'praticien', name: [{ family: 'CONTENUE', given: ['Alix'] }] },
        { resourceType: 'PractitionerRole', id: 'source', practitioner: { reference: '#praticien' } },
      ],
    })
    const submission = (changes: Partial<List>): List => {
      const { contained: _source, ...rest } = aSubmissionSet(address('lea'), [])
      return { ...rest, ...changes }
    }
    await keep(
      'byRole',
      submission({
        date: '2026-03-02T10:00:00Z',
        extension: [designation('03'), sourceId({ value: 'urn:oid:1.2.250.1.999.2' })],
        source: {
          reference: address('role'),
          extension: [extension('ihe-authorOrg', { valueReference: { reference: address('chu') } })],
        },
      }),
    )
    await keep(
      'byOrganization',
      submission({
        date: '2026-03-04T10:00:00Z',
        extension: [designation('07'), sourceId({ system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.999.2' })],
        contained: [
          {
            resourceType: 'Organization',
            id: 'etablissement',
            identifier: [{ system: 'https://finess.esante.gouv.fr', value: '990000777' }],
          },
          { resourceType: 'PractitionerRole', id: 'source', organization: { reference: '#etablissement' } },
        ],
        source: {
          reference: '#source',
          extension: [extension('ihe-authorOrg', { valueReference: { reference: '#etablissement' } })],
        },
      }),
    )
    await keep(
      'retired',
      submission({
        status: 'retired',
        date: '2025-03-01T10:00:00Z',
        contained: [{ resourceType: 'Patient', id: 'source', name: [{ family: 'PATIENTE' }] }],
      }),
    )
    await keep('folder', {
      ...submission({ date: '2025-04-01T10:00:00Z', title: 'Classeur fictif' }),
      meta: { profile: [`${PDSM}/StructureDefinition/pdsm-folder-comprehensive`] },
      extension: [designation('97'), { url: ARCHIVED, valueBoolean: true }],
      code: { coding: [{ system: LIST_TYPES, code: 'folder' }] },
    })
    await keep('marcs', aSubmissionSet(address('marc'), []))
  })

  for (const [index, [ids, query, ...expected]] of ROWS.entries()) {
    test(`${ids} MHD-66-01 MHD-66-02 MHD-66-07 PDSM-40 PDSM-41 Z-01: row ${index + 1}: ${expected.join(', ') || 'none'}`, async () => {
      assert.deepEqual(await found(query()), expected.sort())
    })
  }

  test('MHD-66-02 PDSM-41: a page tells the total of all pages', async () => {
    for (const way of WAYS) {
      const bundle = await ask(server(), way, 'List', leas({ _count: '2', code: 'submissionset' }))
      assert.deepEqual([bundle.total, bundle.entry?.length], [4, 2])
      assert.ok(linkOf(bundle, 'next') !== undefined)
    }
  })

  test('MHD-66-03 Z-11: what was left out is a warning in an entry of mode outcome', async () => {
    for (const way of WAYS) {
      const bundle = await ask(server(), way, 'List', leas({ code: 'folder', targetCommunityIdList: 'urn:oid:1.2.3' }))
      assert.equal(bundle.total, 1)
      const warnings = bundle.entry?.filter(({ search }) => search?.mode === 'outcome') ?? []
      assert.equal(warnings.length, 1)
      const [warning] = warnings
      assert.ok(warning?.resource?.resourceType === 'OperationOutcome' && warning.fullUrl?.startsWith('urn:uuid:'))
      assert.match(warning.resource.issue?.[0]?.details?.text ?? '', /targetCommunityIdList/)
      assert.ok(!linkOf(bundle, 'self')?.includes('targetCommunityIdList'))
    }
    assert.ok(
      (await ask(server(), 'GET JSON', 'List', leas({}))).entry?.every(({ search }) => search?.mode === 'match'),
    )
  })

  test('MHD-66-01 Z-04: what cannot be is refused, by GET and by POST', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const query of ['date=yesterday', 'status=%7C', 'code=%7C', 'source.family:near=x']) {
      for (const answer of [await server().get(`List?${query}`), await server().post('List/_search', query, form)]) {
        assert.equal(answer.status, 400, answer.text)
        assert.equal(answer.resource('OperationOutcome').issue?.[0]?.severity, 'error')
      }
    }
    const strict = { prefer: 'handling=strict' }
    assertRefused(await server().get('List?targetCommunityIdList=x', strict), 400, 'search.parameter-unknown')
  })

  test('MHD-66-04: the list that a publication makes keeps its profile when it is found', async () => {
    const document = await server().create(aDocument(address('marc')).inline(aContent()).build())
    const bundle = (await server().get(`List?item=DocumentReference/${document.id}`)).resource('Bundle')
    const list = bundle.entry?.[0]?.resource
    assert.ok(list?.resourceType === 'List')
    assert.deepEqual(list.meta?.profile, [`${PDSM}/StructureDefinition/pdsm-submissionset-comprehensive`])
    const outcome = (await server().post('List/$validate', list)).resource('OperationOutcome')
    const wrong = outcome.issue?.filter(({ severity }) => severity === 'error' || severity === 'fatal')
    assert.deepEqual(wrong, [])
  })

  test('MHD-66-08: the CapabilityStatement says that they can be searched, and by what', async () => {
    const { rest } = (await server().get('metadata')).resource('CapabilityStatement')
    const { interaction, searchParam } = rest?.[0]?.resource?.find(({ type }) => type === 'List') ?? {}
    assert.ok(interaction?.some(({ code }) => code === 'search-type'))
    const declared = new Set<string | undefined>(searchParam?.map(({ name }) => name))
    const proved = ROWS.flatMap(([ids]) => [...ids.matchAll(/MHD-66-([a-zA-Z_.-]+)(?= |$)/g)].map(([, name]) => name))
    assert.ok(proved.length > 10)
    assert.deepEqual(
      [...new Set(proved)].filter((name) => !declared.has(name)),
      [],
    )
  })
})
