import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

test('an older Node is refused in both languages, before any TypeScript is read', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dcc-launch-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const old = join(folder, 'launch.mjs')
  writeFileSync(old, readFileSync('launch.mjs', 'utf8').replaceAll('process.versions.node', "'20.20.2'"))
  const { status, stderr } = spawnSync(process.execPath, [old, 'nothing.ts'], { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /Node 20\.20\.2 est trop ancien/)
  assert.match(stderr, /Node 20\.20\.2 is too old: 24\.2 at least/)
})

test('the file runs with its own arguments', () => {
  const { status, stdout } = spawnSync(process.execPath, ['launch.mjs', 'src/main.ts', 'help'], { encoding: 'utf8' })
  assert.equal(status, 0)
  assert.match(stdout, /^Usage: npm run dcc -- COMMAND/)
})
