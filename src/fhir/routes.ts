import type { Bundle } from '@medplum/fhirtypes'
import type { StoredType } from '../store/store.ts'
import { batch } from './bundle/batch.ts'
import { transaction } from './bundle/transaction.ts'
import { capabilities } from './capability.ts'
import { FhirError } from './errors.ts'
import type { FhirContext, FhirRequest, FhirResponse } from './exchange.ts'
import { readBinary } from './interactions/binary.ts'
import { createInteraction } from './interactions/create.ts'
import { conditionalDelete, deleteInteraction } from './interactions/delete.ts'
import { history } from './interactions/history.ts'
import { conditionalPatch, patchInteraction } from './interactions/patch.ts'
import { read, vread } from './interactions/read.ts'
import { searchType } from './interactions/search.ts'
import { conditionalUpdate, updateInteraction } from './interactions/update.ts'
import { type OperationService, operationAt } from './operations/route.ts'
import { type InteractionCode, isStoredType, RESOURCE_TYPES } from './resource-types.ts'

interface Route {
  method: FhirRequest['method']
  /** Segments below the type; `:id` and `:version` capture. */
  pattern: readonly string[]
  interaction: InteractionCode
  /** With search criteria in the URL: the conditional form. */
  run(context: FhirContext, request: FhirRequest, type: StoredType, id: string, version: string): Promise<FhirResponse>
}

/** The REST API of FHIR (http.html), below /[type]. */
const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: [], interaction: 'search-type', run: (c, r, type) => searchType(c, r, type) },
  { method: 'POST', pattern: ['_search'], interaction: 'search-type', run: (c, r, type) => searchType(c, r, type) },
  { method: 'POST', pattern: [], interaction: 'create', run: (c, r, type) => createInteraction(c, r, type) },
  { method: 'PUT', pattern: [], interaction: 'update', run: (c, r, type) => conditionalUpdate(c, r, type) },
  { method: 'PATCH', pattern: [], interaction: 'patch', run: (c, r, type) => conditionalPatch(c, r, type) },
  { method: 'DELETE', pattern: [], interaction: 'delete', run: (c, r, type) => conditionalDelete(c, r, type) },
  { method: 'GET', pattern: ['_history'], interaction: 'history-type', run: (c, r, type) => history(c, r, type) },
  {
    method: 'GET',
    pattern: [':id'],
    interaction: 'read',
    run: (c, r, type, id) => (type === 'Binary' ? readBinary(c, r, id) : read(c, r, type, id)),
  },
  {
    method: 'PUT',
    pattern: [':id'],
    interaction: 'update',
    run: (c, r, type, id) => updateInteraction(c, r, type, id),
  },
  {
    method: 'PATCH',
    pattern: [':id'],
    interaction: 'patch',
    run: (c, r, type, id) => patchInteraction(c, r, type, id),
  },
  {
    method: 'DELETE',
    pattern: [':id'],
    interaction: 'delete',
    run: (c, r, type, id) => deleteInteraction(c, r, type, id),
  },
  {
    method: 'GET',
    pattern: [':id', '_history'],
    interaction: 'history-instance',
    run: (c, r, type, id) => history(c, r, type, id),
  },
  {
    method: 'GET',
    pattern: [':id', '_history', ':version'],
    interaction: 'vread',
    run: (c, r, type, id, version) =>
      type === 'Binary' && version === '1' ? readBinary(c, r, id) : vread(c, r, type, id, version),
  },
]

/** What serves a request once its address and method are known to be right. */
export interface Service {
  method: FhirRequest['method']
  /** Whether it may store something. */
  writes: boolean
  /** Whether a body need not be a resource as R4 wants it. */
  takesAnyBody?: boolean
  run(context: FhirContext, request: FhirRequest): Promise<FhirResponse>
}

/** Answers one request to the FHIR base, or rejects with an error that outcome.ts knows. */
export async function dispatch(context: FhirContext, request: FhirRequest): Promise<FhirResponse> {
  return serviceFor(request.method, request.path).run(context, request)
}

