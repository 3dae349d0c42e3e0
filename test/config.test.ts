import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  blobsFolder,
  type Config,
  ConfigError,
  describeConfig,
  loadConfig,
  type Mode,
  renderSettings,
} from '../src/config.ts'
import { SETTINGS } from '../src/config-settings.ts'

type Env = Record<string, string>

const KEY = 'k'.repeat(32)
const SERVE: Env = {
  HOST: '10.0.0.5',
  DCC_BASE_URL: 'https://dcc.example.fr',
  DCC_INS_DOMAIN: 'production',
  DCC_SIGNING_KEY: KEY,
}
const folder = mkdtempSync(join(tmpdir(), 'dcc-config-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function fileWith(content: unknown): string {
  files += 1
  const path = join(folder, `settings-${files}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function load(env: Env, mode: Mode = 'demo'): Config {
  return loadConfig({ env, mode })
}

function errorOf(env: Env, mode: Mode = 'demo'): ConfigError {
  try {
    load(env, mode)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the configuration was accepted')
}

const faultyNames = (env: Env, mode?: Mode) => errorOf(env, mode).faults.map((fault) => fault.setting)

test('the demo needs no setting at all', () => {
  assert.deepEqual(load({}), {
    mode: 'demo',
    port: 8080,
    host: '127.0.0.1',
    baseUrl: 'http://127.0.0.1:8080',
    dataDir: './data',
    store: 'sqlite:./data/dcc.sqlite',
    blobs: 'file:./data/blobs',
    insDomain: 'test',
    frCore: '2.2.0',
    validation: 'strict',
    mhdMetadata: 'comprehensive',
    unknownDomain: 'refuse',
    packages: [],
    auth: 'on',
    psc: 'off',
    pscSignature: 'RS256',
    pscAcr: 'eidas1',
    logLevel: 'info',
    maxBody: 104_857_600,
    maxBundleEntries: 1000,
    maxSearchValues: 100,
    maxUrl: 8192,
    maxJsonDepth: 100,
    requestTimeout: 30_000,
    maxImportFile: 268_435_456,
    proxies: 0,
  })
})

test('a command needs none either', () => {
  const { host, insDomain, auth, baseUrl } = load({}, 'command')
  assert.deepEqual([host, insDomain, auth, baseUrl], ['127.0.0.1', 'test', 'on', 'http://127.0.0.1:8080'])
})

test('the server asks for what only its operator can know, all in one answer', () => {
  assert.deepEqual(faultyNames({}, 'serve'), ['HOST', 'DCC_BASE_URL', 'DCC_INS_DOMAIN', 'DCC_SIGNING_KEY'])
  const { auth, host, signingKey } = load(SERVE, 'serve')
  assert.deepEqual([auth, host, signingKey], ['on', '10.0.0.5', KEY])
})

describe('accepted', () => {
  const rows: { id: string; env: Env; mode?: Mode; key: keyof Config; value: unknown }[] = [
    { id: 'a port', env: { PORT: '65535' }, key: 'port', value: 65_535 },
    { id: 'an empty value counts as none', env: { PORT: '', DCC_AUTH: '' }, key: 'port', value: 8080 },
    { id: 'the base URL follows HOST and PORT', env: { PORT: '9000' }, key: 'baseUrl', value: 'http://127.0.0.1:9000' },
    { id: 'IPv6 in the base URL', env: { HOST: '::1' }, key: 'baseUrl', value: 'http://[::1]:8080' },
    {
      id: 'all addresses in the base URL',
      env: { HOST: '0.0.0.0', DCC_AUTH: 'on' },
      key: 'baseUrl',
      value: 'http://127.0.0.1:8080',
    },
    {
      id: 'a final slash of the base URL is dropped',
      env: { DCC_BASE_URL: 'https://DCC.example.fr:8443/' },
      key: 'baseUrl',
      value: 'https://dcc.example.fr:8443',
    },
    {
      id: 'the data folder moves the store',
      env: { DCC_DATA_DIR: '/srv/a b' },
      key: 'store',
      value: 'sqlite:/srv/a b/dcc.sqlite',
    },
    {
      id: 'the data folder moves the content',
      env: { DCC_DATA_DIR: '/srv/d' },
      key: 'blobs',
      value: 'file:/srv/d/blobs',
    },
    {
      id: 'a pattern in the data folder is only text',
      env: { DCC_DATA_DIR: '/srv/$&{PORT}' },
      key: 'blobs',
      value: 'file:/srv/$&{PORT}/blobs',
    },
    {
      id: 'postgres',
      env: { DCC_STORE: 'postgres://u:p@h:5432/dcc' },
      key: 'store',
      value: 'postgres://u:p@h:5432/dcc',
    },
    {
      id: 'postgresql',
      env: { DCC_STORE: 'postgresql:///dcc?host=/run' },
      key: 'store',
      value: 'postgresql:///dcc?host=/run',
    },
    ...['https://tx.example.test/r4', 'http://127.0.0.1:9000/fhir', 'http://[::1]:9000/fhir'].map((value) => ({
      id: `terminology server ${value}`,
      env: { DCC_TERMINOLOGY_SERVER: value },
      key: 'terminologyServer' as const,
      value,
    })),
    { id: 'packages', env: { DCC_PACKAGES: '/a.tgz::/b' }, key: 'packages', value: ['/a.tgz', '/b'] },
    { id: 'auth off on ::1', env: { HOST: '::1', DCC_AUTH: 'off' }, key: 'auth', value: 'off' },
    { id: 'auth off on localhost', env: { HOST: 'localhost', DCC_AUTH: 'off' }, key: 'auth', value: 'off' },
    { id: 'auth on in the demo', env: { HOST: '0.0.0.0', DCC_AUTH: 'on' }, key: 'auth', value: 'on' },
    {
      id: 'a command listens nowhere',
      env: { HOST: '0.0.0.0', DCC_AUTH: 'off' },
      mode: 'command',
      key: 'auth',
      value: 'off',
    },
    {
      id: 'the settings of the server, for a command',
      env: { ...SERVE, DCC_AUTH: 'on' },
      mode: 'command',
      key: 'auth',
      value: 'on',
    },
    { id: 'the log level', env: { LOG_LEVEL: 'silent' }, key: 'logLevel', value: 'silent' },
    { id: 'the name of the test server', env: { DCC_TEST_POSTGRES: 'x' }, key: 'port', value: 8080 },
    { id: 'names of other programs', env: { PORTS: '1', XDCC_PORT: '2' }, key: 'port', value: 8080 },
  ]
  for (const { id, env, mode, key, value } of rows) {
    test(id, () => assert.deepEqual(load(env, mode)[key], value))
  }

  test('limits', () => {
    const env = { DCC_MAX_BODY: '2048', DCC_REQUEST_TIMEOUT: '5000', DCC_MAX_IMPORT_FILE: '1024' }
    const { maxBody, requestTimeout, maxImportFile } = load(env)
    assert.deepEqual([maxBody, requestTimeout, maxImportFile], [2048, 5000, 1024])
  })

  test('the folder of the content', () => {
    assert.equal(blobsFolder(load({ DCC_BLOBS: 'file:/srv/a:b' })), '/srv/a:b')
  })
})

describe('refused, naming the setting and nothing else', () => {
  const rows: { id: string; env: Env; mode?: Mode; names: string[] }[] = [
    ...['0', '65536', '-1', '80.5', '1e3', '0x50', ' 80', 'http', '٨٠', '9'.repeat(30)].map((port) => ({
      id: `PORT ${port}`,
      env: { PORT: port },
      names: ['PORT'],
    })),
    ...['a b', 'http://h', 'h:80', '-h', 'h_', '999.999.999.999', '1.2.3', 'fe80::1%eth0', '[::1]', 'h\n'].map(
      (host) => ({
        id: `HOST ${JSON.stringify(host)}`,
        env: { HOST: host, DCC_AUTH: 'on' },
        names: ['HOST'],
      }),
    ),
    ...[
      'dcc.example.fr',
      'ftp://dcc.example.fr',
      'https://dcc.example.fr/fhir',
      'https://dcc.example.fr//',
      'https://dcc.example.fr?a=b',
      'https://dcc.example.fr?',
      'https://dcc.example.fr/#',
      'https://user@dcc.example.fr',
      'https://user:pass@dcc.example.fr',
      'https://dcc.example.fr\\x',
      'https://',
      'https:dcc.example.fr',
      ' https://dcc.example.fr',
      'https://dcc.example.fr:99999',
      'javascript://dcc.example.fr',
      '*',
    ].map((url) => ({ id: `DCC_BASE_URL ${url}`, env: { DCC_BASE_URL: url }, names: ['DCC_BASE_URL'] })),
    ...[
      'dcc.sqlite',
      'sqlite:',
      'sqlite::memory:',
      'mysql://h/d',
      'postgres:h',
      'postgres://',
      'postgres://u:a/b@h/d',
      'postgres://h/a b',
    ].map((store) => ({ id: `DCC_STORE ${store}`, env: { DCC_STORE: store }, names: ['DCC_STORE'] })),
    ...['s3://bucket/prefix', '/srv/blobs', 'file:', 'http://h'].map((blobs) => ({
      id: `DCC_BLOBS ${blobs}`,
      env: { DCC_BLOBS: blobs },
      names: ['DCC_BLOBS'],
    })),
    { id: 'DCC_DATA_DIR', env: { DCC_DATA_DIR: 'a\nb' }, names: ['DCC_DATA_DIR'] },
    { id: 'DCC_INS_DOMAIN', env: { DCC_INS_DOMAIN: 'Production' }, names: ['DCC_INS_DOMAIN'] },
    { id: 'DCC_FR_CORE', env: { DCC_FR_CORE: '2.2' }, names: ['DCC_FR_CORE'] },
    { id: 'DCC_VALIDATION', env: { DCC_VALIDATION: 'off' }, names: ['DCC_VALIDATION'] },
    { id: 'DCC_MHD_METADATA', env: { DCC_MHD_METADATA: 'full' }, names: ['DCC_MHD_METADATA'] },
    { id: 'DCC_PACKAGES', env: { DCC_PACKAGES: 'a\tb' }, names: ['DCC_PACKAGES'] },
    ...[
      'http://tx.example.test/r4',
      'https://user:secret@tx.example.test/r4',
      'https://tx.example.test/r4?x=1',
      'tx.example.test',
    ].map((url) => ({
      id: `DCC_TERMINOLOGY_SERVER ${url}`,
      env: { DCC_TERMINOLOGY_SERVER: url },
      names: ['DCC_TERMINOLOGY_SERVER'],
    })),
    { id: 'LOG_LEVEL', env: { LOG_LEVEL: 'INFO' }, names: ['LOG_LEVEL'] },
    { id: 'DCC_SIGNING_KEY', env: { DCC_SIGNING_KEY: 'k'.repeat(31) }, names: ['DCC_SIGNING_KEY'] },
    { id: 'DCC_MAX_JSON_DEPTH', env: { DCC_MAX_JSON_DEPTH: '5000' }, names: ['DCC_MAX_JSON_DEPTH'] },
    { id: 'DCC_AUTH', env: { DCC_AUTH: 'false' }, names: ['DCC_AUTH'] },
    { id: 'auth off in serve', env: { ...SERVE, DCC_AUTH: 'off' }, mode: 'serve', names: ['DCC_AUTH'] },
    {
      id: 'auth off in serve on loopback',
      env: { ...SERVE, HOST: '::1', DCC_AUTH: 'off' },
      mode: 'serve',
      names: ['DCC_AUTH'],
    },
    { id: 'auth off beyond loopback', env: { HOST: '192.168.1.4', DCC_AUTH: 'off' }, names: ['DCC_AUTH'] },
    { id: 'auth off on all addresses', env: { HOST: '0.0.0.0', DCC_AUTH: 'off' }, names: ['DCC_AUTH'] },
    {
      id: 'auth off on a name that looks like loopback',
      env: { HOST: '127.0.0.1.example.fr', DCC_AUTH: 'off' },
      names: ['DCC_AUTH'],
    },
    { id: 'a name with a typing error', env: { DCC_INS_DOMIAN: 'test' }, names: ['DCC_INS_DOMIAN'] },
    {
      id: 'every fault at once',
      env: { ...SERVE, PORT: 'x', DCC_BLOBS: 's3://b', DCC_AUTH: 'off', DCC_NEW: '', HOST: '' },
      mode: 'serve',
      names: ['DCC_NEW', 'PORT', 'HOST', 'DCC_BLOBS', 'DCC_AUTH'],
    },
  ]
  for (const { id, env, mode, names } of rows) {
    test(id, () => assert.deepEqual(faultyNames(env, mode), names))
  }

  test('each fault is one line in each language, with what was found and what is accepted', () => {
    const error = errorOf({ DCC_BLOBS: 's3://b', LOG_LEVEL: 'a\nb', DCC_FR_CORE: 'x'.repeat(5000) })
    assert.deepEqual(error.message.split('\n'), error.lines('en'))
    assert.deepEqual(error.lines('en').slice(0, 1), [
      'DCC_BLOBS: refused value "s3://b"; accepted: file:PATH; this release stores content in files, s3:// is not available',
    ])
    assert.deepEqual(error.lines('fr').slice(0, 1), [
      'DCC_BLOBS : valeur refusée « s3://b » ; accepté : file:CHEMIN ; cette version conserve les contenus dans des fichiers, s3:// n’est pas disponible',
    ])
    for (const line of [...error.lines('fr'), ...error.lines('en')]) {
      assert.doesNotMatch(line, /\n/)
      assert.ok(line.length < 400)
    }
  })

  for (const [given, known] of [
    ['DCC_PROT', 'PORT'],
    ['DCC_STOR', 'DCC_STORE'],
    ['DCC_HOST', 'HOST'],
    ['DCC_LOGLEVEL', 'LOG_LEVEL'],
    ['DCC_SIGNINGKEY', 'DCC_SIGNING_KEY'],
    ['DCC_CONF', 'DCC_CONFIG'],
    ['DCC_MAX_BODY_SIZE', 'DCC_MAX_BODY'],
  ] as const) {
    test(`${given}: did you mean ${known}?`, () => {
      const error = errorOf({ [given]: 'some secret' })
      assert.deepEqual(error.lines('en'), [`${given}: unknown setting; did you mean ${known}?`])
      assert.deepEqual(error.lines('fr'), [`${given} : paramètre inconnu ; vouliez-vous dire ${known} ?`])
    })
  }
})

describe('the settings file', () => {
  test('gives settings by their names, numbers and lists as JSON or as text', () => {
    const path = fileWith({ PORT: 9000, DCC_MAX_URL: '4096', DCC_PACKAGES: ['/a', '/b:c'], DCC_VALIDATION: 'lenient' })
    const { port, maxUrl, packages, validation } = load({ DCC_CONFIG: path })
    assert.deepEqual([port, maxUrl, packages, validation], [9000, 4096, ['/a', '/b:c'], 'lenient'])
  })

  test('the environment wins, an empty variable does not', () => {
    const path = fileWith({ PORT: 9000, LOG_LEVEL: 'debug' })
    const { port, logLevel } = load({ DCC_CONFIG: path, PORT: '9001', LOG_LEVEL: '' })
    assert.deepEqual([port, logLevel], [9001, 'debug'])
  })

  test('may begin with a byte order mark', () => {
    assert.equal(load({ DCC_CONFIG: fileWith('\u{feff}{"PORT": 9000}') }).port, 9000)
  })

  const rows: { id: string; content: unknown; names: string[] }[] = [
    { id: 'an unknown name', content: { DCC_PROT: 1 }, names: ['DCC_PROT'] },
    { id: 'a name of the environment only', content: { DCC_CONFIG: 'x' }, names: ['DCC_CONFIG'] },
    {
      id: 'a name that objects inherit',
      content: '{"__proto__": {"PORT": 1}, "constructor": 1}',
      names: ['__proto__', 'constructor'],
    },
    { id: 'null', content: { PORT: null }, names: ['PORT'] },
    { id: 'a fraction', content: { PORT: 80.5 }, names: ['PORT'] },
    { id: 'a truth value', content: { DCC_AUTH: true }, names: ['DCC_AUTH'] },
    { id: 'a number for text', content: { DCC_FR_CORE: 2.2 }, names: ['DCC_FR_CORE'] },
    { id: 'a list for text', content: { DCC_STORE: ['sqlite:x'] }, names: ['DCC_STORE'] },
    { id: 'a list of numbers', content: { DCC_PACKAGES: [1, 2] }, names: ['DCC_PACKAGES'] },
    { id: 'an object', content: { HOST: { a: 1 }, DCC_AUTH: 'on' }, names: ['HOST'] },
    { id: 'not JSON', content: 'PORT=9000', names: ['DCC_CONFIG'] },
    { id: 'an array', content: [], names: ['DCC_CONFIG'] },
    { id: 'null instead of an object', content: 'null', names: ['DCC_CONFIG'] },
    { id: 'empty', content: '', names: ['DCC_CONFIG'] },
  ]
  for (const { id, content, names } of rows) {
    test(`${id} is refused`, () => assert.deepEqual(faultyNames({ DCC_CONFIG: fileWith(content) }), names))
  }

  test('that cannot be read is refused', () => {
    assert.deepEqual(faultyNames({ DCC_CONFIG: join(folder, 'nowhere.json') }), ['DCC_CONFIG'])
    assert.deepEqual(faultyNames({ DCC_CONFIG: folder }), ['DCC_CONFIG'])
  })
})

test('the description has one line for every setting', () => {
  const lines = describeConfig(load({ DCC_PACKAGES: '/a:/b' })).split('\n')
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    SETTINGS.map((setting) => setting.name),
  )
  assert.ok(lines.includes('PORT                    8080'))
  assert.ok(lines.includes('DCC_PACKAGES            /a:/b'))
  assert.ok(lines.includes('DCC_SIGNING_KEY         (not set)'))
})

test('the table of README.md has one row for every name, with its defaults and requirements', () => {
  const rows = renderSettings().split('\n')
  assert.equal(new Set(rows.map((row) => row.split('|').length)).size, 1)
  for (const { name } of SETTINGS) assert.equal(rows.filter((row) => row.startsWith(`| \`${name}\``)).length, 1)
  assert.ok(rows.some((row) => row.startsWith('| `HOST` | text | `127.0.0.1` (demo, command), required (serve) |')))
  assert.ok(rows.some((row) => row.startsWith('| `DCC_SIGNING_KEY` (secret) |')))
  assert.ok(rows.some((row) => row.startsWith('| `DCC_CONFIG` |')))
})

