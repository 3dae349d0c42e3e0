import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

/**
 * The register of the threats of smart-launch.md section 5 (first column, as a slug): where each is attacked. A threat
 * is met when every file named here has a test whose name begins with it.
 */
const THREATS = {
  'launch-csrf-forced-login': [
    'test/smart/call/signed.test.ts',
    'test/smart/call/smart.test.ts',
    'test/web/guards.test.ts',
    'test/web/login-attacks.test.ts',
  ],
  'launch-token-handle-replay': ['test/smart/call/threats.test.ts', 'test/smart/threats-of-tokens.test.ts'],
  'handle-guessing': ['test/smart/call/threats.test.ts'],
  'open-redirect': ['test/smart/call/threats.test.ts', 'test/web/login-attacks.test.ts'],
  'iss-spoofing-ssrf': ['test/smart/call/smart.test.ts', 'test/smart/call/guarded-fetch.test.ts'],
  'as-mix-up': ['test/smart/call/smart.test.ts', 'test/smart/psc/hospitals.test.ts'],
  'counterfeit-rs': ['test/smart/threats-of-tokens.test.ts'],
  'code-injection-interception': ['test/smart/threats-of-tokens.test.ts', 'test/web/login-attacks.test.ts'],
  'context-confusion': [
    'test/smart/call/threats.test.ts',
    'test/smart/call/drafts.test.ts',
    'test/web/search.test.ts',
    'test/web/sheet/sheet.test.ts',
  ],
  'parameter-tampering': ['test/smart/call/form.test.ts', 'test/smart/call/threats.test.ts', 'test/web/draft.test.ts'],
  'jwt-alg-confusion-none': ['test/smart/attacks.test.ts', 'test/smart/call/threats.test.ts', 'test/web/login.test.ts'],
  'jku-x5u-ssrf': ['test/smart/threats-of-tokens.test.ts'],
  'assertion-replay-cross-as-replay': ['test/smart/threats-of-tokens.test.ts'],
  'token-in-logs-referer-history': [
    'test/smart/call/threats.test.ts',
    'test/smart/threats-of-tokens.test.ts',
    'test/web/guards.test.ts',
    'test/web/login-attacks.test.ts',
  ],
  'session-fixation': ['test/smart/call/threats.test.ts', 'test/web/login-attacks.test.ts'],
  clickjacking: ['test/web/guards.test.ts', 'test/web/login-attacks.test.ts'],
  'xss-via-traits': [
    'test/smart/call/threats.test.ts',
    'test/web/cda/attacks.test.ts',
    'test/web/sheet/banner.test.ts',
  ],
  'privilege-by-scope': ['test/smart/people.test.ts', 'test/smart/threats-of-tokens.test.ts'],
  'refresh-theft': ['test/smart/threats-of-tokens.test.ts'],
  'introspection-scanning': ['test/smart/threats-of-tokens.test.ts'],
  'confused-deputy-by-exchange': ['test/smart/psc/exchange.test.ts'],
  'psc-downgrade': ['test/smart/psc/hospitals.test.ts', 'test/web/login.test.ts'],
  'dos-by-jwks-refetch': [
    'test/smart/call/threats.test.ts',
    'test/smart/keys-by-address.test.ts',
    'test/web/login-attacks.test.ts',
  ],
  'denied-audit': ['test/smart/call/back-channel.test.ts'],
} as const satisfies Record<string, readonly string[]>

const sources = new Map(globSync('test/**/*.test.ts').map((file) => [file, readFileSync(file, 'utf8')]))

/** What the names of tests in a file begin with, up to the colon. */
function threatsIn(source: string): string[] {
  return [...source.matchAll(/['"`]threat ([a-z0-9-]+):/g)].map(([, slug = '']) => slug)
}

for (const [slug, files] of Object.entries(THREATS)) {
  test(`${slug} is attacked where the register says`, () => {
    for (const file of files) assert.ok(threatsIn(sources.get(file) ?? '').includes(slug), file)
  })
}

test('no test names a threat that the register does not know', () => {
  const unknown = [...sources].flatMap(([file, source]) =>
    threatsIn(source)
      .filter((slug) => !Object.hasOwn(THREATS, slug))
      .map((slug) => `${file}: ${slug}`),
  )
  assert.deepEqual(unknown, [])
})
