/** A text that a ceiling serves, ready as bytes, with its headers. */
export interface FixedText {
  bytes: Buffer
  headers: Readonly<Record<string, string>>
}

/** 1.5 KB of JSON, about a small Patient. */
export const FIXED_TEXT = fixedText(1430)
/** 68 KB, about a page of twenty DocumentReferences. */
export const FIXED_PAGE = fixedText(67_900)

function fixedText(length: number): FixedText {
  const div = 'x'.repeat(length)
  const bytes = Buffer.from(
    JSON.stringify({ resourceType: 'Basic', id: 'ceiling', text: { status: 'generated', div } }),
  )
  return {
    bytes,
    headers: { 'Content-Type': 'application/fhir+json; charset=utf-8', 'Content-Length': String(bytes.length) },
  }
}
