import type { Command } from './command.ts'

interface CommandEntry {
  usage: string
  purpose: string
  load(): Promise<Command>
}

/** The commands, loaded only when asked for: starting the server must not pay for the importer. */
const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  serve: {
    usage: 'serve',
    purpose: 'start the production server (npm start)',
    load: async () => (await import('./serve.ts')).serve,
  },
  demo: {
    usage: 'demo [--patients N] [--seed N]',
    purpose: 'start a server over a fictitious region (npm run demo)',
    load: async () => (await import('./demo.ts')).demo,
  },
  import: {
    usage: 'import [--json] PATH...',
    purpose: 'read CDA files, folders and XDM packages into the record',
    load: async () => (await import('./import.ts')).importCommand,
  },
  validate: {
    usage: 'validate [--json] [--profile URL]... FILE...',
    purpose: 'check FHIR resources (JSON, XML, NDJSON) against R4, French profiles and rules',
    load: async () => (await import('./validate.ts')).validateCommand,
  },
  migrate: {
    usage: 'migrate',
    purpose: 'bring the store to the schema of this release',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  client: {
    usage: 'client add|list|remove|rotate|disable|enable|assertion …',
    purpose: 'register the clients that may ask for access tokens',
    load: async () => (await import('./client.ts')).clientCommand,
  },
  keys: {
    usage: 'keys rotate',
    purpose: 'replace the key that the authorization server signs with, without a stop',
    load: async () => (await import('./keys.ts')).keysCommand,
  },
  dpi: {
    usage: 'dpi add|list|remove|rotate|disable|enable …',
    purpose: 'register the hospital software that may call the DCC',
    load: async () => (await import('./dpi.ts')).dpiCommand,
  },
  token: {
    usage: 'token backend|dpi',
    purpose: 'print an access token of a client of the running demo, good for five minutes',
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  habilitation: {
    usage: 'habilitation add|list|suspend|resume|remove|import …',
    purpose: 'say which professionals may use the record',
    load: async () => (await import('./habilitation.ts')).entitlementCommand('habilitation'),
  },
  'care-team': {
    usage: 'care-team add|remove …',
    purpose: 'say who cares for a patient',
    load: async () => (await import('./habilitation.ts')).entitlementCommand('care-team'),
  },
  choice: {
    usage: 'choice oppose|permit …',
    purpose: 'keep what a patient decides of the sharing of the record',
    load: async () => (await import('./habilitation.ts')).entitlementCommand('choice'),
  },
  block: {
    usage: 'block add|remove …',
    purpose: 'close the record of a patient to a professional',
    load: async () => (await import('./habilitation.ts')).entitlementCommand('block'),
  },
  sweep: {
    usage: 'sweep [--older-than HOURS]',
    purpose: 'remove contents that no document names',
    load: async () => (await import('./sweep.ts')).sweepCommand,
  },
}

/** Runs the command named by the first argument. */
export async function runCommand([name, ...args]: readonly string[]): Promise<number> {
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry === undefined) {
    const asked = name === undefined || name === 'help' || name === '--help'
    ;(asked ? process.stdout : process.stderr).write(`${usage()}\n`)
    return asked ? 0 : 2
  }
  const command = await entry.load()
  return command(args)
}

function usage(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage: text }) => text.length))
  const lines = Object.values(COMMANDS).map(({ usage: text, purpose }) => `  ${text.padEnd(width)}  ${purpose}`)
  return ['Usage: npm run dcc -- COMMAND', ...lines].join('\n')
}
