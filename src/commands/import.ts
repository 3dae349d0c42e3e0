import { parseArgs } from 'node:util'
import { type ImportedDocument, importCda } from '../dcc/import-cda.ts'
import type { DccContext } from '../dcc/unit-of-work.ts'
import type { Language } from '../fhir/outcome.ts'
import { refusalOf } from '../fhir/outcome.ts'
import { CdaError } from '../french/cda/errors.ts'
import { ImportError } from './import/errors.ts'
import { type Source, sourcesOf } from './import/files.ts'
import { type ImportLine, reporterFor } from './import/report.ts'
import { readXdmPackage } from './import/xdm.ts'
import { languageOfTerminal, readBounded } from './read-file.ts'
import { configured, opened } from './start.ts'

/**
 * `npm run dcc -- import PATH...`: imports CDA files, folders and XDM packages one by one; a file that is refused does
 * not stop the others. Exit code 0 only when everything asked for is in the record.
 */
export async function importCommand(args: readonly string[]): Promise<number> {
  const request = requestOf(args)
  if (request === undefined) {
    process.stderr.write('Usage: npm run dcc -- import [--json] PATH...\n')
    return 2
  }
  const config = configured('command')
  const record = config === undefined ? undefined : await opened(config)
  if (config === undefined || record === undefined) return 1
  const language = languageOfTerminal(process.env)
  try {
    const sources = await sourcesOf(request.paths)
    const report = reporterFor({ json: request.json, total: sources.length, language })
    let refused = 0
    for (const source of sources) {
      for await (const line of importSource(record.dcc, source, { maxSize: config.maxImportFile, language })) {
        if (!line.ok) refused += 1
        report.line(line)
      }
      report.progress()
    }
    report.end()
    return refused === 0 ? 0 : 1
  } finally {
    await record.close()
  }
}

/** What the arguments ask for; undefined when they name no path or an unknown option. */
function requestOf(args: readonly string[]): { paths: string[]; json: boolean } | undefined {
  const options = { json: { type: 'boolean', default: false } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    return positionals.length === 0 ? undefined : { paths: positionals, json: values.json }
  } catch {
    return undefined
  }
}

interface ImportOptions {
  maxSize: number
  language: Language
}

/** Imports one source and yields a line for each document in it. */
export async function* importSource(
  dcc: DccContext,
  source: Source,
  options: ImportOptions,
): AsyncGenerator<ImportLine> {
  try {
    if (source.kind === 'refused') throw source.error
    if (source.kind === 'cda') {
      yield await importBytes(dcc, source.path, await readBounded(source.path, options.maxSize), options)
      return
    }
    for (const { name, bytes } of await readXdmPackage(source.path, { maxSize: options.maxSize, maxEntries: 1000 })) {
      yield await importBytes(dcc, `${source.path}!${name}`, bytes, options)
    }
  } catch (error) {
    yield refusedLine(source.path, error, options.language)
  }
}

async function importBytes(
  dcc: DccContext,
  file: string,
  bytes: Uint8Array,
  options: ImportOptions,
): Promise<ImportLine> {
  try {
    return { file, ok: true, ...lineOf(await importCda(dcc, bytes), options.language) }
  } catch (error) {
    return refusedLine(file, error, options.language)
  }
}

function lineOf(result: ImportedDocument, language: Language): Omit<ImportLine, 'file' | 'ok'> {
  const { outcome, documentReference, patient, warnings } = result
  const texts = warnings.map((warning) => `${warning.key}: ${warning[language]}`)
  return { outcome, documentReference, patient, ...(texts.length > 0 ? { warnings: texts } : {}) }
}

/** Why a file was refused, by key and text; a defect of ours shows its key and goes on with the next file. */
function refusedLine(file: string, error: unknown, language: Language): ImportLine {
  if (error instanceof ImportError || error instanceof CdaError) {
    return { file, ok: false, outcome: 'refused', key: error.key, message: error[language] }
  }
  const { issue } = refusalOf(error, language, 'import').outcome
  const key = issue[0]?.details?.coding?.[0]?.code ?? 'server.defect'
  const message = issue
    .map(({ details, expression }) => [expression?.[0], details?.text].filter(Boolean).join(': '))
    .join(' ')
  return { file, ok: false, outcome: 'refused', key, message }
}
