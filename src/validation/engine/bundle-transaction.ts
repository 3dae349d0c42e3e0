import { isObject, type JsonObject } from './json.ts'
import type { Run } from './run.ts'
import type { Compiler } from './types.ts'

/** The requests of a transaction or batch (http.html#transaction; validation.md B5). */
export function checkTransaction(
  compiler: Compiler,
  bundle: JsonObject,
  entries: readonly JsonObject[],
  run: Run,
  depth: number,
): void {
  const written = new Set<string>()
  entries.forEach((entry, at) => {
    const { request } = entry
    run.names[depth + 1] = 'entry'
    run.indices[depth + 1] = at
    if (isObject(request)) {
      run.names[depth + 2] = 'request'
      run.indices[depth + 2] = -1
      checkRequest(compiler, entry, request, run, depth + 2)
      if (bundle.type === 'transaction') checkOnce(request, written, run, depth + 2)
    } else {
      // bdl-3 refuses it, and does not say which entry it is.
      run.report(depth + 1, 'information', 'transaction.request-missing')
    }
  })
}

function checkRequest(compiler: Compiler, entry: JsonObject, request: JsonObject, run: Run, depth: number): void {
  const { method, url, ifNoneExist } = request
  if (ifNoneExist !== undefined && method !== 'POST') run.report(depth, 'error', 'transaction.if-none-exist')
  if (typeof method !== 'string' || typeof url !== 'string') return
  const [, type = '', rest = ''] = /^\/?([A-Za-z$-]*)(.*)$/s.exec(url) ?? []
  if (method === 'POST') {
    const isOperation = url.includes('$') || type === ''
    if (isOperation) return
    if (rest !== '' || !isResource(compiler, type)) run.report(depth, 'error', 'transaction.post-url')
    else checkSameType(entry, type, run, depth)
  } else if (INSTANCE.has(method)) {
    const isInstance = /^\/[A-Za-z0-9\-.]{1,64}(\?.*)?$/.test(rest) || /^\?.+/.test(rest)
    if (!isInstance || !isResource(compiler, type)) run.report(depth, 'error', 'transaction.url')
    else if (method === 'PUT') checkSameType(entry, type, run, depth)
  }
}

const INSTANCE: ReadonlySet<string> = new Set(['PUT', 'DELETE', 'PATCH'])

function isResource({ definitions }: Compiler, type: string): boolean {
  return /^[A-Z]/.test(type) && definitions(type)?.kind === 'resource'
}

function checkSameType({ resource }: JsonObject, type: string, run: Run, depth: number): void {
  if (isObject(resource) && resource.resourceType !== type) run.report(depth, 'error', 'transaction.type')
}

/** The same resource may be written by one entry only. */
function checkOnce({ method, url }: JsonObject, written: Set<string>, run: Run, depth: number): void {
  if (typeof method !== 'string' || typeof url !== 'string' || !INSTANCE.has(method)) return
  if (url.includes('?')) return
  const key = url.replace(/^\//, '')
  if (written.has(key)) run.report(depth, 'error', 'transaction.duplicate')
  written.add(key)
}
