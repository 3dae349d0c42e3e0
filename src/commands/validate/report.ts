import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'
import type { Language } from '../../fhir/outcome.ts'

/** What was found in one resource: one JSON line with `--json` or when the output is not a terminal. */
export interface ValidationLine {
  /** The file; with the number of the line for NDJSON. */
  file: string
  ok: boolean
  /** 0 no error, 1 errors, 2 not readable. */
  code: 0 | 1 | 2
  outcome: OperationOutcome
}

/** Shows findings as they come. */
export interface ValidationReporter {
  line(line: ValidationLine): void
  end(): void
}

/** JSON lines for programs, a table for a person. */
export function reporterFor({ json, language }: { json: boolean; language: Language }): ValidationReporter {
  // A reader that goes away (`| head`) does not stop what was asked for.
  process.stdout.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
  return json || !process.stdout.isTTY ? jsonLines() : table(language)
}

function jsonLines(): ValidationReporter {
  return {
    line: ({ file, ok, outcome }) => void process.stdout.write(`${JSON.stringify({ file, ok, outcome })}\n`),
    end: () => {},
  }
}

const WORDS = {
  fr: { fatal: 'fatal', error: 'erreur', warning: 'alerte', information: 'info', ok: 'valide', wrong: 'invalide' },
  en: { fatal: 'fatal', error: 'error', warning: 'warning', information: 'info', ok: 'valid', wrong: 'invalid' },
} as const

function table(language: Language): ValidationReporter {
  const words = WORDS[language]
  const counts = { ok: 0, wrong: 0 }
  return {
    line: ({ file, ok, outcome }) => {
      counts[ok ? 'ok' : 'wrong'] += 1
      process.stdout.write(`${(ok ? words.ok : words.wrong).padEnd(9)} ${file}\n`)
      for (const issue of outcome.issue ?? []) process.stdout.write(rowOf(issue, words))
    },
    end: () => void process.stdout.write(`${counts.ok} ${words.ok}, ${counts.wrong} ${words.wrong}\n`),
  }
}

/** Severity, place, text, then the rule's key. */
function rowOf({ severity, expression, details }: OperationOutcomeIssue, words: (typeof WORDS)[Language]): string {
  const key = details?.coding?.[0]?.code ?? ''
  const place = expression?.[0] === undefined ? '' : `${expression[0]}: `
  return `  ${words[severity ?? 'information'].padEnd(8)} ${place}${details?.text ?? ''} [${key}]\n`
}
