/**
 * How much a finding weighs. `malformed`: no provide bundle at all (400); `structure`: never accepted; `metadata`: refused,
 * or a warning where validation is lenient (MHD-65-09); `advice`: always a warning.
 */
export type FindingKind = 'malformed' | 'structure' | 'metadata' | 'advice'

/** What a rule of IHE finds; texts are with their key in src/fhir/issues/ihe.ts. */
export interface Finding {
  key: string
  kind: FindingKind
  /** Index of the entry concerned; absent for the bundle as a whole. */
  entry?: number
  /** From the type of the resource (`DocumentReference.type`), or from `Bundle.`. */
  expression: string
  detail?: Readonly<Record<string, string | number>>
}

/** A finding on the bundle itself. */
export function inBundle(key: string, kind: FindingKind, path: string, detail?: Finding['detail']): Finding {
  return { key, kind, expression: `Bundle${path}`, ...(detail === undefined ? {} : { detail }) }
}

/** A finding on an entry itself, such as its request. */
export function onEntry(key: string, kind: FindingKind, entry: number, path = '', detail?: Finding['detail']): Finding {
  return { ...inBundle(key, kind, `.entry[${entry}]${path}`, detail), entry }
}
