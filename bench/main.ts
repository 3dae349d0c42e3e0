import { writeFile } from 'node:fs/promises'
import { machine } from './machine.ts'
import { measurementNames } from './measurements.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { say } from './progress.ts'
import { expressOf, measure } from './run.ts'
import { tableOf } from './table.ts'

/** `npm run bench`: the measurements of docs/performance.md, as a table on standard output. */
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let options: Options
  try {
    options = readOptions(args)
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    return 2
  }
  if (options.list) {
    const names = measurementNames()
    const width = Math.max(...names.map(({ name }) => name.length))
    process.stdout.write(`${names.map(({ name, title }) => `${name.padEnd(width)}  ${title}`).join('\n')}\n`)
    return 0
  }
  const unknown = options.only.filter((wanted) => !measurementNames().some(({ name }) => name.startsWith(wanted)))
  if (unknown.length > 0) {
    say(`No measurement begins with: ${unknown.join(', ')}\n${USAGE}`)
    return 2
  }
  const before = machine()
  say(`${before.cpu}, ${before.cores} cores, Node ${before.node}, load average ${before.loadAverage}`)
  const results = await measure(options)
  process.stdout.write(`${tableOf(results, expressOf(results))}\n`)
  if (options.json !== undefined) {
    const report = { date: new Date().toISOString(), machine: before, scope: options.scope, results }
    await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`)
  }
  // A figure with refused requests is no figure.
  return results.some(({ rounds }) => rounds.some(({ failed }) => failed > 0)) ? 1 : 0
}
