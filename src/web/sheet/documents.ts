import type { DocumentReference } from '@medplum/fhirtypes'
import { attachmentOf, binaryIdOf } from '../../dcc/document-version.ts'
import { findCode } from '../../french/code-table.ts'
import { CONFIDENTIALITY_CODES } from '../../french/document-codes.ts'
import { type Actor, actorsOf, type readDirectory } from './actors.ts'
import { eventName, type Kind, kindOf, typeName } from './kinds.ts'
import { dayOf, longDate } from './words.ts'

/** A document as the sheet tells of it. */
export interface SheetDocument {
  id: string
  kind: Kind
  typeName: string
  title: string
  /** When it was written; '' when nothing says so. */
  writtenAt: string
  /** The calendar day of that in Paris, or as much of it as is known. */
  day: string
  /** What took place and when, in words, where that is another day than the one of writing. */
  event: string
  authors: readonly Actor[]
  authenticator: Actor | undefined
  custodian: string
  status: Status
  /** Labels that whoever reads it must know: not to be shown to the patient, restricted… */
  tags: readonly string[]
  /** Ids of the documents that it replaces. */
  replaces: readonly string[]
  /** Unique ids of those that it names by them: they may have arrived later. */
  replacesIdentifiers: readonly string[]
  uniqueId: string
  contentId: string | undefined
  contentType: string
  /** What it is about, as its metadata name it. */
  events: readonly string[]
  /** Where its content is when it is not in the DCC. */
  description: string
}

/** How a document stands. */
export type Status = 'current' | 'replaced' | 'withdrawn'

/** What it is called. */
export const STATUS_LABELS: Readonly<Record<Status, string>> = {
  current: 'Validé',
  replaced: 'Remplacé',
  withdrawn: 'Retiré',
}

/** A published document in words. */
export function sheetDocument(
  document: DocumentReference,
  directory: Awaited<ReturnType<typeof readDirectory>>,
): SheetDocument {
  const attachment = attachmentOf(document)
  const writtenAt = attachment?.creation ?? document.date ?? ''
  const eventDay = dayOf(document.context?.period?.start ?? '')
  const replaced = (document.relatesTo ?? []).filter(({ code }) => code === 'replaces').map(({ target }) => target)
  const name = typeName(document.type)
  const withdrawn = document.status === 'entered-in-error'
  return {
    id: document.id ?? '',
    kind: kindOf(document),
    typeName: name,
    title: attachment?.title ?? document.description ?? name,
    writtenAt,
    day: dayOf(writtenAt),
    event: eventDay === '' || eventDay === dayOf(writtenAt) ? '' : `${eventName(document)} du ${longDate(eventDay)}`,
    ...actorsOf(document, directory),
    status: withdrawn ? 'withdrawn' : document.status === 'superseded' ? 'replaced' : 'current',
    tags: tagsOf(document),
    replaces: replaced.flatMap(({ reference }) => reference?.replace(/^DocumentReference\//, '') ?? []),
    replacesIdentifiers: replaced.flatMap(({ identifier }) => identifier?.value ?? []),
    uniqueId: document.masterIdentifier?.value ?? '',
    contentId: withdrawn ? undefined : binaryIdOf(attachment?.url),
    contentType: (attachment?.contentType ?? '').toLowerCase(),
    events: (document.context?.event ?? []).flatMap(subjectName),
    description: document.description ?? '',
  }
}

/** Normal confidentiality says nothing; everything else is said. */
function tagsOf({ securityLabel = [] }: DocumentReference): string[] {
  const codings = securityLabel.flatMap(({ coding = [] }) => coding).filter(({ code }) => code !== 'N')
  return [...new Set(codings.flatMap(({ code = '', display }) => TAGS.get(code) ?? labelOf(code) ?? display ?? code))]
}

/** Labels of TRE_A07 and TRE_A08, in the words of the sheet where the official ones need their table to be understood. */
const TAGS: ReadonlyMap<string, string> = new Map([
  ['R', 'Confidentialité restreinte'],
  ['V', 'Confidentialité très restreinte'],
])

function labelOf(code: string): string | undefined {
  return findCode(CONFIDENTIALITY_CODES, code)?.display
}

function subjectName({ text, coding = [] }: NonNullable<NonNullable<DocumentReference['context']>['event']>[number]) {
  const [named] = coding.filter(({ display }) => display !== undefined)
  const code = named?.code === undefined || !/^[CD]\d/.test(named.code) ? '' : ` (${named.code})`
  return named?.display === undefined ? (text ?? []) : `${named.display}${code}`
}
