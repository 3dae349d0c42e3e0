import type { Response } from 'express'
import { SmartError } from '../../smart/errors.ts'
import type { CdaView, Likeness } from '../cda/view.ts'
import { cdaView, likenessOf } from '../cda/view.ts'
import { isFramed } from '../frames.ts'
import { renderPage, renderPart, sendPage } from '../pages.ts'
import { signedInAs, type WebOptions } from '../visit.ts'
import { actorLine } from './actors.ts'
import { addressesOf, type SheetAddresses } from './addresses.ts'
import { bannerOf } from './banner.ts'
import { contentOf, type DocumentContent, readText } from './contents.ts'
import { type SheetDocument, STATUS_LABELS } from './documents.ts'
import { type PatientVisit, traceOf } from './guard.ts'
import { readRecord } from './record.ts'
import { type Chain, chainOf } from './versions.ts'
import { fileSize, longDate } from './words.ts'

/** `/patients/{id}/documents/{documentId}`: a document of the patient, with what is known of it and its versions. */
export async function documentPage(
  options: WebOptions,
  visit: PatientVisit,
  documentId: string,
  response: Response,
): Promise<void> {
  const { store, blobs, now } = options.dcc
  const { patientId, context, patient } = visit
  const { chains, documents } = await readRecord(store, visit.records, visit.session.professional)
  const document = documents.find(({ id }) => id === documentId)
  const chain = chainOf(chains, documentId)
  if (document === undefined || chain === undefined) throw new SmartError('document.unknown')
  await options.traces.record(traceOf(visit, response, 'document-opened', document.id))
  const addresses = addressesOf(patientId, context.id)
  const content = await contentOf(options.dcc, document, true)
  const view = content?.cda && cdaView(content.cda, (index) => addresses.image(document.id, index))
  const text = content?.shown?.as === 'text' ? await readText(blobs, content.shown, LONGEST_TEXT) : undefined
  const page = {
    ...facts(document),
    ...versionsView(document, chain, addresses),
    ...neighboursView(chains, chain, addresses),
    ...contentView(document, content, view, addresses),
    text,
    likeness: view === undefined ? undefined : likenessView(likenessOf(view.header, patient)),
  }
  const frame = {
    // A title that its author wrote may name the patient.
    title: [document.typeName, longDate(document.writtenAt)].filter((part) => part !== '').join(' du '),
    heading: document.title,
    trail: [{ label: 'Fiche patient', href: addresses.sheet() }],
    signedIn: signedInAs(visit.session),
    framed: isFramed(response.req),
    banner: bannerOf(patient, context, now().toISOString()),
  }
  sendPage(response, renderPage('document', frame, page), { frameOrigins: context.dpi?.frameOrigins ?? [] })
}

/** Longest text that is part of a page, in bytes; a longer one is opened by itself. */
const LONGEST_TEXT = 200_000

function facts(document: SheetDocument) {
  const { typeName, writtenAt, event, kind, authors, authenticator, custodian, events, status, tags } = document
  return {
    kind,
    typeName,
    date: longDate(writtenAt),
    event,
    authors: authors.map(actorLine),
    authenticator: authenticator === undefined ? '' : actorLine({ ...authenticator, role: '' }),
    custodian,
    events,
    status,
    statusLabel: STATUS_LABELS[status],
    tags,
  }
}

function versionsView(document: SheetDocument, { current, earlier }: Chain, addresses: SheetAddresses) {
  const all = [current, ...earlier]
  return {
    replacedBy:
      document === current ? undefined : { href: addresses.document(current.id), date: longDate(current.writtenAt) },
    versions:
      all.length === 1
        ? []
        : all.map((one) => ({
            href: addresses.document(one.id),
            date: longDate(one.writtenAt) || 'date inconnue',
            status: one.status,
            statusLabel: STATUS_LABELS[one.status],
            here: one === document,
          })),
  }
}

/** The documents before and after, so that a record is read in its order. */
function neighboursView(chains: readonly Chain[], chain: Chain, addresses: SheetAddresses) {
  const at = chains.indexOf(chain)
  const linkTo = (other: Chain | undefined) =>
    other && {
      href: addresses.document(other.current.id),
      label: `${other.current.typeName}, ${longDate(other.current.writtenAt) || 'sans date'}`,
    }
  return { newer: linkTo(chains[at - 1]), older: linkTo(chains[at + 1]) }
}

/** How the content is shown: what a browser shows as it is, a structured document as text, anything else as a file. */
function contentView(
  { id }: SheetDocument,
  content: DocumentContent | undefined,
  view: CdaView | undefined,
  addresses: SheetAddresses,
) {
  const as = content === undefined ? 'nothing' : (content.shown?.as ?? (view === undefined ? 'file' : 'cda'))
  return {
    as,
    cda: as === 'cda' && view !== undefined ? renderPart('cda', view) : undefined,
    open: content?.shown === undefined ? undefined : addresses.content(id),
    size: content === undefined ? '' : fileSize((content.shown ?? content.original).size),
    download: content === undefined ? undefined : addresses.content(id, { download: true }),
    original:
      content?.isXml === true && content.shown !== undefined ? addresses.content(id, { original: true }) : undefined,
  }
}

function likenessView(likeness: Likeness): { kind: Likeness['kind']; traits: readonly string[] } {
  return { kind: likeness.kind, traits: likeness.kind === 'different' ? likeness.traits : [] }
}
