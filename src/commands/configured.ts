import { type Config, ConfigError, loadConfig } from '../config.ts'

/** Reads the configuration of a command; prints one line per fault and answers undefined when it is wrong. */
export function configured(mode: 'demo' | 'serve' | 'command'): Config | undefined {
  try {
    return loadConfig({ env: process.env, mode })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of [...error.lines('fr'), ...error.lines('en')]) process.stderr.write(`${line}\n`)
    return undefined
  }
}
