import type { DccIssue } from '../dcc/errors.ts'

/** A refusal of the FHIR interface, by a key of issues.ts. `detail` holds names and numbers, never patient values. */
export class FhirError extends Error {
  readonly key: string
  readonly detail: Readonly<Record<string, string | number>>
  readonly expression: string | undefined
  /** Headers that the answer must carry (Allow, Retry-After, Content-Range). */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    key: string,
    options: { detail?: Record<string, string | number>; expression?: string; headers?: Record<string, string> } = {},
  ) {
    super(key)
    this.name = 'FhirError'
    this.key = key
    this.detail = options.detail ?? {}
    this.expression = options.expression
    this.headers = options.headers ?? {}
  }
}

/** A refusal, `cause`, with other findings that the sender should know at once. */
export class AlsoRefused extends Error {
  readonly issues: readonly DccIssue[]

  constructor(cause: unknown, issues: readonly DccIssue[]) {
    super('refused, with other findings', { cause })
    this.name = 'AlsoRefused'
    this.issues = issues
  }
}

/** A refusal of one entry of a Bundle, by its index; `cause` says why. */
export class EntryError extends Error {
  readonly index: number

  constructor(index: number, cause: unknown) {
    super('an entry is refused', { cause })
    this.name = 'EntryError'
    this.index = index
  }
}

/** Does the work of one entry: what it rejects with says which entry that was. */
export async function inEntry<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof EntryError ? error : new EntryError(index, error)
  }
}
