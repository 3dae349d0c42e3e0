/**
 * Invariants of R4 that do not say what their text says, and what stands for them. Each is wrong only as an expression:
 * the element's own description, or the later version of FHIR that is named, settles what is meant.
 */
export interface Correction {
  readonly key: string
  readonly published: string
  readonly meant: string
  readonly why: string
}

export const CORRECTIONS: readonly Correction[] = [
  {
    key: 'ref-1',
    published:
      "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))",
    meant:
      "reference.exists() implies (reference.startsWith('#').not() or (reference.substring(1) in %rootResource.contained.id) or (reference = '#' and %rootResource != %resource))",
    why: 'Without `reference` the published expression is empty, which would refuse every logical reference (R5 has this one); `#` alone is the container.',
  },
  {
    key: 'per-1',
    published: 'start.hasValue().not() or end.hasValue().not() or (start <= end)',
    meant: 'start.hasValue().not() or end.hasValue().not() or (start <= end) or (start <= end).empty()',
    why: 'An end of 2012-02-03 includes 2012-02-03T10:00:00 (R4, datatypes.html, Period): a start that the precision of the end does not decide is no error (R5 compares boundaries).',
  },
  {
    key: 'que-7',
    published: "operator = 'exists' implies (answer is Boolean)",
    meant: "operator = 'exists' implies (answer is boolean)",
    why: 'The answer is a FHIR boolean, which is no System.Boolean (R5 has this one).',
  },
  {
    key: 'bdl-8',
    published: "fullUrl.contains('/_history/').not()",
    meant: "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    why: 'Without `fullUrl`, which an entry may omit, the published expression is empty (later versions have this one).',
  },
  {
    key: 'adf-0',
    published: "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')",
    meant: "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
    why: 'Without `name`, which is optional, the published expression is empty; its pattern is meant for the whole name (R5 has both).',
  },
  {
    key: 'ras-2',
    published: 'probability is decimal implies (probability as decimal) <= 100',
    meant: 'probability.empty() or ((probability is decimal) implies ((probability as decimal) <= 100))',
    why: 'Without `probability`, which is optional, the published expression is empty (4.0.1 has both forms in its files).',
  },
]

const MEANT: ReadonlyMap<string, string> = new Map(CORRECTIONS.map(({ published, meant }) => [published, meant]))

/** The expression that stands for a published one: itself, unless it is known to be wrong. */
export function correctedInvariant(expression: string): string {
  return MEANT.get(expression.trim()) ?? expression
}
