import { checkTransaction } from './bundle-transaction.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'
import type { Compiler } from './types.ts'

/**
 * What a Bundle must fulfil besides its definition and its invariants bdl-1 to bdl-12 (bundle.html; validation.md
 * B2, B3, B5, B6). The resources of its entries are checked where they stand.
 */
export function checkBundle(compiler: Compiler, bundle: JsonObject, run: Run, depth: number): void {
  const entries = Array.isArray(bundle.entry) ? bundle.entry.map((entry) => (isObject(entry) ? entry : {})) : []
  checkLinks(bundle, run, depth)
  entries.forEach((entry, at) => {
    run.names[depth + 1] = 'entry'
    run.indices[depth + 1] = at
    checkFullUrl(compiler, bundle, entry, run, depth + 1)
  })
  if (bundle.type === 'document') checkDocument(entries, run, depth)
  if (bundle.type === 'transaction' || bundle.type === 'batch') checkTransaction(compiler, bundle, entries, run, depth)
}

/** B6: each relation once. */
function checkLinks(bundle: JsonObject, run: Run, depth: number): void {
  if (!Array.isArray(bundle.link)) return
  const relations = bundle.link.map((link: unknown) => (isObject(link) ? link.relation : undefined))
  relations.forEach((relation, at) => {
    if (typeof relation !== 'string' || relations.indexOf(relation) === at) return
    run.names[depth + 1] = 'link'
    run.indices[depth + 1] = at
    run.report(depth + 1, 'error', 'bundle.link-repeated')
  })
}

/** B2: an absolute URI that belongs to the resource, absent only of a resource that has no identity yet. */
function checkFullUrl(compiler: Compiler, bundle: JsonObject, entry: JsonObject, run: Run, depth: number): void {
  const { fullUrl, resource } = entry
  if (fullUrl === undefined) {
    if (isObject(resource) && !mayLackUrl(bundle, entry)) run.report(depth, 'error', 'bundle.full-url-missing')
    return
  }
  const fault = typeof fullUrl === 'string' ? faultOf(fullUrl, entry) : undefined
  // An address that is not one of a RESTful server (a published page) says nothing of the id: it cannot contradict it.
  const isDoubt = fault === 'bundle.full-url-id' && !isRestful(compiler, String(fullUrl))
  if (fault !== undefined) run.report(depth, isDoubt ? 'warning' : 'error', fault)
}

function faultOf(fullUrl: string, { resource, request }: JsonObject): string | undefined {
  if (fullUrl.startsWith('urn:uuid:')) return UUID.test(fullUrl) ? undefined : 'bundle.full-url-uuid'
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(fullUrl)) return 'bundle.full-url-absolute'
  if (!/^https?:/.test(fullUrl) || !isObject(resource) || typeof resource.id !== 'string') return undefined
  // The resource of a POST has no identity of its own: what its id says is left aside.
  if (isObject(request) && request.method === 'POST') return undefined
  return fullUrl.endsWith(`/${String(resource.resourceType)}/${resource.id}`) ? undefined : 'bundle.full-url-id'
}

/** An address as RESTful servers give them ends with the name of a resource type and an id (references.html#literal). */
function isRestful({ definitions }: Compiler, url: string): boolean {
  const type = /\/([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}$/.exec(url)?.[1]
  return type !== undefined && definitions(type)?.kind === 'resource'
}

const UUID = /^urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** What is sent to be stored, and answers about it, may be without identity; an answer that carries it may not. */
function mayLackUrl({ type }: JsonObject, { request, resource }: JsonObject): boolean {
  if (type === 'batch-response' || type === 'transaction-response' || type === 'history') return true
  if (type === 'transaction' || type === 'batch')
    return !isObject(request) || request.method !== 'PUT' || type === 'batch'
  // A collection or searchset may carry an OperationOutcome, which has no identity.
  return isObject(resource) && (resource.resourceType === 'OperationOutcome' || resource.resourceType === 'Parameters')
}

/**
 * B3: every resource of a document is reached from its Composition (or reaches it, as a Provenance does). That there is
 * no Composition bdl-11 says.
 */
function checkDocument(entries: readonly JsonObject[], run: Run, depth: number): void {
  const resources = entries.map(({ resource }) => resource)
  if (!isObject(resources[0]) || resources[0].resourceType !== 'Composition') return
  const reached = new Set<unknown>([resources[0]])
  const bundle = run.bundle
  if (bundle === undefined) return
  const queue = [resources[0]]
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    for (const reference of referencesOf(from)) {
      const target = bundle.find(reference, from)
      if (target === undefined || reached.has(target)) continue
      reached.add(target)
      queue.push(target)
    }
  }
  resources.forEach((resource, at) => {
    if (!isObject(resource) || reached.has(resource)) return
    if (referencesOf(resource).some((reference) => reached.has(bundle.find(reference, resource)))) return
    run.names[depth + 1] = 'entry'
    run.indices[depth + 1] = at
    run.report(depth + 1, 'error', 'bundle.unreachable')
  })
}

/** All literal references in a resource, those of contained resources included. */
function referencesOf(resource: unknown): string[] {
  const found: string[] = []
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return
    for (const key in value) {
      const child: unknown = Reflect.get(value, key)
      if (key === 'reference' && typeof child === 'string') found.push(child)
      else visit(child, depth + 1)
    }
  }
  visit(resource, 0)
  return found
}

/** Deeper values are refused by the walk. */
const DEEPEST = 500
