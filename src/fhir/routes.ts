import type { Bundle } from '@medplum/fhirtypes'
import type { StoredType } from '../store/store.ts'
import type { Access } from './access.ts'
import { batch } from './bundle/batch.ts'
import { requestEntry } from './bundle/entries.ts'
import { transaction } from './bundle/transaction.ts'
import { requireAccess } from './caller.ts'
import { capabilities } from './capability.ts'
import { FhirError, inEntry } from './errors.ts'
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
import { contextOf, requireOwnEntry } from './restricted-writes.ts'
import { withoutUnseen } from './seen-parts.ts'

/** One row of the REST API. */
export interface Route {
  method: FhirRequest['method']
  /** Segments below the type; `:id` and `:version` capture. */
  pattern: readonly string[]
  interaction: InteractionCode
  /** With search criteria in the URL: the conditional form. */
  run(context: FhirContext, request: FhirRequest, type: StoredType, id: string, version: string): Promise<FhirResponse>
}

/** The REST API of FHIR (http.html), below /[type]. */
export const ROUTES: readonly Route[] = [
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
  /** What the caller must be allowed; absent: nothing of the record, or decided entry by entry. */
  access?: Access | undefined
  /** Whether what is written is found by criteria: the conditional interactions. */
  hasCriteria?: boolean
  run(context: FhirContext, request: FhirRequest): Promise<FhirResponse>
}

/** Answers one request to the FHIR base, or rejects with an error that outcome.ts knows. */
export async function dispatch(context: FhirContext, request: FhirRequest): Promise<FhirResponse> {
  const service = serviceFor(request.method, request.path)
  allowed(request, service)
  return service.run(context, request)
}

/** Refuses what the caller's scopes do not cover; a condition is a search besides. */
export function allowed(
  { caller, ifNoneExist }: Pick<FhirRequest, 'caller' | 'ifNoneExist'>,
  { access, hasCriteria }: Service,
): void {
  if (access === undefined) return
  requireAccess(caller, access)
  const isConditional = hasCriteria === true || (access.interaction === 'create' && ifNoneExist !== undefined)
  if (isConditional) requireAccess(caller, { interaction: 'search-type', type: access.type })
}

/**
 * The service of an HTTP method at an address: known before any body is read. HEAD is a GET whose body is not sent.
 * Throws FhirError: `http.not-found`, `resource.type-unknown`, or `http.method` and `resource.interaction` with what
 * the address does allow.
 */
export function serviceFor(httpMethod: string, path: readonly string[]): Service {
  const service = serviceAt(httpMethod, path)
  return {
    ...service,
    run: async (context, request) => {
      const held = contextOf(context, request.caller)
      try {
        return await service.run(held, request)
      } catch (error) {
        throw await withoutUnseen(held, error)
      }
    },
  }
}

function serviceAt(httpMethod: string, path: readonly string[]): Service {
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
    access: {
      interaction: route.interaction,
      type: first,
      ...(route.pattern[0] === ':id' ? { id: rest[0] ?? '' } : {}),
    },
    hasCriteria: rest.length === 0 && (method === 'PUT' || method === 'PATCH' || method === 'DELETE'),
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

function ofOperation({ methods, writes, takesAnyBody, access, run }: OperationService, method: string): Service {
  const served = methods.find((candidate) => candidate === method)
  if (served === undefined) throw new FhirError('http.method', { headers: { Allow: allow(methods) } })
  return { method: served, writes, takesAnyBody, access, run }
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
  const { caller } = request
  if (bundle.type === 'transaction' && caller !== undefined) {
    for (const [index, entry] of (bundle.entry ?? []).entries()) {
      await inEntry(index, async () => {
        const asked = requestEntry(entry, index, context.baseUrl)
        const { method, path, ifNoneExist } = asked
        allowed({ caller, ...(ifNoneExist !== undefined && { ifNoneExist }) }, serviceFor(method, path))
        await requireOwnEntry(context, asked)
      })
    }
  }
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
