import { runCommand } from './commands/index.ts'

// Whatever is written holds health data: for its owner only.
process.umask(0o077)
process.exitCode = await runCommand(process.argv.slice(2))
