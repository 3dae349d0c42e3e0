import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { opened } from '../../src/commands/start.ts'
import { loadConfig } from '../../src/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'dcc-start-'))
after(() => rmSync(folder, { recursive: true }))

describe('a server whose identity providers cannot be used does not start, and says which setting', () => {
  const SECRET = 'a-secret-of-a-hospital'
  const provider = {
    id: 'chu',
    name: 'CHU',
    issuer: 'https://idp.example.test',
    client_id: 'dcc',
    client_secret: SECRET,
  }
  const rows: { id: string; env: Record<string, string>; file: string; says: RegExp }[] = [
    {
      id: 'a provider without a level',
      env: { DCC_IDENTITY_PROVIDERS: join(folder, 'providers.json') },
      file: JSON.stringify({ providers: [provider] }),
      says: /^DCC_IDENTITY_PROVIDERS: /,
    },
    {
      id: 'a file that is not there',
      env: { DCC_IDENTITY_PROVIDERS: join(folder, 'nowhere.json') },
      file: '',
      says: /^DCC_IDENTITY_PROVIDERS: /,
    },
    {
      id: 'a key that is none',
      env: { DCC_PSC: 'sandbox', DCC_PSC_CLIENT_ID: 'dcc', DCC_PSC_KEY: join(folder, 'providers.json') },
      file: '{}',
      says: /^DCC_PSC_KEY: /,
    },
  ]
  for (const { id, env, file, says } of rows) {
    test(id, async (t) => {
      writeFileSync(join(folder, 'providers.json'), file)
      let said = ''
      t.mock.method(process.stderr, 'write', (text: string) => {
        said += text
        return true
      })
      const config = loadConfig({ env: { ...env, DCC_DATA_DIR: folder }, mode: 'demo' })
      const record = await opened(config)
      t.mock.restoreAll()
      assert.equal(record, undefined)
      assert.match(said, says)
      assert.ok(!said.includes(SECRET))
    })
  }
})
