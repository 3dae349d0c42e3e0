import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { OperationOutcome } from '@medplum/fhirtypes'
import { parseJson } from '../fhir/json/parse.ts'
import type { Language } from '../fhir/outcome.ts'
import { isRefused, validationOutcome } from '../fhir/validation/outcome.ts'
import { unreadableOutcome } from '../fhir/validation/unreadable.ts'
import { fromXml } from '../fhir/xml/from-xml.ts'
import { checkRemotely } from '../validation/check-remotely.ts'
import { PackageError } from '../validation/definitions/tar.ts'
import { openValidator, type RecordValidator } from '../validation/open.ts'
import { newRemoteTerminology, type RemoteTerminology } from '../validation/terminology/remote.ts'
import { ImportError } from './import/errors.ts'
import { languageOfTerminal, readBounded } from './read-file.ts'
import { configured } from './start.ts'
import { reporterFor, type ValidationLine } from './validate/report.ts'

/**
 * `npm run dcc -- validate FILE...`: holds resources in files against R4, French profiles and rules; every line of an
 * `.ndjson` file is a resource. Exit code 0 when none has an error, 1 when one has, 2 when something could not be read.
 */
export async function validateCommand(args: readonly string[]): Promise<number> {
  const request = requestOf(args)
  if (request === undefined) {
    process.stderr.write('Usage: npm run dcc -- validate [--json] [--profile URL]... FILE...\n')
    return 2
  }
  const config = configured('command')
  if (config === undefined) return 2
  let validator: RecordValidator
  try {
    validator = openValidator({ ...config, cacheFolder: join(config.dataDir, 'rules') })
  } catch (error) {
    if (!(error instanceof PackageError)) throw error
    process.stderr.write(`DCC_PACKAGES: ${error.message}\n`)
    return 2
  }
  const language = languageOfTerminal(process.env)
  const { terminologyServer, maxJsonDepth: maxDepth } = config
  const remote = terminologyServer === undefined ? undefined : newRemoteTerminology(terminologyServer)
  const reader: Reader = { validator, remote, profiles: request.profiles, language, maxDepth }
  const report = reporterFor({ json: request.json, language })
  let worst = 0
  for (const path of request.paths) {
    for (const line of await validateFile(path, config.maxImportFile, reader)) {
      worst = Math.max(worst, line.code)
      report.line(line)
    }
  }
  report.end()
  return worst
}

function requestOf(args: readonly string[]): { paths: string[]; json: boolean; profiles: string[] } | undefined {
  const options = {
    json: { type: 'boolean', default: false },
    profile: { type: 'string', multiple: true, default: [] as string[] },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    return positionals.length === 0 ? undefined : { paths: positionals, json: values.json, profiles: values.profile }
  } catch {
    return undefined
  }
}

interface Reader {
  validator: RecordValidator
  remote: RemoteTerminology | undefined
  profiles: readonly string[]
  language: Language
  maxDepth: number
}

async function validateFile(path: string, maxSize: number, reader: Reader): Promise<ValidationLine[]> {
  let bytes: Buffer
  try {
    bytes = await readBounded(path, maxSize)
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return [unreadable(path, error.key, error[reader.language])]
  }
  if (!/\.ndjson$/i.test(path)) return [await validateBytes(path, bytes, reader)]
  const lines: ValidationLine[] = []
  let from = 0
  for (let number = 1; from < bytes.length; number += 1) {
    const found = bytes.indexOf(NEW_LINE, from)
    const to = found < 0 ? bytes.length : found
    const line = bytes.subarray(from, to)
    if (line.toString('latin1').trim() !== '') lines.push(await validateBytes(`${path}:${number}`, line, reader))
    from = to + 1
  }
  return lines
}

const NEW_LINE = 0x0a

async function validateBytes(file: string, bytes: Uint8Array, reader: Reader): Promise<ValidationLine> {
  const { validator, remote, profiles, language, maxDepth } = reader
  let resource: unknown
  try {
    resource = isXml(bytes) ? fromXml(bytes, { maxDepth }) : parseJson(bytes, { maxDepth })
  } catch (error) {
    const outcome = unreadableOutcome(error, language)
    if (outcome === undefined) throw error
    return { file, ok: false, code: 2, outcome }
  }
  const issues = await checkRemotely(validator, remote, resource, { profiles })
  const refused = isRefused(issues)
  return { file, ok: !refused, code: refused ? 1 : 0, outcome: validationOutcome(issues, language) }
}

/** XML begins with `<`, after white space and a byte order mark. */
function isXml(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .startsWith('<')
}

function unreadable(file: string, key: string, text: string): ValidationLine {
  const outcome: OperationOutcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'fatal', code: 'not-found', details: { coding: [{ code: key }], text } }],
  }
  return { file, ok: false, code: 2, outcome }
}
