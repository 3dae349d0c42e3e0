import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { REQUIREMENTS } from '../../src/ihe/requirements/index.ts'
import { RESULTS_FILE } from '../../src/ihe/results-file.ts'
import { renderReport, reportOf } from './conformance-report.ts'
import { runTests } from './conformance-run.ts'

/**
 * Runs the tests of test/ihe and prints which requirement is proved. `npm run check` compares the result with
 * conformance/results.json and fails where it differs, where a SHALL has no passing test, where a test fails or names an
 * id that does not exist, and, when CI=true, where something was not run. `npm run conformance` (--write) writes it.
 */

const write = process.argv.includes('--write')
const outcome = await runTests(globSync('test/ihe/**/*.test.ts').sort())
const committed = existsSync(RESULTS_FILE) ? readFileSync(RESULTS_FILE, 'utf8') : ''
const report = reportOf(REQUIREMENTS, outcome, committed)
if (write) writeFileSync(RESULTS_FILE, report.text)

process.stdout.write(`${renderReport(report.rows)}\n`)
for (const reason of outcome.skipped) process.stdout.write(`not run: ${reason}\n`)
const faults = write ? reportOf(REQUIREMENTS, outcome, report.text).faults : report.faults
for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`)
const incomplete = process.env.CI === 'true' && outcome.skipped.length > 0
process.exitCode = faults.length > 0 || incomplete || outcome.proofs.length === 0 ? 1 : 0
