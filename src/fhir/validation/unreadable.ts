import type { OperationOutcome } from '@medplum/fhirtypes'
import { JsonError } from '../json/errors.ts'
import { type Language, refusalOf } from '../outcome.ts'
import { XmlError } from '../xml/errors.ts'

/**
 * Why a text is no resource, as a finding of a validation: fatal, with the line and column where the reading stopped and
 * nothing of the text. Undefined for an error that is not one of reading.
 */
export function unreadableOutcome(error: unknown, language: Language): OperationOutcome | undefined {
  const place = placeOf(error)
  if (place === undefined) return undefined
  const { outcome } = refusalOf(error, language, '')
  const diagnostics = `${place.key} at line ${place.line}, column ${place.column}`
  return { ...outcome, issue: (outcome.issue ?? []).map((issue) => ({ ...issue, severity: 'fatal', diagnostics })) }
}

function placeOf(error: unknown): { key: string; line: number; column: number } | undefined {
  if (error instanceof JsonError) return { key: error.key, line: error.detail.line, column: error.detail.column }
  return error instanceof XmlError && error.line > 0 ? error : undefined
}
