import type { HistoryEntry, HistoryQuery, StoredType } from '../../store/store.ts'
import { PRIMITIVE_FORMATS } from '../../validation/primitive-formats.ts'
import { FhirError } from '../errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from '../exchange.ts'
import { ofSeenNow } from '../personal-view.ts'
import { withAbsoluteUrls } from '../references.ts'
import { confinement, covered, covers } from '../restrictions.ts'
import { PAGE_PARAMETER } from '../search/controls.ts'
import { openCursor, scopeFor, sealCursor } from '../search/cursor.ts'
import { pageLength } from '../search/page-length.ts'
import { shown } from '../seen-lists.ts'

const DEFAULT_COUNT = 50
const MAX_COUNT = 500

/** history: GET [type]/[id]/_history and GET [type]/_history (FHIR http.html#history), newest first, `_since`, `_count`. */
export async function history(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id?: string,
): Promise<FhirResponse> {
  const { store } = context.dcc
  const interaction = id === undefined ? 'history-type' : 'history-instance'
  if (id !== undefined) {
    const current = await covered(context, interaction, await store.read(type, id))
    if (current === undefined || (!current.visible && !current.deleted)) throw new FhirError('resource.unknown')
  }
  const { since, count, before } = parametersOf(context, request, type, id)
  const query: HistoryQuery = {
    type,
    limit: count + 1,
    ...(id === undefined ? await ownPersons(context, type) : {}),
    ...(id === undefined ? {} : { id }),
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
  }
  const found = await store.history(query)
  const length = pageLength(found, count)
  const last = found.slice(0, length).at(-1)
  // A version that was not published is no part of what may be seen (design.md section 6, rule 4).
  const published = found.slice(0, length).filter((entry) => entry.visible || entry.deleted)
  const seen = await ofSeenNow(context, published)
  const allowed = await Promise.all(seen.map((entry) => covers(context, interaction, entry)))
  const page = await shown(
    context,
    seen.filter((_, index) => allowed[index]),
  )
  const next = found.length > length && last !== undefined ? nextLink(context, request, type, id, last) : undefined
  return { status: 200, headers: {}, body: { kind: 'json', pieces: [bundleText(context, request, page, next)] } }
}

/** Whose history of a type the caller gets: of the only person, of those whom a professional may see, or all. */
async function ownPersons(
  context: FhirContext,
  type: StoredType,
): Promise<Pick<HistoryQuery, 'patients' | 'entitledTo'>> {
  const patients = await confinement(context, 'history-type', type)
  if (patients !== undefined) return { patients }
  const within = await context.caller?.person?.within()
  return within ?? {}
}

interface HistoryParameters {
  since: string | undefined
  count: number
  before: HistoryQuery['before'] | undefined
}

function parametersOf(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string | undefined,
): HistoryParameters {
  const parameters: HistoryParameters = { since: undefined, count: DEFAULT_COUNT, before: undefined }
  for (const [name, value] of request.query) {
    if (name === '_since') {
      if (PRIMITIVE_FORMATS.dateTime?.(value) !== true) {
        throw new FhirError('search.value-invalid', { detail: { parameter: name } })
      }
      parameters.since = new Date(value).toISOString()
    } else if (name === '_count') {
      if (!/^\d{1,6}$/.test(value)) throw new FhirError('search.value-invalid', { detail: { parameter: name } })
      parameters.count = Math.max(1, Math.min(Number(value), MAX_COUNT))
    } else if (name === PAGE_PARAMETER) {
      const payload = openCursor(value, context.cursorKey, context.dcc.now(), scopeOf(context, type, id))
      const [updatedAt, version] = payload.position.value.split('#')
      if (updatedAt === undefined || version === undefined) throw new FhirError('search.cursor-invalid')
      parameters.before = { updatedAt, id: payload.position.id, version: Number(version) }
    }
  }
  return parameters
}

function scopeOf({ caller }: FhirContext, type: StoredType, id: string | undefined): string {
  return scopeFor(`history:${type}:${id ?? ''}`, caller)
}

function nextLink(
  context: FhirContext,
  request: FhirRequest,
  type: StoredType,
  id: string | undefined,
  last: HistoryEntry,
): string {
  const cursor = sealCursor(
    {
      scope: scopeOf(context, type, id),
      query: [],
      position: { value: `${last.updatedAt}#${last.version}`, id: last.id },
      createdUntil: context.dcc.now().toISOString(),
    },
    context.cursorKey,
    context.dcc.now(),
  )
  const kept = request.query.filter(([name]) => name !== PAGE_PARAMETER)
  return linkOf(context, request, [...kept, [PAGE_PARAMETER, cursor]])
}

function linkOf(context: FhirContext, request: FhirRequest, query: readonly (readonly [string, string])[]): string {
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString()
  return `${context.baseUrl}/${request.path.join('/')}${search === '' ? '' : `?${search}`}`
}

function bundleText(
  context: FhirContext,
  request: FhirRequest,
  page: readonly HistoryEntry[],
  next: string | undefined,
): string {
  const link = [{ relation: 'self', url: linkOf(context, request, request.query) }]
  if (next !== undefined) link.push({ relation: 'next', url: next })
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'history', link })
  const entries = page.map((entry) => entryText(context, entry))
  const entry = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`
  return `${head.slice(0, -1)}${entry}}`
}

/** The stored text is spliced, never parsed (design.md section 4, resource text). */
function entryText(context: FhirContext, entry: HistoryEntry): string {
  const address = `${entry.type}/${entry.id}`
  const request = { method: entry.method, url: entry.method === 'POST' ? entry.type : address }
  const status = { POST: '201', PUT: '200', PATCH: '200', DELETE: '204' }[entry.method]
  const response = { status, etag: `W/"${entry.version}"`, lastModified: entry.updatedAt }
  const resource = entry.deleted ? '' : `,"resource":${withAbsoluteUrls(entry.text, context.baseUrl)}`
  const tail = `,"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`
  return `{"fullUrl":${JSON.stringify(`${context.baseUrl}/${address}`)}${resource}${tail}`
}
