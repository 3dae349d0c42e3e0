import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { add, list, remove, rotate, toggle } from '../../../src/commands/dpi/registrations.ts'
import { UsageError } from '../../../src/commands/registering.ts'
import { storedDpi } from '../../../src/smart/call/dpis.ts'
import { RegistrationError } from '../../../src/smart/client-registration.ts'
import { sharedDomain } from '../../support/domain.ts'
import { aSmartDpi } from '../../support/dpi.ts'

const domain = sharedDomain()
const folder = mkdtempSync(join(tmpdir(), 'dcc-dpi-'))
after(() => rmSync(folder, { recursive: true }))

const REQUIRED = ['--name', 'DPI', '--hospital', '990000001', '--ipp-system', 'urn:oid:1.2.250.1.71.4.2.2.990000001']

/** Runs an action and gives the lines that it prints. */
async function run(action: typeof add, ...args: string[]): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  const store = async () => domain().store.authorization
  const print = (line: object) => void lines.push({ ...line })
  await action({ args, store, origin: 'https://dcc.example.test', print, printText: assert.fail })
  return lines
}

test('a DPI is registered with what it announces, and the operator is told what the hospital enters', async () => {
  const dpi = await aSmartDpi()
  const smart = ['--iss', `${dpi.origin}/fhir`, '--client-id', 'dcc', '--private-network']
  const [line] = await run(add, ...REQUIRED, '--id', 'chu', ...smart, '--new-key', join(folder, 'chu.json'))
  await dpi.close()
  assert.equal(line?.redirect_uri, 'https://dcc.example.test/launch/cb/chu')
  assert.equal(line.launch, 'https://dcc.example.test/launch')
  assert.equal(line.jwks_uri, 'https://dcc.example.test/oidc/call-jwks')
  const stored = await storedDpi(domain().store.authorization, 'chu')
  assert.equal(stored?.smart?.token_endpoint, `${dpi.origin}/token`)
  assert.equal(stored.smart.issuer, `${dpi.origin}/fhir`)
  assert.deepEqual(stored.call?.algs, ['ES384'])
  assert.equal(statSync(join(folder, 'chu.json')).mode & 0o777, 0o600)
  await assert.rejects(run(add, ...REQUIRED, '--id', 'chu'), RegistrationError)
})

test('keys rotate without a stop: the new and the old are good together, until the next rotation or at once', async () => {
  await run(add, ...REQUIRED, '--id', 'rotating', '--new-key', join(folder, 'a.json'))
  const kids = async () =>
    (await storedDpi(domain().store.authorization, 'rotating'))?.call?.jwks?.keys.map(({ kid }) => kid) ?? []
  const first = await kids()
  await run(rotate, 'rotating', '--new-key', join(folder, 'b.json'))
  const second = await kids()
  assert.equal(second.length, 2)
  assert.ok(second.includes(first[0] ?? ''))
  await run(rotate, 'rotating', '--new-key', join(folder, 'c.json'))
  assert.ok(!(await kids()).includes(first[0] ?? ''))
  await run(rotate, 'rotating', '--new-key', join(folder, 'd.json'), '--now')
  assert.equal((await kids()).length, 1)
})

test('a DPI is listed without its keys, disabled, enabled and removed', async () => {
  await run(add, ...REQUIRED, '--id', 'listed', '--form', '--client', 'one', '--client', 'two')
  const listed = async () => (await run(list)).find(({ id }) => id === 'listed')
  assert.deepEqual((await listed())?.clients, ['one', 'two'])
  await run(toggle(true), 'listed')
  assert.equal((await listed())?.disabled, true)
  await run(toggle(false), 'listed')
  assert.equal((await listed())?.disabled, false)
  await run(remove, 'listed')
  assert.equal(await listed(), undefined)
  await assert.rejects(run(remove, 'listed'), RegistrationError)
})

test('what is missing or wrong is told before a key is made', async () => {
  const file = join(folder, 'never.json')
  await assert.rejects(run(add, '--name', 'DPI', '--new-key', file), UsageError)
  await assert.rejects(run(add, ...REQUIRED, '--iss', 'https://dpi.example/fhir', '--new-key', file), UsageError)
  await assert.rejects(run(add, ...REQUIRED, '--return-origin', 'https://x.fr/y', '--new-key', file), RegistrationError)
  assert.equal(existsSync(file), false)
})
