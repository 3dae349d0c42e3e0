import assert from 'node:assert/strict'
import { parseCda } from '../../../src/french/cda/parse.ts'
import { type CdaView, cdaView } from '../../../src/web/cda/view.ts'

/** A document with one section of that narrative: nothing that it needs not to be read. */
export function withNarrative(narrative: string, title = 'Conclusion', entries = ''): Uint8Array {
  return new TextEncoder().encode(
    `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><title>Essai</title><component><structuredBody><component><section><title>${title}</title><text>${narrative}</text>${entries}</section></component></structuredBody></component></ClinicalDocument>`,
  )
}

/** How a narrative is shown. */
export function shown(narrative: string, entries = ''): string {
  const [section] = viewOf(withNarrative(narrative, 'Conclusion', entries)).sections
  assert.ok(section !== undefined)
  return section.html ?? ''
}

/** How a document is shown. */
export function viewOf(bytes: Uint8Array): CdaView {
  return cdaView(parseCda(bytes), (index) => `/images/${index}`)
}
