import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FhirContext } from '../../src/fhir/exchange.ts'
import { searchConditions } from '../../src/fhir/interactions/search.ts'
import { modifiersOf } from '../../src/fhir/search/conditions.ts'
import type { SearchParameter } from '../../src/fhir/search/model.ts'
import { publicParameters, SEARCH_PARAMETERS } from '../../src/fhir/search/parameters.ts'
import { parseSearch } from '../../src/fhir/search/query.ts'
import type { SearchableType, SearchQuery } from '../../src/store/store.ts'
import { newTerminology } from '../../src/validation/terminology/terminology.ts'
import {
  aContent,
  aDocument,
  anOrganization,
  aPatient,
  aPractitioner,
  aRole,
  aSubmissionSet,
} from '../support/builders.ts'
import { startEngines } from '../support/engines.ts'
import { startServer, type TestServer } from '../support/server.ts'

/**
 * Every declared search runs on an index (issue 2, section 4): each public parameter, with each of its modifiers and
 * value forms, alone and within a patient, and each order; the searches that a chain makes on its way too.
 */

/** The steps of the engines' plans that read a whole table; `k`, `u`, `b1`… are pages that are already cut. */
const FULL_SCAN = {
  sqlite: /^SCAN (?!(k|u|b\d+|v|\(subquery-\d+\))$)(?!.*USING (COVERING )?INDEX)/,
  postgres: /Seq Scan/,
}

const TYPES = Object.keys(SEARCH_PARAMETERS) as SearchableType[]
const { engines, stop } = await startEngines()
after(stop)

for (const engine of engines) {
  describe(engine.name, { skip: engine.skip }, () => {
    let server: TestServer
    let facts: Facts

    before(async () => {
      const place = await engine.newPlace()
      const store = engine.name === 'sqlite' ? `sqlite:${place}` : withoutTableScans(place)
      server = await startServer({ config: { store } })
      facts = await fill(server)
      await server.record.dcc.store.analyze()
    })
    after(() => server?.stop())

    for (const type of TYPES) {
      test(`${type}: every parameter, modifier and order`, async () => {
        let plans = 0
        for (const pairs of searchesOf(type, facts)) {
          for (const query of await queriesOf(server, type, pairs)) {
            const plan = await server.record.dcc.store.explain(query)
            const scan = plan.find((line) => FULL_SCAN[engine.name].test(line))
            assert.equal(scan, undefined, `${type}?${new URLSearchParams(pairs)}\n${plan.join('\n')}`)
            plans += 1
          }
        }
        assert.ok(plans >= publicParameters(type).length)
      })
    }
  })
}

type Pairs = [string, string][]

/** What the record holds, for searches that find something. */
interface Facts {
  patient: string
  ins: string
  practitioner: string
  organization: string
  role: string
  document: string
  rpps: string
  finess: string
}

/** With few rows PostgreSQL would read the table even where an index serves; forbidden, it does so only when it must. */
function withoutTableScans(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c enable_seqscan=off')}`
}

/** The searches that prove a type: each parameter alone, and beside the patient where there is one; each order. */
function searchesOf(type: SearchableType, facts: Facts): Pairs[] {
  const own = publicParameters(type).flatMap((parameter) => variantsOf(type, parameter, facts))
  const within = type === 'DocumentReference' || type === 'List'
  const orders = publicParameters(type).flatMap(({ name, sortKey }): Pairs[] =>
    sortKey === undefined ? [] : [[['_sort', name]], [['_sort', `-${name}`]]],
  )
  return [
    ...own.map((pair): Pairs => [pair]),
    ...(within ? own.map((pair): Pairs => [['patient', facts.patient], pair]) : []),
    ...orders,
    ...(within ? orders.map((order): Pairs => [['patient', facts.patient], ...order]) : []),
  ]
}

function variantsOf(type: SearchableType, parameter: SearchParameter, facts: Facts): Pairs {
  const { name } = parameter
  const plain = valuesOf(type, parameter, facts).map((value): [string, string] => [name, value])
  const modified = modifiersOf(parameter).flatMap((modifier): Pairs => {
    if (modifier === 'missing')
      return [
        [`${name}:missing`, 'true'],
        [`${name}:missing`, 'false'],
      ] as Pairs
    const [value = ''] = modifier === 'identifier' ? [`urn:s|${facts.ins}`] : valuesOf(type, parameter, facts)
    return [[`${name}:${modifier}`, value]]
  })
  return [...plain, ...modified]
}

