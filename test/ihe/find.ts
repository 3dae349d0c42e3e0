import assert from 'node:assert/strict'
import type { Bundle } from '@medplum/fhirtypes'
import { fromXml } from '../../src/fhir/xml/from-xml.ts'
import type { Answer, Client } from '../support/client.ts'
import { PUBLIC_ORIGIN } from '../support/server.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const XML = { accept: 'application/fhir+xml' }

/** The four ways to ask for the same: GET and POST, in JSON and XML (reference/ihe.md 2.5, 2.6). */
export const WAYS = ['GET JSON', 'GET XML', 'POST JSON', 'POST XML'] as const

/** Asks by one way. `query` is percent-encoded where it has to be. */
export async function ask(client: Client, way: (typeof WAYS)[number], type: string, query: string): Promise<Bundle> {
  const headers = way.endsWith('XML') ? XML : {}
  const answer = way.startsWith('GET')
    ? await client.get(`${type}?${query}`, headers)
    : await client.post(`${type}/_search`, query, { ...FORM, ...headers })
  assert.equal(answer.status, 200, answer.text)
  return way.endsWith('XML') ? bundleOfXml(answer) : answer.resource('Bundle')
}

/**
 * `Type/id` of what a query finds, the same by all four ways, sorted. Every answer is a searchset with total and
 * fullUrls on the configured base.
 */
export async function findByEveryWay(client: Client, type: string, query: string): Promise<string[]> {
  const found = await Promise.all(
    WAYS.map(async (way) => {
      const bundle = await ask(client, way, type, query)
      assert.equal(bundle.type, 'searchset')
      const entries = (bundle.entry ?? []).filter(({ search }) => search?.mode === 'match')
      assert.equal(bundle.total, entries.length, way)
      for (const { fullUrl, resource } of entries) {
        assert.equal(fullUrl, `${PUBLIC_ORIGIN}/fhir/${resource?.resourceType}/${resource?.id}`)
      }
      return entries.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`).sort()
    }),
  )
  for (const other of found) assert.deepEqual(other, found[0])
  return found[0] ?? []
}

function bundleOfXml({ bytes, headers }: Answer): Bundle {
  assert.equal(headers['content-type'], 'application/fhir+xml; charset=utf-8')
  const bundle = JSON.parse(JSON.stringify(fromXml(bytes, { maxDepth: 100 })))
  assert.equal(bundle.resourceType, 'Bundle')
  return bundle
}
