import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Bundle } from '@medplum/fhirtypes'
import { anOrganization, aPatient, aPractitioner } from '../../support/builders.ts'
import { assertRefused, linkOf } from '../../support/client.ts'
import { PUBLIC_ORIGIN, sharedServer, startServer } from '../../support/server.ts'

const server = sharedServer()

test('the history of a resource: every version, newest first, with the request that made it', async () => {
  const first = await server().create(anOrganization())
  const address = `Organization/${first.id}`
  await server().put(address, { ...first, name: 'Deux' })
  await server().patch(address, [{ op: 'replace', path: '/name', value: 'Trois' }])
  await server().delete(address)
  const answer = await server().get(`${address}/_history`)
  const bundle = answer.resource('Bundle')
  assert.equal(bundle.type, 'history')
  assert.deepEqual(
    bundle.entry?.map(({ request, response }) => [request?.method, request?.url, response?.status, response?.etag]),
    [
      ['DELETE', address, '204', 'W/"4"'],
      ['PATCH', address, '200', 'W/"3"'],
      ['PUT', address, '200', 'W/"2"'],
      ['POST', 'Organization', '201', 'W/"1"'],
    ],
  )
  assert.deepEqual(bundle.entry?.at(-1)?.resource, first)
  assert.equal(bundle.entry?.[0]?.resource, undefined)
  for (const entry of bundle.entry ?? []) assert.equal(entry.fullUrl, `${PUBLIC_ORIGIN}/fhir/${address}`)
  assert.equal(linkOf(bundle, 'self'), `${PUBLIC_ORIGIN}/fhir/${address}/_history`)
})

/** Follows `next` links to the end. */
async function pages(target: string): Promise<Bundle[]> {
  const found: Bundle[] = []
  for (let next: string | undefined = target; next !== undefined && found.length < 50; ) {
    const bundle: Bundle = (await server().get(next)).resource('Bundle')
    found.push(bundle)
    next = linkOf(bundle, 'next')
  }
  return found
}

test('a long history is given page by page, each version once', async () => {
  const first = await server().create(anOrganization())
  const address = `Organization/${first.id}`
  for (let version = 2; version <= 7; version += 1) await server().put(address, { ...first, name: `V${version}` })
  const bundles = await pages(`${address}/_history?_count=3`)
  const tags = bundles.map((bundle) => bundle.entry?.map(({ response }) => response?.etag))
  assert.deepEqual(tags, [['W/"7"', 'W/"6"', 'W/"5"'], ['W/"4"', 'W/"3"', 'W/"2"'], ['W/"1"']])
})

test('the history of a type holds the resources of that type, page by page', async () => {
  const made = []
  for (let index = 0; index < 5; index += 1) made.push((await server().create(aPractitioner())).id)
  const bundles = await pages('Practitioner/_history?_count=2')
  const ids = bundles.flatMap((bundle) => bundle.entry?.map(({ resource }) => resource?.id) ?? [])
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(ids.slice(0, 5), made.toReversed())
  assert.ok(bundles.every((bundle) => (bundle.entry?.length ?? 0) <= 2))
})

test('_since leaves out what is older', async () => {
  let now = Date.parse('2026-05-01T10:00:00.000Z')
  const own = await startServer({ now: () => new Date(now) })
  try {
    const first = await own.create(anOrganization())
    const address = `Organization/${first.id}`
    now += 3_600_000
    await own.put(address, { ...first, name: 'Plus tard' })
    const rows: readonly [string, string[]][] = [
      ['2026-05-01T10:30:00Z', ['W/"2"']],
      ['2026-05-01T12:30:00+02:00', ['W/"2"']],
      ['2026-05-01', ['W/"2"', 'W/"1"']],
      ['2026-05-01T10:00:00.000Z', ['W/"2"', 'W/"1"']],
      ['2026-05-02', []],
    ]
    for (const [since, expected] of rows) {
      for (const target of [`${address}/_history`, 'Organization/_history']) {
        const bundle = (await own.get(`${target}?_since=${encodeURIComponent(since)}`)).resource('Bundle')
        assert.deepEqual(bundle.entry?.map(({ response }) => response?.etag) ?? [], expected, `${target} ${since}`)
      }
    }
  } finally {
    await own.stop()
  }
})

describe('what a history cannot be asked', () => {
  const rows = [
    ['_since=yesterday', 'search.value-invalid'],
    ['_since=1', 'search.value-invalid'],
    ['_since=2026-02-30', 'search.value-invalid'],
    ['_count=-1', 'search.value-invalid'],
    ['_count=many', 'search.value-invalid'],
    ['_cursor=abc', 'search.cursor-invalid'],
  ] as const
  for (const [query, key] of rows) {
    test(query, async () => {
      assertRefused(await server().get(`Organization/_history?${query}`), 400, key)
    })
  }

  test('the cursor of another history', async () => {
    const one = await server().create(anOrganization())
    await server().put(`Organization/${one.id}`, { ...one, name: 'Deux' })
    const other = await server().create(anOrganization())
    const bundle = (await server().get(`Organization/${one.id}/_history?_count=1`)).resource('Bundle')
    const next = linkOf(bundle, 'next') ?? ''
    const elsewhere = next.replace(one.id, other.id)
    assert.notEqual(next, elsewhere)
    assertRefused(await server().get(elsewhere), 400, 'search.cursor-invalid')
  })
})

test('a patient without pathway is in no history', async () => {
  const patient = aPatient()
  const [identifier] = patient.build().identifier ?? []
  const fed = await server().put(`Patient?identifier=${identifier?.system}|${identifier?.value}`, patient.build())
  const { id = '?' } = fed.resource('Patient')
  const all = await pages('Patient/_history?_count=100')
  assert.ok(!JSON.stringify(all).includes(id))
})
