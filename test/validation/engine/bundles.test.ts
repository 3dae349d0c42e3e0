import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors, found } from './support.ts'

const [A, B] = ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:00000000-ec9a-4326-a141-556f43239521']
const patient = { resourceType: 'Patient', id: '1' }
const post = { method: 'POST', url: 'Patient' }
const put = { method: 'PUT', url: 'Patient/1' }
const bundle = (type: string, entry: unknown[], more: Record<string, unknown> = {}): unknown => ({
  resourceType: 'Bundle',
  type,
  entry,
  ...more,
})
const observation = (subject: string): unknown => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: subject },
})
const at = 'Bundle.entry[0]'

const rows: { id: string; json: unknown; errors: string[] }[] = [
  {
    id: 'B1 a transaction entry without request',
    json: bundle('transaction', [{ fullUrl: A, resource: patient }]),
    errors: ['inv.bdl-3 Bundle'],
  },
  {
    id: 'B1 total in a collection',
    json: bundle('collection', [{ fullUrl: A, resource: patient }], { total: 1 }),
    errors: ['inv.bdl-1 Bundle'],
  },
  {
    id: 'B2, bdl-7 the same fullUrl twice',
    json: bundle('collection', [
      { fullUrl: A, resource: patient },
      { fullUrl: A, resource: patient },
    ]),
    errors: ['inv.bdl-7 Bundle'],
  },
  {
    id: 'B2 a fullUrl in upper case',
    json: bundle('collection', [{ fullUrl: A?.toUpperCase().replace('URN:UUID', 'urn:uuid'), resource: patient }]),
    errors: [`bundle.full-url-uuid ${at}`],
  },
  {
    id: 'B2 a relative fullUrl',
    json: bundle('collection', [{ fullUrl: 'Patient/1', resource: patient }]),
    errors: [`bundle.full-url-absolute ${at}`],
  },
  {
    id: 'B2 the fullUrl of another resource',
    json: bundle('collection', [{ fullUrl: 'https://example.org/Patient/2', resource: patient }]),
    errors: [`bundle.full-url-id ${at}`],
  },
  {
    id: 'B2 no fullUrl',
    json: bundle('collection', [{ resource: patient }]),
    errors: [`bundle.full-url-missing ${at}`],
  },
  {
    id: 'B2 no fullUrl of what is created',
    json: bundle('transaction', [{ resource: patient, request: post }]),
    errors: [],
  },
  {
    id: 'B4, B5 a reference to another entry',
    json: bundle('transaction', [
      { fullUrl: A, resource: patient, request: post },
      { fullUrl: B, resource: observation(String(A)), request: { method: 'POST', url: 'Observation' } },
    ]),
    errors: [],
  },
  {
    id: 'B5 a reference to no entry',
    json: bundle('transaction', [
      { fullUrl: B, resource: observation(String(A)), request: { method: 'POST', url: 'Observation' } },
    ]),
    errors: [`reference.unresolved ${at}.resource.subject`],
  },
  {
    id: 'B5 PUT without id',
    json: bundle('transaction', [{ fullUrl: A, resource: patient, request: { method: 'PUT', url: 'Patient' } }]),
    errors: [`transaction.url ${at}.request`],
  },
  {
    id: 'B5 POST with an id',
    json: bundle('transaction', [{ fullUrl: A, resource: patient, request: { method: 'POST', url: 'Patient/1' } }]),
    errors: [`transaction.post-url ${at}.request`],
  },
  {
    id: 'B5 another type',
    json: bundle('transaction', [{ fullUrl: A, resource: patient, request: { method: 'POST', url: 'Basic' } }]),
    errors: [`transaction.type ${at}.request`],
  },
  {
    id: 'B5 ifNoneExist with PUT',
    json: bundle('transaction', [{ fullUrl: A, resource: patient, request: { ...put, ifNoneExist: 'a=b' } }]),
    errors: [`transaction.if-none-exist ${at}.request`],
  },
  {
    id: 'B5 the same resource twice',
    json: bundle('transaction', [
      { fullUrl: A, resource: patient, request: put },
      { fullUrl: B, resource: patient, request: put },
    ]),
    errors: ['transaction.duplicate Bundle.entry[1].request'],
  },
  {
    id: 'B6 a relation twice',
    json: bundle('collection', [], {
      entry: undefined,
      link: [
        { relation: 'self', url: 'a:b' },
        { relation: 'self', url: 'a:b' },
      ],
    }),
    errors: ['bundle.link-repeated Bundle.link[1]'],
  },
  {
    id: 'B7 a resource of an entry',
    json: bundle('collection', [{ fullUrl: A, resource: { ...patient, gender: 'x' } }]),
    errors: [`binding.required ${at}.resource.gender`],
  },
  {
    id: 'B7 white space inside base64',
    json: bundle('collection', [
      { fullUrl: A, resource: { resourceType: 'Binary', contentType: 'text/plain', data: 'QUJD\nREVG' } },
    ]),
    errors: [],
  },
]
for (const { id, json, errors: expected } of rows) {
  test(`${id}: ${expected.length === 0 ? 'accepted' : expected.join(', ')}`, () => {
    assert.deepEqual(errors(JSON.parse(JSON.stringify(json))), expected)
  })
}

test('B2: a fullUrl that is no address of a RESTful server is worth a warning', () => {
  const page = bundle('collection', [{ fullUrl: 'https://example.org/Patient-1.html', resource: patient }])
  assert.deepEqual(found(page), [`warning bundle.full-url-id ${at}`])
})

test('B2: the name of a guide in a fullUrl is no resource type (references.html#literal names them; PDQm examples)', () => {
  const page = bundle('collection', [{ fullUrl: 'https://example.org/ITI/PDQm/Patient-1.html', resource: patient }])
  assert.deepEqual(found(page), [`warning bundle.full-url-id ${at}`])
})

test('B3: every resource of a document is reached from its Composition', () => {
  const composition = (section: unknown[]): unknown => ({
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'x' },
    date: '2020',
    author: [{ display: 'x' }],
    title: 'x',
    section,
  })
  const document = (section: unknown[]): unknown =>
    bundle(
      'document',
      [
        { fullUrl: A, resource: composition(section) },
        { fullUrl: B, resource: { resourceType: 'Patient' } },
      ],
      {
        identifier: { system: 'https://example.org', value: '1' },
        timestamp: '2020-01-01T00:00:00Z',
      },
    )
  assert.deepEqual(errors(document([{ title: 'x', entry: [{ reference: B }] }])), [])
  assert.deepEqual(errors(document([{ title: 'x', entry: [{ display: 'x' }] }])), [
    'bundle.unreachable Bundle.entry[1]',
  ])
})
