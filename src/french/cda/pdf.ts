import type { CdaHeader } from './header.ts'

/** A file carried by a document. */
export type EmbeddedDocument = { readonly contentType: string; readonly bytes: Uint8Array }

/** The file (most often a PDF) that a level 1 document carries; undefined for a structured document. */
export function embeddedDocument({ body }: CdaHeader): EmbeddedDocument | undefined {
  return body.kind === 'unstructured' ? { contentType: body.mediaType, bytes: body.content } : undefined
}
