import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../support/import.ts'
import { startServer } from '../support/server.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcc-packages-'))
  await mkdir(join(folder, 'guide'))
  const broken = {
    resourceType: 'StructureDefinition',
    url: 'https://example.test/broken',
    type: 'Patient',
    kind: 'resource',
    abstract: false,
    derivation: 'constraint',
    baseDefinition: 'https://example.test/nowhere',
    differential: { element: [{ id: 'Patient', path: 'Patient' }] },
  }
  await writeFile(join(folder, 'guide', 'broken.json'), JSON.stringify(broken))
  await writeFile(join(folder, 'guide.tgz'), 'no archive')
})
after(() => rm(folder, { recursive: true, force: true }))

test('a definition of a package that cannot be used is logged, and the server serves', async () => {
  const server = await startServer({ config: { packages: [join(folder, 'guide')] } })
  try {
    assert.equal((await server.get('metadata')).status, 200)
    assert.ok(server.logs.some((line) => line.includes('https://example.test/broken')))
  } finally {
    await server.stop()
  }
})

test('a package that cannot be read stops the start with one line', async () => {
  const settings = { DCC_DATA_DIR: join(folder, 'data'), DCC_PACKAGES: join(folder, 'guide.tgz') }
  for (const command of [
    ['import', folder],
    ['validate', folder],
  ]) {
    const { code, stderr } = await run(command, settings)
    assert.notEqual(code, 0)
    assert.match(stderr, /^DCC_PACKAGES: [^\n]+\n$/, command[0])
  }
})
