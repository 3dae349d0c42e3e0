/**
 * `node launch.mjs FILE [ARG…]`: runs a TypeScript file of this project, or says which Node it needs. Plain JavaScript on
 * purpose: an older Node cannot even read the TypeScript that would have to refuse it.
 */
import module from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The oldest runtime that has node:sqlite and type stripping as this code uses them. */
const MINIMUM = [24, 2]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  const needed = MINIMUM.join('.')
  process.stderr.write(
    `Node ${process.versions.node} est trop ancien : ${needed} au moins. Lancez « npm ci », puis « npm run … ».\n` +
      `Node ${process.versions.node} is too old: ${needed} at least. Run "npm ci", then "npm run …".\n`,
  )
  process.exit(1)
}

// What was compiled once is kept: the next start takes half the time and 35 MB less (docs/performance.md). The variable
// is for the threads and processes that are started from here. A folder that cannot be written changes nothing.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache', 'compiled')
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)

const [, , file = '', ...args] = process.argv
const path = resolve(file)
process.argv = [process.argv[0], path, ...args]
await import(pathToFileURL(path).href)
