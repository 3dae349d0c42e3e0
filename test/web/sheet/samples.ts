import type { SheetDocument } from '../../../src/web/sheet/documents.ts'

/** What a story says of a document. */
export type Told = Pick<SheetDocument, 'id' | 'writtenAt'> & Partial<SheetDocument>

/** A document as the sheet tells of it: a current fiche RCP unless said. */
export function aSheetDocument(facts: Told): SheetDocument {
  return {
    status: 'current',
    kind: 'rcp',
    typeName: 'Fiche RCP',
    title: facts.id,
    day: facts.writtenAt.slice(0, 10),
    event: '',
    authors: [],
    authenticator: undefined,
    custodian: '',
    tags: [],
    replaces: [],
    replacesIdentifiers: [],
    uniqueId: `urn:${facts.id}`,
    contentId: undefined,
    contentType: 'application/pdf',
    events: [],
    description: '',
    ...facts,
  }
}
