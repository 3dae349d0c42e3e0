import { requireRuntime } from './runtime.ts'

requireRuntime(process.versions.node)
const { runCommand } = await import('./commands/index.ts')
process.exitCode = await runCommand(process.argv.slice(2))