function valuesOf(
  type: SearchableType,
  { name, type: kind, targets = [], codeSystem }: SearchParameter,
  facts: Facts,
): string[] {
  if (name === '_id') return [facts.patient.split('/')[1] ?? '', `${facts.document.split('/')[1]},unknown`]
  if (name.endsWith('.identifier') || name === 'identifier')
    return [facts.ins, facts.rpps, `urn:s|${facts.finess}`, 'urn:s|']
  switch (kind) {
    case 'token':
      return codeSystem === undefined ? ['urn:s|a', 'a', 'a,b', 'urn:s|', '|a'] : ['true', 'current']
    case 'string':
      return ['testa', 'a,b']
    case 'date':
      return ['', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'].map((prefix) => `${prefix}2026-03-01`)
    case 'reference': {
      const known = [facts.patient, facts.practitioner, facts.organization, facts.role, facts.document]
      const target = known.find((address) => targets.includes(address.split('/')[0] ?? ''))
      assert.ok(targets.length > 0, `${type} ${name}`)
      return [...(target === undefined ? [] : [target]), `${targets[0]}/a`, 'a', 'https://elsewhere.example/a']
    }
  }
}

/** The store queries that a search makes: those of its chains, the first page, a later page. */
async function queriesOf(server: TestServer, type: SearchableType, pairs: Pairs): Promise<SearchQuery[]> {
  const queries: SearchQuery[] = []
  const { dcc } = server.record
  const search: typeof dcc.store.search = (query) => {
    queries.push(query)
    return dcc.store.search(query)
  }
  const context: FhirContext = {
    dcc: { ...dcc, store: Object.create(dcc.store, { search: { value: search } }) },
    validator: server.record.validator(),
    terminology: newTerminology([]),
    baseUrl: 'https://dcc.example.test/fhir',
    limits: server.config,
    cursorKey: new Uint8Array(32),
    softwareVersion: '',
    submissions: { metadata: 'comprehensive', validation: 'lenient' },
    report: () => undefined,
  }
  const parsed = parseSearch(type, pairs, {
    handling: 'strict',
    maxValues: 100,
    defaultCount: 20,
    maxCount: 200,
    baseUrl: context.baseUrl,
    now: dcc.now(),
  })
  const conditions = await searchConditions(context, parsed)
  const first = { type, conditions, sort: parsed.sort, limit: 21 }
  if (conditions.some(({ kind }) => kind === 'none')) return queries
  const [row] = await dcc.store.search({ ...first, conditions: [], limit: 1 })
  if (row === undefined) return [...queries, first]
  const later = { after: { value: row.sortValue, id: row.id }, createdUntil: dcc.now().toISOString() }
  return [...queries, first, { ...first, ...later }]
}

async function fill(server: TestServer): Promise<Facts> {
  const practitioner = await server.create({ ...aPractitioner(), name: [{ family: 'TESTA', given: ['Testa'] }] })
  const organization = await server.create({ ...anOrganization(), name: 'Testa' })
  const role = await server.create(aRole(`Practitioner/${practitioner.id}`, `Organization/${organization.id}`))
  const author = { author: [{ reference: `PractitionerRole/${role.id}` }] }
  let known: Pick<Facts, 'patient' | 'ins' | 'document'> | undefined
  for (let index = 0; index < 12; index += 1) {
    const person = aPatient().qualified()
    const patient = `Patient/${(await server.create(person.build())).id}`
    for (let count = 0; count < 3; count += 1) {
      const document = await server.create(aDocument(patient).inline(aContent()).with(author).build())
      known ??= { patient, ins: person.ins, document: `DocumentReference/${document.id}` }
    }
    await server.create(aSubmissionSet(patient, []))
  }
  assert.ok(known !== undefined)
  return {
    ...known,
    practitioner: `Practitioner/${practitioner.id}`,
    organization: `Organization/${organization.id}`,
    role: `PractitionerRole/${role.id}`,
    rpps: practitioner.identifier?.[0]?.value ?? '',
    finess: organization.identifier?.[0]?.value ?? '',
  }
}
