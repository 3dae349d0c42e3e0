import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/**
 * `npm test [-- PATTERN…]`: runs every test file, the slow group last and one file at a time. What this machine cannot
 * run is listed with its reason at the end, and is a failure when CI=true: nothing passes there by being skipped.
 */

interface Totals {
  passed: number
  failed: number
  skipped: { name: string; reason: string }[]
}

// Each file is a process of its own: compiled once for all, loading takes a third less.
process.env.NODE_COMPILE_CACHE ??= resolve('.cache/compile')

const patterns = process.argv.slice(2)
const files = globSync(patterns.length > 0 ? patterns : 'test/**/*.test.ts').sort()
const slow = files.filter((file) => file.startsWith('test/slow/'))
const fast = files.filter((file) => !slow.includes(file))

const totals: Totals = { passed: 0, failed: 0, skipped: [] }
if (fast.length > 0) await runGroup(fast, 2)
if (slow.length > 0) await runGroup(slow, 1)

for (const { name, reason } of totals.skipped) process.stdout.write(`not run: ${name}: ${reason}\n`)
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped\n`)
const incomplete = process.env.CI === 'true' && totals.skipped.length > 0
process.exitCode = totals.failed > 0 || incomplete || totals.passed === 0 ? 1 : 0

async function runGroup(group: readonly string[], concurrency: number): Promise<void> {
  const stream = run({ files: [...group], concurrency, execArgv: ['--disable-warning=ExperimentalWarning'] })
  stream.on('test:pass', ({ name, skip, details }) => {
    // A suite that is skipped says so itself: none of its tests does.
    if (skip !== undefined && skip !== false)
      totals.skipped.push({ name, reason: skip === true ? 'no reason given' : skip })
    else if (details.type !== 'suite') totals.passed += 1
  })
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') totals.failed += 1
  })
  for await (const text of stream.compose(new spec())) process.stdout.write(text)
}
