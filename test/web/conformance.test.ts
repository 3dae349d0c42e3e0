import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { REQUIREMENTS, TRANSACTIONS } from '../../src/ihe/requirements/index.ts'
import { committedMatrix } from '../../src/ihe/results-file.ts'
import { STATEMENTS, statementsMet } from '../../src/ihe/statements.ts'
import type { Answer } from '../support/client.ts'
import { sharedServer } from '../support/server.ts'

const server = sharedServer()
const page = (path: string) => server().get(path, { accept: 'text/html' })
const title = (answer: Answer) => /<h1>([^<]*)<\/h1>/.exec(answer.text)?.[1]

/** Addresses of our own that a page leads to. */
const linksIn = (text: string): string[] => [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, href]) => href ?? '')

interface Published {
  instantiates: string[]
  statements: { canonical: string; declared: boolean; blockedBy: string[] }[]
  transactions: { code: string; requirements: { id: string; result: string; tests: { name: string }[] }[] }[]
}
const published = async (): Promise<Published> => (await server().get('/conformance.json')).json() as Published

describe('the page of conformance', () => {
  test('is there for anybody, in French, and says what is declared and what is missing', async () => {
    const answer = await page('/conformance')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(answer.headers['content-language'], 'fr')
    assert.equal(title(answer), 'Conformité aux profils IHE et PDSm')
    for (const { code } of TRANSACTIONS) assert.ok(answer.text.includes(`>${code}</a>`), code)
    for (const { title: name } of STATEMENTS) assert.ok(answer.text.includes(name), name)
    for (const { requirement, standing } of committedMatrix()) {
      if (requirement.level !== 'MAY' && standing !== 'passed') assert.ok(answer.text.includes(`#${requirement.id}"`))
    }
  })

  test('leads to one page a transaction, with every requirement and its tests', async () => {
    const seen: string[] = []
    for (const href of linksIn((await page('/conformance')).text)) {
      if (!/^\/conformance\/[a-z0-9-]+$/.test(href)) continue
      const answer = await page(href)
      assert.equal(answer.status, 200, href)
      seen.push(...[...answer.text.matchAll(/<tr id="([^"]+)">/g)].map(([, id]) => id ?? ''))
    }
    assert.deepEqual(
      seen,
      REQUIREMENTS.map(({ id }) => id),
    )
  })

  test('every link of every page leads somewhere', async () => {
    const overview = linksIn((await page('/conformance')).text)
    const groups = overview.filter((href) => /^\/conformance\/[^#]+$/.test(href))
    const all = [...overview, ...linksIn((await page(groups[0] ?? '')).text)]
    for (const href of new Set(all.map((link) => link.split('#')[0] ?? ''))) {
      if (href === '') continue
      assert.match(href, /^\//)
      assert.equal((await server().get(href)).status, 200, href)
    }
  })

  test('loads nothing but our own style sheet and runs nothing', async () => {
    for (const path of ['/conformance', '/conformance/iti-65']) {
      const answer = await page(path)
      const policy = answer.headers['content-security-policy'] ?? ''
      assert.match(policy, /^default-src 'none'; style-src 'self';/)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|script-src|\*/)
      assert.doesNotMatch(answer.text, /<script|<style|style=|onclick|https?:\/\/[^"<]*\.(?:js|css)/)
    }
  })

  test('the style sheet is kept by browsers, and its address changes with it', async () => {
    const [href = ''] = linksIn((await page('/conformance')).text).filter((link) => link.startsWith('/assets/'))
    assert.match(href, /^\/assets\/site\.[0-9a-f]{12}\.css$/)
    const answer = await server().get(href)
    assert.equal(answer.headers['content-type'], 'text/css; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal((await server().get('/assets/site.000000000000.css')).status, 404)
    assert.equal((await server().get('/assets/..%2fpages.ts')).status, 404)
  })

  test('every page names an icon, and whoever asks for one by its old address is led there', async () => {
    const href = linksIn((await page('/conformance')).text).find((link) => link.includes('/icon.')) ?? ''
    const answer = await server().get(href)
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'image/svg+xml; charset=utf-8'])
    const old = await server().get('/favicon.ico')
    assert.deepEqual([old.status, old.headers.location], [301, href])
  })

  test('a group that does not exist is 404', async () => {
    for (const path of ['/conformance/nothing', '/conformance/', '/conformance/iti-65/more']) {
      assert.equal((await page(path)).status, 404, path)
    }
  })

  test('is told apart in metrics, whatever is asked below it', async () => {
    await page('/conformance/iti-67')
    await page('/conformance/some-secret')
    const { text } = await server().get('/metrics')
    assert.match(text, /route="\/conformance\/:name"/)
    assert.doesNotMatch(text, /some-secret/)
  })
})

describe('the same for programs', () => {
  test('every requirement with its result and tests, as committed', async () => {
    const rows = (await published()).transactions.flatMap(({ requirements }) => requirements)
    assert.deepEqual(
      rows.map(({ id, result, tests }) => [id, result, tests.length]),
      committedMatrix().map(({ requirement, standing, proofs }) => [requirement.id, standing, proofs.length]),
    )
  })

  test('by Accept at the address of the page too', async () => {
    const answer = await server().get('/conformance', { accept: 'application/json' })
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.match(answer.headers.vary ?? '', /accept\b/i)
    assert.deepEqual(answer.json(), await published())
  })
})

describe('what is claimed is what is proved, in the CapabilityStatement and on the page alike', () => {
  test('instantiates names exactly the statements whose every SHALL has a passing test', async () => {
    const { instantiates = [], implementationGuide = [] } = (await server().get('metadata')).resource(
      'CapabilityStatement',
    )
    const made = statementsMet(committedMatrix(), { metadata: 'comprehensive' })
    assert.deepEqual(
      instantiates,
      made.map(({ canonical }) => canonical),
    )
    assert.deepEqual(implementationGuide, [...new Set(made.map(({ guide }) => guide))])
    const { instantiates: onPage, statements } = await published()
    assert.deepEqual(onPage, instantiates)
    for (const { canonical, declared, blockedBy } of statements) {
      assert.equal(declared, instantiates.includes(canonical), canonical)
      if (declared) assert.deepEqual(blockedBy, [], canonical)
    }
  })
})
