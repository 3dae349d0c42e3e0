import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sharedDemonstration } from '../web/browser/demonstration.ts'

const demo = sharedDemonstration()

test('the requests that the demonstration prints work as they are pasted, a line each', (t) => {
  const lines = demo()
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('  curl '))
  assert.equal(lines.length, 3)
  const folder = mkdtempSync(join(tmpdir(), 'dcc-pasted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const answers = lines.map((line) => {
    // Only where the file goes is changed: the folder of the project stays as it is.
    const pasted = line.replace('-o compte-rendu.pdf', `-o ${join(folder, 'compte-rendu.pdf')}`)
    const { status, stdout, stderr } = spawnSync('bash', ['-c', pasted], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return stdout
  })
  assert.equal(JSON.parse(answers[0] ?? '').total, 1)
  assert.equal(JSON.parse(answers[1] ?? '').total, 3)
  assert.equal(readFileSync(join(folder, 'compte-rendu.pdf')).subarray(0, 4).toString(), '%PDF')
})

test('nothing is read without a token', async () => {
  assert.equal((await fetch(`${demo().origin}/fhir/Patient`)).status, 401)
  assert.equal((await fetch(`${demo().origin}/fhir/metadata`)).status, 200)
})

test('the token command says what is missing', () => {
  const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, ['launch.mjs', 'src/main.ts', 'token', ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
  assert.equal(run(['nobody']).status, 2)
  const nowhere = run(['backend'], { DCC_DATA_DIR: join(demo().dataDir, 'nowhere') })
  assert.equal(nowhere.status, 1)
  assert.match(nowhere.stderr, /run npm run demo first/)
  const dpi = run(['dpi'], { DCC_DATA_DIR: demo().dataDir })
  assert.equal(dpi.status, 0, dpi.stderr)
  assert.match(dpi.stdout, /^[A-Za-z0-9_-]{43}\n$/)
})
