import type { Language } from '../../fhir/outcome.ts'

/** What became of one document: one JSON line with `--json` or when the output is not a terminal. */
export interface ImportLine {
  file: string
  ok: boolean
  outcome: 'imported' | 'unchanged' | 'refused'
  documentReference?: string
  patient?: string
  warnings?: string[]
  key?: string
  message?: string
}

/** Shows an import as it goes. */
export interface Reporter {
  line(line: ImportLine): void
  /** One source is done. */
  progress(): void
  end(): void
}

/** JSON lines for programs, a progress bar and a table for a person. */
export function reporterFor(options: { json: boolean; total: number; language: Language }): Reporter {
  // A reader that goes away (`| head`) does not stop what was asked for.
  process.stdout.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
  return options.json || !process.stdout.isTTY ? jsonLines() : table(options.total, options.language)
}

function jsonLines(): Reporter {
  return {
    line: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
    progress: () => {},
    end: () => {},
  }
}

const WORDS = {
  fr: { imported: 'importé', unchanged: 'déjà présent', refused: 'refusé', total: 'Total' },
  en: { imported: 'imported', unchanged: 'unchanged', refused: 'refused', total: 'Total' },
} as const

function table(total: number, language: Language): Reporter {
  const words = WORDS[language]
  const lines: ImportLine[] = []
  let done = 0
  return {
    line: (line) => void lines.push(line),
    progress: () => {
      done += 1
      const width = 30
      const filled = Math.round((done / Math.max(1, total)) * width)
      process.stderr.write(`\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${total}`)
    },
    end: () => {
      process.stderr.write('\n')
      for (const { file, outcome, documentReference, key, message, warnings } of lines) {
        process.stdout.write(`${words[outcome].padEnd(13)} ${file}\n`)
        const details = [
          documentReference,
          key === undefined ? undefined : `${key}: ${message ?? ''}`,
          ...(warnings ?? []),
        ]
        for (const detail of details) if (detail !== undefined) process.stdout.write(`${''.padEnd(14)}${detail}\n`)
      }
      const counts = (['imported', 'unchanged', 'refused'] as const).map(
        (outcome) => `${lines.filter((line) => line.outcome === outcome).length} ${words[outcome]}`,
      )
      process.stdout.write(`${words.total}: ${counts.join(', ')}\n`)
    },
  }
}
