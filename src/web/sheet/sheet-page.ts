import type { Response } from 'express'
import { isFramed } from '../frames.ts'
import { renderPage, sendPage } from '../pages.ts'
import { signedInAs, type WebOptions } from '../visit.ts'
import { actorLine } from './actors.ts'
import { addressesOf, type SheetAddresses } from './addresses.ts'
import { bannerOf } from './banner.ts'
import { type SheetDocument, STATUS_LABELS } from './documents.ts'
import { type PatientVisit, traceOf } from './guard.ts'
import { pathwaysInWords, readRecord } from './record.ts'
import { type Choice, type Filter, readFilter, type Timeline, timelineOf } from './timeline.ts'
import type { Chain } from './versions.ts'
import { counted, longDate, shortDay } from './words.ts'

/** The tab and its history do not say whose sheet it is. */
const TITLE = 'Fiche patient'

/** `/patients/{id}`: who the patient is, the pathways, and every document, newest first. */
export async function sheetPage(
  options: WebOptions,
  visit: PatientVisit,
  query: Readonly<Record<string, unknown>>,
  response: Response,
): Promise<void> {
  const { store, now } = options.dcc
  const { patientId, context, records } = visit
  await options.traces.record(traceOf(visit, response, 'patient-opened', visit.basis))
  const [record, pathways, apps = []] = await Promise.all([
    readRecord(store, records, visit.session.professional),
    store.pathways(patientId),
    options.apps?.list(),
  ])
  const filter = readFilter(query)
  const addresses = addressesOf(patientId, context.id)
  const today = now().toISOString()
  const timeline = timelineOf(record.chains, filter, today)
  const page = {
    pathways: pathwaysInWords(pathways, record.documents),
    emergency: visit.basis === 'emergency',
    ...timelineView(timeline, filter, addresses),
    latest: latestOf(record.chains, addresses),
    empty: record.chains.length === 0,
    truncated: record.truncated,
    apps: apps.map(({ id, name }) => ({ id, name })),
    launch: { action: addresses.apps, csrf: visit.session.csrf, context: context.id },
  }
  const frame = {
    title: TITLE,
    signedIn: signedInAs(visit.session),
    framed: isFramed(response.req),
    banner: bannerOf(visit.patient, context, today),
  }
  sendPage(response, renderPage('sheet', frame, page), {
    frameOrigins: context.dpi?.frameOrigins ?? [],
    opens: [...new Set(apps.flatMap(({ origins }) => origins))],
  })
}

function timelineView(timeline: Timeline, filter: Filter, addresses: SheetAddresses) {
  const { total, first, last, older, newer } = timeline
  const link = (changed: Partial<Filter>) => addresses.sheet({ ...filter, page: 1, ...changed })
  const linked = (choices: readonly Choice[], name: 'kind' | 'period') =>
    choices.map((choice) => ({ ...choice, href: link({ [name]: choice.value === '' ? undefined : choice.value }) }))
  return {
    kinds: linked(timeline.kinds, 'kind'),
    periods: linked(timeline.periods, 'period'),
    years: timeline.years.map(({ year, chains }) => ({ year, rows: chains.map((chain) => rowOf(chain, addresses)) })),
    filtered: filter.kind !== undefined || filter.period !== undefined,
    all: addresses.sheet(),
    found: counted(total, 'document'),
    part: older === undefined && newer === undefined ? '' : `${first} à ${last} sur `,
    older: older === undefined ? undefined : addresses.sheet({ ...filter, page: older }),
    newer: newer === undefined ? undefined : addresses.sheet({ ...filter, page: newer }),
  }
}

/** What is looked for first in a long record: the last fiche RCP and the PPS that are in force. */
function latestOf(chains: readonly Chain[], addresses: SheetAddresses) {
  if (chains.length < LONG) return []
  return LATEST.flatMap(({ kind, label }) => {
    const found = chains.find(({ current }) => current.kind === kind && current.status === 'current')?.current
    if (found === undefined) return []
    const { id, title, writtenAt, event } = found
    return [{ label, href: addresses.document(id), title, when: event || longDate(writtenAt) }]
  })
}

const LATEST = [
  { kind: 'rcp', label: 'Dernière fiche RCP' },
  { kind: 'pps', label: 'PPS en vigueur' },
] as const

/** Documents from which on a list is not seen at a glance. */
const LONG = 8

function rowOf({ current, earlier }: Chain, addresses: SheetAddresses) {
  return {
    ...documentRow(current, addresses),
    earlierLabel: counted(earlier.length, 'version précédente', 'versions précédentes'),
    earlier: earlier.map((one) => documentRow(one, addresses)),
  }
}

function documentRow(document: SheetDocument, addresses: SheetAddresses) {
  const { kind, typeName, title, writtenAt, day, event, status, tags, authors } = document
  const [author, ...others] = authors
  return {
    href: addresses.document(document.id),
    kind,
    kindLabel: typeName,
    title,
    day,
    shortDay: shortDay(writtenAt) || longDate(writtenAt) || 'Sans date',
    longDate: longDate(writtenAt),
    event,
    author: author === undefined ? '' : actorLine({ ...author, role: '' }),
    others: others.length === 0 ? '' : `et ${counted(others.length, 'autre')}`,
    status,
    statusLabel: STATUS_LABELS[status],
    tags,
  }
}
