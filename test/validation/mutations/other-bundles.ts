import { aContent, aDocument } from '../../support/builders.ts'
import { type Loose, type MutatedBundle, type Mutation, PDSM, urn } from './bundle.ts'

/** What the server answers to a search (ITI-67). */
const matched = (id: string): Loose => ({
  fullUrl: `https://dcc.test/fhir/DocumentReference/${id}`,
  resource: { ...aDocument('Patient/p1').at('https://dcc.test/fhir/Binary/b1', aContent()).build(), id },
  search: { mode: 'match' },
})
const searchset: Loose = {
  resourceType: 'Bundle',
  type: 'searchset',
  total: 2,
  link: [{ relation: 'self', url: 'https://dcc.test/fhir/DocumentReference?status=current' }],
  entry: [matched('d1'), matched('d2')],
}

const SEARCHSET: readonly Mutation[] = [
  ['no total', (b) => void delete b.total, 'element.required Bundle'],
  [
    'a total below zero',
    (b) => {
      b.total = -1
    },
    'primitive.unsignedInt Bundle.total',
  ],
  [
    'a request',
    (b) => {
      b.entry[0].request = { method: 'GET', url: 'DocumentReference' }
    },
    'inv.bdl-3 Bundle',
  ],
  [
    'a response',
    (b) => {
      b.entry[0].response = { status: '200' }
    },
    'inv.bdl-4 Bundle',
  ],
  [
    'an empty entry',
    (b) => {
      b.entry = []
    },
    'element.empty-array Bundle.entry',
  ],
  [
    'no fullUrl',
    (b) => void delete b.entry[1].fullUrl,
    'bundle.full-url-missing Bundle.entry[1]',
    'element.required Bundle.entry[1]',
  ],
  [
    'the fullUrl of another resource',
    (b) => {
      b.entry[1].fullUrl = 'https://dcc.test/fhir/DocumentReference/d3'
    },
    'bundle.full-url-id Bundle.entry[1]',
  ],
  [
    'the same resource twice',
    (b) => {
      b.entry[1] = structuredClone(b.entry[0])
    },
    'inv.bdl-7 Bundle',
  ],
  [
    'relation next twice',
    (b) => {
      const next = { relation: 'next', url: 'https://dcc.test/fhir?page=2' }
      b.link.push(next, next)
    },
    'bundle.link-repeated Bundle.link[2]',
  ],
  ['a link without url', (b) => void delete b.link[0].url, 'element.required Bundle.link[0]'],
  [
    'a search mode that is none',
    (b) => {
      b.entry[0].search.mode = 'found'
    },
    'binding.required Bundle.entry[0].search.mode',
  ],
  [
    'a document that breaks its own profile',
    (b) => void delete b.entry[1].resource.status,
    'element.required Bundle.entry[1].resource',
  ],
  [
    'a timestamp without time',
    (b) => {
      b.timestamp = '2026-03-01'
    },
    'primitive.instant Bundle.timestamp',
  ],
]

const document: Loose = {
  resourceType: 'Bundle',
  type: 'document',
  identifier: { system: 'urn:ietf:rfc:3986', value: urn(9) },
  timestamp: '2026-03-01T10:00:00Z',
  entry: [
    {
      fullUrl: urn(1),
      resource: {
        resourceType: 'Composition',
        status: 'final',
        type: { coding: [{ system: 'http://loinc.org', code: '34794-8' }] },
        subject: { reference: urn(2) },
        date: '2026-03-01',
        author: [{ reference: urn(3) }],
        title: 'Fiche RCP fictive',
        section: [{ title: 'Constats', entry: [{ reference: urn(4) }] }],
      },
    },
    { fullUrl: urn(2), resource: { resourceType: 'Patient', name: [{ family: 'TESTFICTIF' }] } },
    { fullUrl: urn(3), resource: { resourceType: 'Practitioner', name: [{ family: 'TESTFICTIF' }] } },
    {
      fullUrl: urn(4),
      resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: urn(2) } },
    },
  ],
}

const DOCUMENT: readonly Mutation[] = [
  ['no timestamp', (b) => void delete b.timestamp, 'inv.bdl-10 Bundle'],
  ['no identifier', (b) => void delete b.identifier, 'inv.bdl-9 Bundle'],
  ['an identifier without system', (b) => void delete b.identifier.system, 'inv.bdl-9 Bundle'],
  ['a first entry that is no Composition', (b) => void b.entry.push(b.entry.shift()), 'inv.bdl-11 Bundle'],
  ['no Composition', (b) => void b.entry.shift(), 'inv.bdl-11 Bundle'],
  [
    'a request',
    (b) => {
      b.entry[1].request = { method: 'POST', url: 'Patient' }
    },
    'inv.bdl-3 Bundle',
  ],
  [
    'search',
    (b) => {
      b.entry[1].search = { mode: 'match' }
    },
    'inv.bdl-2 Bundle',
  ],
  [
    'total',
    (b) => {
      b.total = 4
    },
    'inv.bdl-1 Bundle',
  ],
  [
    'a resource that nothing leads to',
    (b) => void b.entry.push({ fullUrl: urn(5), resource: { resourceType: 'Organization', name: 'x' } }),
    'bundle.unreachable Bundle.entry[4]',
  ],
  [
    'a reference to no entry',
    (b) => void b.entry[0].resource.author.push({ reference: urn(8) }),
    'reference.unresolved Bundle.entry[0].resource.author[1]',
  ],
  [
    'an author that is an observation',
    (b) => void b.entry[0].resource.author.push({ reference: urn(4) }),
    'reference.type Bundle.entry[0].resource.author[1]',
  ],
  ['an entry without resource', (b) => void b.entry.push({ fullUrl: urn(5) }), 'inv.bdl-5 Bundle.entry[4]'],
  [
    'a resource that breaks its type',
    (b) => void delete b.entry[3].resource.code,
    'element.required Bundle.entry[3].resource',
  ],
  [
    'a type that is none',
    (b) => {
      b.entry[3].resource.resourceType = 'Observations'
    },
    'resource.type-unknown Bundle.entry[3].resource',
  ],
  [
    'two entries for one reference',
    (b) => void b.entry.push({ fullUrl: urn(3), resource: { resourceType: 'Practitioner', id: 'x' } }),
    'bundle.unreachable Bundle.entry[4]',
    'inv.bdl-7 Bundle',
    'reference.ambiguous Bundle.entry[0].resource.author[0]',
  ],
]

/** What the server answers to a search, and a document. */
export const OTHER_BUNDLES: readonly MutatedBundle[] = [
  {
    name: 'searchset',
    bundle: searchset,
    profile: `${PDSM}/pdsm-find-documentreferences-comprehensive-response`,
    mutations: SEARCHSET,
  },
  { name: 'document', bundle: document, profile: '', mutations: DOCUMENT },
]