/**
 * The service of an HTTP method at an address: known before any body is read. HEAD is a GET whose body is not sent.
 * Throws FhirError: `http.not-found`, `resource.type-unknown`, or `http.method` and `resource.interaction` with what
 * the address does allow.
 */
export function serviceFor(httpMethod: string, path: readonly string[]): Service {
  const method = httpMethod === 'HEAD' ? 'GET' : httpMethod
  const [first, ...rest] = path
  if (first === undefined) return only({ method: 'POST', writes: true, run: system }, method)
  if (first === 'metadata' && rest.length === 0)
    return only({ method: 'GET', writes: false, run: capabilities }, method)
  const operation = operationAt(path)
  if (operation !== undefined) return ofOperation(operation, method)
  if (!/^[A-Z]/.test(first)) throw new FhirError('http.not-found')
  if (!isStoredType(first)) {
    throw new FhirError('resource.type-unknown', { detail: { types: Object.keys(RESOURCE_TYPES).join(', ') } })
  }
  const route = ROUTES.find((candidate) => candidate.method === method && matchesPattern(candidate.pattern, rest))
  if (route === undefined || !supports(first, route.interaction)) throw notServed(first, rest, route)
  return {
    method: route.method,
    writes: !READING.has(route.interaction),
    run: (context, request) => route.run(context, request, first, rest[0] ?? '', rest[2] ?? ''),
  }
}

const READING: ReadonlySet<InteractionCode> = new Set([
  'read',
  'vread',
  'search-type',
  'history-instance',
  'history-type',
])

function ofOperation({ methods, writes, takesAnyBody, run }: OperationService, method: string): Service {
  const served = methods.find((candidate) => candidate === method)
  if (served === undefined) throw new FhirError('http.method', { headers: { Allow: allow(methods) } })
  return { method: served, writes, takesAnyBody, run }
}

/** Why an address or method below a type is not served, with what the address does allow. */
function notServed(first: StoredType, rest: readonly string[], route: Route | undefined): FhirError {
  const candidates = ROUTES.filter(({ pattern }) => matchesPattern(pattern, rest))
  if (candidates.length === 0) return new FhirError('http.not-found')
  const served = candidates.filter(({ interaction }) => supports(first, interaction))
  const headers = { Allow: allow(served.map((candidate) => candidate.method)) }
  if (route === undefined) return new FhirError('http.method', { headers })
  return new FhirError('resource.interaction', { detail: { interaction: route.interaction, type: first }, headers })
}

async function system(context: FhirContext, request: FhirRequest): Promise<FhirResponse> {
  const bundle = bundleOf(request)
  const limit = context.limits.maxBundleEntries
  if ((bundle.entry?.length ?? 0) > limit) throw new FhirError('bundle.too-many-entries', { detail: { limit } })
  if (bundle.type === 'transaction') return transaction(context, request, bundle, dispatch)
  return batch(context, request, bundle, dispatch)
}

function bundleOf(request: FhirRequest): Bundle {
  const resource = request.body?.kind === 'resource' ? request.body.resource : undefined
  if (resource?.resourceType === 'Bundle' && (resource.type === 'batch' || resource.type === 'transaction'))
    return resource
  throw new FhirError('bundle.invalid')
}

function supports(type: StoredType, interaction: InteractionCode): boolean {
  return RESOURCE_TYPES[type].interactions.includes(interaction)
}

/** `:id` and `:version` take what could be one: neither `_history` nor an operation such as `$everything`. */
function matchesPattern(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => (part.startsWith(':') ? !/^[_$]/.test(path[index] ?? '') : part === path[index]))
  )
}

function only(service: Service, method: string): Service {
  if (method !== service.method) throw new FhirError('http.method', { headers: { Allow: allow([service.method]) } })
  return service
}

/** The Allow header: what can be read can be asked for by HEAD too. */
function allow(methods: readonly string[]): string {
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ')
}
