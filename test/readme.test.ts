import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { renderSettings } from '../src/config.ts'

const readme = readFileSync('README.md', 'utf8')

test('the table of settings in README.md is the one that the configuration reads', () => {
  assert.ok(readme.includes(renderSettings()), 'run renderSettings() of src/config.ts and paste its table')
})

test('every npm command that README.md names exists', () => {
  const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts)
  for (const [, name] of readme.matchAll(/npm run (?:-s )?(\w+)/g)) assert.ok(scripts.includes(name ?? ''), name)
})

test('every file and folder that README.md links or maps exists', () => {
  const named = [...readme.matchAll(/\]\(([^)#:]+)\)|`((?:src|test|bench)\/[\w./-]*)`/g)].map(
    ([, link, path]) => link ?? path ?? '',
  )
  assert.ok(named.length > 10)
  for (const path of named) assert.ok(existsSync(path), path)
})
