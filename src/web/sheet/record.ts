import type { DocumentReference } from '@medplum/fhirtypes'
import { labelsHidingFrom } from '../../dcc/entitlement/labels.ts'
import type { Professional } from '../../dcc/professional.ts'
import type { DccStore, Pathway } from '../../store/store.ts'
import { isWrittenBy, readDirectory } from './actors.ts'
import { type SheetDocument, sheetDocument } from './documents.ts'
import { type Chain, chainsOf } from './versions.ts'

/** What a sheet tells of. */
export interface SheetRecord {
  chains: readonly Chain[]
  documents: readonly SheetDocument[]
  /** There are more documents than these, all older. */
  truncated: boolean
}

/** Documents of one person that a sheet knows: the newest ones. Nobody has so many; a machine may send them. */
const MOST_DOCUMENTS = 2000

/** Whose eyes look at the sheet. */
export type Reader = Pick<Professional, 'nationalId' | 'rpps'>

/**
 * Reads all visible documents of a person that no label hides from the reader: one search of documents, and at most
 * three of directories.
 */
export async function readRecord(store: DccStore, records: readonly string[], reader: Reader): Promise<SheetRecord> {
  const found = await store.search({
    type: 'DocumentReference',
    conditions: [{ kind: 'patient', ids: records }],
    sort: { key: 'creation', descending: true },
    limit: MOST_DOCUMENTS + 1,
  })
  const resources = found.slice(0, MOST_DOCUMENTS).map(({ text }): DocumentReference => JSON.parse(text))
  const directory = await readDirectory(store, resources)
  const documents = resources
    .filter((resource) => !isHidden(resource) || isWrittenBy(resource, directory, reader))
    .map((resource) => sheetDocument(resource, directory))
  return { documents, chains: chainsOf(documents), truncated: found.length > MOST_DOCUMENTS }
}

/** Masked to professionals: to all but those who wrote it (docs/decisions/0017). */
function isHidden({ securityLabel = [] }: DocumentReference): boolean {
  return securityLabel.some(({ coding = [] }) => coding.some(({ code }) => code !== undefined && HIDING.includes(code)))
}

const HIDING = labelsHidingFrom('professional')

/** The oncology pathways of a patient in words, those that are still open first. */
export function pathwaysInWords(pathways: readonly Pathway[], documents: readonly SheetDocument[]): string[] {
  const sorted = pathways.toSorted((a, b) => CLOSED.indexOf(a.status) - CLOSED.indexOf(b.status))
  return [...new Set(sorted.map(({ status, topography }) => inWords(status, topography, documents)))]
}

const CLOSED: readonly string[] = ['closed', 'refuted']

const STATUSES: Readonly<Record<Pathway['status'], string>> = {
  suspected: 'suspicion de cancer',
  active: 'parcours en cours',
  surveillance: 'en surveillance',
  after_cancer: 'après-cancer',
  closed: 'parcours clos',
  refuted: 'diagnostic écarté',
}

/** A site has the name that the documents of the patient give to its code. */
function inWords(
  status: Pathway['status'],
  topography: string | undefined,
  documents: readonly SheetDocument[],
): string {
  if (topography === undefined) return `Localisation non précisée, ${STATUSES[status]}`
  const named = documents.flatMap(({ events }) => events).find((event) => event.endsWith(`(${topography})`))
  return `${named ?? `Localisation ${topography}`}, ${STATUSES[status]}`
}