test('every value of the configuration comes from a row of the table', () => {
  const given = {
    ...SERVE,
    DCC_TERMINOLOGY_SERVER: 'https://tx.example.test',
    DCC_CLIENTS: 'clients.json',
    DCC_PSC: 'production',
    DCC_PSC_CLIENT_ID: 'dcc',
    DCC_PSC_CLIENT_SECRET: KEY,
    DCC_IDENTITY_PROVIDERS: 'providers.json',
  }
  const { mode: _, ...values } = load(given, 'serve')
  // A key stands in the place of the secret.
  const keys = SETTINGS.map((setting) => setting.key).filter((key) => key !== 'pscKey')
  assert.deepEqual(Object.keys(values).sort(), keys.sort())
})

describe('Pro Santé Connect', () => {
  const SECRET = 's'.repeat(16)
  const PSC: Env = { DCC_PSC: 'production', DCC_PSC_CLIENT_ID: 'dcc', DCC_PSC_CLIENT_SECRET: SECRET }
  const rows: { id: string; env: Env; mode?: Mode; names: string[] }[] = [
    { id: 'off needs nothing', env: { DCC_PSC: 'off' }, names: [] },
    { id: 'the real one with a secret', env: { ...SERVE, ...PSC }, mode: 'serve', names: [] },
    { id: 'a key instead of the secret', env: { ...PSC, DCC_PSC_CLIENT_SECRET: '', DCC_PSC_KEY: 'k.json' }, names: [] },
    { id: 'both', env: { ...PSC, DCC_PSC_KEY: 'k.json' }, names: ['DCC_PSC_CLIENT_SECRET'] },
    { id: 'neither', env: { ...PSC, DCC_PSC_CLIENT_SECRET: '' }, names: ['DCC_PSC_CLIENT_SECRET'] },
    { id: 'no client id', env: { ...PSC, DCC_PSC_CLIENT_ID: '' }, names: ['DCC_PSC_CLIENT_ID'] },
    { id: 'nothing but its name', env: { DCC_PSC: 'sandbox' }, names: ['DCC_PSC_CLIENT_ID', 'DCC_PSC_CLIENT_SECRET'] },
    { id: 'a short secret', env: { ...PSC, DCC_PSC_CLIENT_SECRET: 'short' }, names: ['DCC_PSC_CLIENT_SECRET'] },
    { id: 'an issuer', env: { ...PSC, DCC_PSC: 'https://idp.example.test/realms/x' }, names: [] },
    { id: 'an issuer without encryption', env: { ...PSC, DCC_PSC: 'http://idp.example.test' }, names: ['DCC_PSC'] },
    { id: 'an issuer on this machine', env: { ...PSC, DCC_PSC: 'http://127.0.0.1:8080/demo/psc' }, names: [] },
    { id: 'an issuer with a query', env: { ...PSC, DCC_PSC: 'https://idp.example.test/?a=b' }, names: ['DCC_PSC'] },
    { id: 'an unsigned id_token', env: { ...PSC, DCC_PSC_SIGNATURE: 'none' }, names: ['DCC_PSC_SIGNATURE'] },
    {
      id: 'an id_token signed with the secret',
      env: { ...PSC, DCC_PSC_SIGNATURE: 'HS256' },
      names: ['DCC_PSC_SIGNATURE'],
    },
    { id: 'no level at all', env: { ...PSC, DCC_PSC_ACR: '0' }, names: ['DCC_PSC_ACR'] },
    {
      id: 'test identities over real records',
      env: { ...SERVE, ...PSC, DCC_PSC: 'sandbox' },
      mode: 'serve',
      names: ['DCC_PSC'],
    },
    {
      id: 'a stand-in over real records',
      env: { ...SERVE, ...PSC, DCC_PSC: 'http://localhost:9' },
      mode: 'serve',
      names: ['DCC_PSC'],
    },
    {
      id: 'test identities over test records',
      env: { ...SERVE, ...PSC, DCC_PSC: 'sandbox', DCC_INS_DOMAIN: 'test' },
      mode: 'serve',
      names: [],
    },
  ]
  for (const { id, env, mode, names } of rows) {
    test(id, () => {
      if (names.length > 0) assert.deepEqual(faultyNames(env, mode), names)
      else assert.equal(load(env, mode).psc, env.DCC_PSC)
    })
  }

  test('what is missing is called missing', () => {
    const [line = ''] = errorOf({ ...PSC, DCC_PSC_CLIENT_ID: '' }).lines('en')
    assert.match(line, /^DCC_PSC_CLIENT_ID: missing, required for "demo"; accepted: .*required unless DCC_PSC is off$/)
  })
})
