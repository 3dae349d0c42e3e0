import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { importJWK } from 'jose'
import {
  allowInsecureRequests,
  Configuration,
  clientCredentialsGrant,
  modifyAssertion,
  PrivateKeyJwt,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client'

/** A production server as an operator runs it, its clients registered by the command line, in processes of their own. */
describe('a hospital is connected to a production server', () => {
  let folder = ''
  let env: NodeJS.ProcessEnv = {}
  let base = ''
  let server: ChildProcess | undefined

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-production-'))
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    const { PATH, HOME } = process.env
    env = { PATH, HOME, PORT: String(port), HOST: '127.0.0.1', DCC_BASE_URL: base, DCC_DATA_DIR: folder }
    Object.assign(env, {
      DCC_INS_DOMAIN: 'test',
      DCC_SIGNING_KEY: 'a key of thirty-two characters .',
      LOG_LEVEL: 'warn',
    })
    server = await started(env, base)
  })
  after(async () => {
    await killed(server)
    await rm(folder, { recursive: true, force: true })
  })

  const dcc = async (...args: string[]) => {
    const command = ['launch.mjs', 'src/main.ts', 'client', ...args]
    const { stdout } = await promisify(execFile)(process.execPath, command, { env })
    return stdout
  }

  test('the commands of docs/connect-a-dpi.md work as they stand there', async () => {
    const page = readFileSync('docs/connect-a-dpi.md', 'utf8')
    const [, block = ''] = /## Back ends\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(page) ?? []
    assert.match(block, /client add/)
    const key = join(folder, 'dpi-chu.json')
    const script = `set -e\n${block.replaceAll('dpi-chu.json', key)}`
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { env })
    const [registered = '', bundle = ''] = stdout.trim().split('\n')
    assert.equal(JSON.parse(registered).token_endpoint, `${base}/oidc/token`)
    assert.deepEqual([JSON.parse(bundle).resourceType, JSON.parse(bundle).total], ['Bundle', 0])
    for (const secret of [key, join(folder, 'signing-keys.json')]) assert.equal((await stat(secret)).mode & 0o077, 0)
    await assert.rejects(
      dcc('add', '--id', 'dpi-chu', '--name', 'X', '--hospital', 'X', '--scope', 'system/*.r', '--new-key', key),
    )
  })

  test('openid-client is served: a token outlives a crash, keys rotate without a stop', async () => {
    const first = join(folder, 'first.json')
    await dcc(
      'add',
      '--id',
      'chu-2',
      '--name',
      'DPI',
      '--hospital',
      'CHU',
      '--scope',
      'system/*.cruds',
      '--new-key',
      first,
    )
    const before = await configurationOf(base, 'chu-2', first)
    const granted = await clientCredentialsGrant(before, { scope: 'system/Patient.rs' })
    const read = async (token: string) => {
      const answer = await fetch(`${base}/fhir/Patient?_count=1`, { headers: { authorization: `Bearer ${token}` } })
      await answer.arrayBuffer()
      return answer.status
    }
    assert.equal(await read(granted.access_token), 200)

    await killed(server)
    server = await started(env, base)
    assert.equal(await read(granted.access_token), 200, 'a token that was given is good after a crash')
    assert.equal((await tokenIntrospection(before, granted.access_token)).active, true)

    const second = join(folder, 'second.json')
    await dcc('rotate', 'chu-2', '--new-key', second)
    await delay(2100)
    const rotated = await configurationOf(base, 'chu-2', second)
    await clientCredentialsGrant(rotated, { scope: 'system/Patient.rs' })
    await clientCredentialsGrant(before, { scope: 'system/Patient.rs' })
    await dcc('rotate', 'chu-2', '--jwks', await publicPart(second), '--now')
    await delay(2100)
    await clientCredentialsGrant(rotated, { scope: 'system/Patient.rs' })
    await assert.rejects(clientCredentialsGrant(before, { scope: 'system/Patient.rs' }))

    await tokenRevocation(rotated, granted.access_token)
    assert.equal(await read(granted.access_token), 401)
    const listed = (await dcc('list'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      listed.map(({ id }) => id).sort(),
      existsSync(join(folder, 'dpi-chu.json')) ? ['chu-2', 'dpi-chu'] : ['chu-2'],
    )
    await dcc('remove', 'chu-2')
    await assert.rejects(dcc('remove', 'chu-2'))
  })
})

async function configurationOf(base: string, id: string, file: string): Promise<Configuration> {
  const jwk = JSON.parse(readFileSync(file, 'utf8'))
  const key = await importJWK(jwk, 'ES384')
  assert.ok(!(key instanceof Uint8Array))
  const answer = await fetch(`${base}/fhir/.well-known/smart-configuration`)
  const metadata = (await answer.json()) as { token_endpoint: string }
  const toToken = {
    [modifyAssertion]: (header: Record<string, unknown>, payload: Record<string, unknown>) => {
      // SMART wants both; the library names the issuer and no type.
      header.typ = 'JWT'
      payload.aud = metadata.token_endpoint
    },
  }
  const authentication = PrivateKeyJwt({ key, kid: jwk.kid }, toToken)
  const configuration = new Configuration({ issuer: `${base}/fhir`, ...metadata }, id, {}, authentication)
  allowInsecureRequests(configuration)
  return configuration
}

async function publicPart(file: string): Promise<string> {
  const { d: _private, ...jwk } = JSON.parse(readFileSync(file, 'utf8'))
  const path = `${file}.public`
  await writeFile(path, JSON.stringify({ keys: [jwk] }))
  return path
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

async function started(env: NodeJS.ProcessEnv, base: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['launch.mjs', 'src/main.ts', 'serve'], { env, stdio: 'ignore' })
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answer = await fetch(`${base}/readyz`).catch(() => undefined)
    if (answer?.ok) return child
    assert.equal(child.exitCode, null, 'the server ended')
    await delay(100)
  }
  throw new Error('the server did not start')
}

/** As a power cut would. */
async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
