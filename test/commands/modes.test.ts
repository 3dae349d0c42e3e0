import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aCda } from '../support/cda-samples.ts'
import { runImport, writeFiles } from '../support/import.ts'

test('whatever a command writes is for its owner only', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'dcc-modes-'))
  try {
    const folder = join(parent, 'data')
    const [file = ''] = await writeFiles(parent, { 'a.xml': aCda() })
    assert.equal((await runImport(folder, [file])).code, 0)
    const written = [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))]
    assert.ok(written.some((path) => path.endsWith('.sqlite')))
    for (const path of written) assert.equal((await stat(path)).mode & 0o077, 0, path)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
})
