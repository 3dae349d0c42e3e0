/** What the ceilings serve: 1.5 KB of JSON, about a small Patient, ready as bytes. */
export const FIXED_TEXT = Buffer.from(
  JSON.stringify({ resourceType: 'Basic', id: 'ceiling', text: { status: 'generated', div: 'x'.repeat(1430) } }),
)

/** Headers of the fixed text. */
export const FIXED_HEADERS = {
  'Content-Type': 'application/fhir+json; charset=utf-8',
  'Content-Length': String(FIXED_TEXT.length),
} as const
