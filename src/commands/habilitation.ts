import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { isStoreError } from '../store/errors.ts'
import { openStore } from '../store/open.ts'
import type { DccStore } from '../store/store.ts'
import type { Command } from './command.ts'
import { configured } from './configured.ts'
import { ACTS, type ActContext } from './habilitation/acts.ts'
import { ActError, FieldError, type Fields } from './habilitation/fields.ts'
import { type FileRow, rowsOf } from './habilitation/rows.ts'
import { ImportError } from './import/errors.ts'
import { readBounded } from './read-file.ts'

const USAGE = `Usage: npm run dcc -- …
  habilitation add PROFESSIONAL [--profile clinician|coordinator|rcp-secretary] [--reach care-team|region]
                   [--structure "SYSTEM|VALUE"] [--from DATE] [--until DATE]
  habilitation list                            every habilitation, one JSON line each
  habilitation suspend|resume|remove PROFESSIONAL [--structure "SYSTEM|VALUE"]
  habilitation import FILE                     acts of a file: JSON lines or CSV, with a field "act" ("care-team add")
  care-team add PROFESSIONAL PATIENT [--basis care-team|patient-choice] [--role CODE] [--from DATE] [--until DATE]
  care-team remove PROFESSIONAL PATIENT
  choice oppose|permit PATIENT                 what the patient decides of the sharing of the record
  block add|remove PROFESSIONAL PATIENT        closes the record to a professional, or opens it again
  PROFESSIONAL: --rpps RPPS | --professional NATIONAL-ID
  PATIENT: --patient ID | --ins MATRICULE | --identifier "SYSTEM|VALUE"; - reads the matricule or number from the input`

/** The acts of one noun: `npm run dcc -- habilitation …`, `care-team …`, `choice …`, `block …`. */
export function entitlementCommand(noun: string): Command {
  return async ([verb = '', ...args]) => {
    const config = configured('command')
    if (config === undefined) return 1
    let store: DccStore | undefined
    try {
      const acts = await actsOf(noun, verb, args)
      store = await openStore(config.store)
      if (acts === 'list') return await list(store)
      return await all({ store, now: () => new Date(), insDomain: config.insDomain }, acts)
    } catch (error) {
      return failed(error)
    } finally {
      await store?.close()
    }
  }
}

/** What the command line asks for, read before the store is opened. */
async function actsOf(noun: string, verb: string, args: readonly string[]): Promise<'list' | readonly FileRow[]> {
  const name = `${noun} ${verb}`
  if (name === 'habilitation list' && args.length === 0) return 'list'
  const [file, ...others] = args
  if (name === 'habilitation import' && file !== undefined && others.length === 0) {
    return rowsOf((await readBounded(file, LARGEST_FILE)).toString('utf8'))
  }
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined
  if (act === undefined) throw new FieldError(`there is no "${noun} ${/^[a-z-]{1,20}$/.test(verb) ? verb : '?'}"`)
  const options = Object.fromEntries(act.fields.map((field) => [field, { type: 'string' as const }]))
  const { values } = parseArgs({ args: [...args], options })
  const fields: Record<string, string> = { act: name }
  for (const [field, value] of Object.entries(values)) {
    if (typeof value === 'string') fields[field] = value === '-' ? (await text(process.stdin)).trim() : value
  }
  return [{ line: 0, fields }]
}

const LARGEST_FILE = 64 * 1024 * 1024

/** Does every act, whatever becomes of the others; one line says what became of it, without any identity. */
async function all(context: ActContext, rows: readonly FileRow[]): Promise<number> {
  let code = 0
  for (const row of rows) {
    const line = row.line === 0 ? {} : { line: row.line }
    const outcome = 'fault' in row ? { ok: false, error: row.fault } : await done(context, row.line, row.fields)
    if (!outcome.ok) code = 1
    print({ ...line, ...outcome })
  }
  return code
}

async function done(context: ActContext, line: number, { act: name = '', ...fields }: Fields) {
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined
  if (act === undefined) return { ok: false, error: 'act is none that is known' }
  const unknown = Object.keys(fields).some((field) => !act.fields.includes(field))
  if (unknown) return { act: name, ok: false, error: `the fields of this act are ${act.fields.join(', ')}` }
  try {
    return { act: name, ok: true, ...(await act.run(context, fields)) }
  } catch (error) {
    // A command line that is wrong is told with its usage.
    const isKnown = error instanceof ActError || (error instanceof FieldError && line > 0)
    if (isKnown) return { act: name, ok: false, error: error.message }
    throw error
  }
}

async function list({ entitlement }: DccStore): Promise<number> {
  for (const row of await entitlement.habilitations()) print(row)
  return 0
}

function failed(error: unknown): number {
  const isOption = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (error instanceof FieldError || isOption) {
    // What parseArgs says would quote what was typed.
    process.stderr.write(`${isOption ? 'an option is unknown or has no value' : error.message}\n${USAGE}\n`)
    return 2
  }
  if (!(error instanceof ImportError) && !isStoreError(error)) throw error
  process.stderr.write(`${error.key}\n`)
  return 1
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
