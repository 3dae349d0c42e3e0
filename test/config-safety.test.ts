import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type Config, ConfigError, describeConfig, loadConfig, type Mode } from '../src/config.ts'
import { maskPasswords } from '../src/config-faults.ts'
import { isLoopback } from '../src/config-formats.ts'

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

describe('no secret is shown', () => {
  const SECRET = 'S3cr3t'
  const refused: { id: string; env: Env }[] = [
    { id: 'a short signing key', env: { DCC_SIGNING_KEY: SECRET } },
    { id: 'a signing key that is no text', env: { DCC_CONFIG: fileWith({ DCC_SIGNING_KEY: [SECRET] }) } },
    { id: 'a signing key under a wrong name', env: { DCC_SIGNINGKEY: SECRET.repeat(9) } },
    { id: 'a broken settings file', env: { DCC_CONFIG: fileWith(`{"DCC_SIGNING_KEY": ${SECRET}`) } },
    ...[
      `mysql://user:${SECRET}@host/db`,
      `postgres://user:a/${SECRET}@host/db#`,
      `postgres://user:1/${SECRET}@host/d b`,
      `postgres://user:a@${SECRET}@host/d b`,
      `postgres://user@server:${SECRET}@host/d b`,
      `postgres://:${SECRET}@host/d b`,
      `postgres:user:${SECRET}@host`,
      `user:${SECRET}@host`,
      `mysql://host/db?password=${SECRET}&x=1`,
      `host=h password=${SECRET} dbname=d`,
      `host=h password = '1 ${SECRET}'`,
    ].map((store) => ({ id: `DCC_STORE ${store}`, env: { DCC_STORE: store } })),
    { id: 'a store in a list', env: { DCC_CONFIG: fileWith({ DCC_STORE: [`postgres://u:${SECRET}@h`] }) } },
    { id: 'a base URL', env: { DCC_BASE_URL: `https://user:${SECRET}@dcc.example.fr` } },
  ]
  for (const { id, env } of refused) {
    test(`in the fault of ${id}`, () => {
      const error = errorOf(env)
      for (const text of [error.message, error.stack ?? '', ...error.lines('fr'), JSON.stringify(error)]) {
        assert.ok(!text.includes(SECRET))
      }
    })
  }

  test('in the description of the settings', () => {
    const config = load({ ...SERVE, DCC_STORE: `postgres://dcc:${SECRET}@db:5432/dcc?sslmode=require` }, 'serve')
    const text = describeConfig(config)
    assert.ok(!text.includes(SECRET) && !text.includes(KEY))
    assert.match(text, /^DCC_STORE +postgres:\/\/dcc:\*\*\*@db:5432\/dcc\?sslmode=require$/m)
    assert.match(text, /^DCC_SIGNING_KEY +\(set, hidden\)$/m)
  })

  for (const text of [
    'sqlite:/srv/a:b@c/dcc.sqlite',
    'file:/srv/x@y',
    'postgres://dcc@db:5432/dcc',
    './data',
    'a/b.tgz',
  ]) {
    test(`${text} holds none and is shown`, () => assert.equal(maskPasswords(text), text))
  }
})

for (const [host, expected] of [
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['LocalHost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['localhost.example.fr', false],
  ['127.1', false],
] as const) {
  test(`${host} is ${expected ? '' : 'not '}loopback`, () => assert.equal(isLoopback(host), expected))
}
