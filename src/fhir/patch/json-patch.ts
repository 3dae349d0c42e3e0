import { FhirError } from '../errors.ts'

interface Operation {
  op: string
  path: string
  from?: string
  value?: unknown
}

/** Most operations of a patch, and most characters that its copies may add: each copy could double the document. */
const MAX_OPERATIONS = 100
const MAX_COPIED = 1_000_000

/**
 * Applies a JSON Patch (RFC 6902) to a copy of a document. What an operation leaves empty goes away, since FHIR knows no
 * empty list or object. Errors name the operation by its index, never a value.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS)
    throw new FhirError('patch.invalid', { detail: { operation: '-' } })
  let result: unknown = structuredClone(document)
  let copied = 0
  for (const [index, candidate] of operations.entries()) {
    const operation = operationOf(candidate, index)
    if (operation.op === 'copy') {
      copied += JSON.stringify(get(result, pointer(operation.from ?? ''), index)).length
      if (copied > MAX_COPIED) throw new FhirError('patch.invalid', { detail: { operation: index } })
    }
    result = apply(result, operation, index)
  }
  return withoutEmpty(result)
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter((item) => !isEmpty(item))
  if (!isObject(value)) return value
  const kept = Object.entries(value).map(([key, child]) => [key, withoutEmpty(child)] as const)
  return Object.fromEntries(kept.filter(([, child]) => !isEmpty(child)))
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
}

function operationOf(candidate: unknown, index: number): Operation {
  const invalid = new FhirError('patch.invalid', { detail: { operation: index } })
  if (typeof candidate !== 'object' || candidate === null) throw invalid
  const { op, path, from, value } = candidate as Record<string, unknown>
  if (typeof op !== 'string' || typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) throw invalid
  if ((op === 'move' || op === 'copy') !== (typeof from === 'string')) throw invalid
  if ((op === 'add' || op === 'replace' || op === 'test') && value === undefined) throw invalid
  return { op, path, value, ...(typeof from === 'string' ? { from } : {}) }
}

function apply(document: unknown, { op, path, from, value }: Operation, index: number): unknown {
  const at = pointer(path)
  switch (op) {
    case 'add':
      return add(document, at, value, index)
    case 'remove':
      return remove(document, at, index)
    case 'replace':
      get(document, at, index)
      return at.length === 0 ? value : set(document, at, value, index)
    case 'test':
      if (!same(get(document, at, index), value))
        throw new FhirError('patch.test-failed', { detail: { operation: index } })
      return document
    case 'copy':
      return add(document, at, structuredClone(get(document, pointer(from ?? ''), index)), index)
    case 'move': {
      const moved = get(document, pointer(from ?? ''), index)
      return add(remove(document, pointer(from ?? ''), index), at, moved, index)
    }
    default:
      throw new FhirError('patch.invalid', { detail: { operation: index } })
  }
}

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function get(document: unknown, at: readonly string[], index: number): unknown {
  let value = document
  for (const part of at) {
    if (Array.isArray(value)) value = value[position(part, value.length - 1, index)]
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part]
    else throw missing(index)
  }
  return value
}

function add(document: unknown, at: readonly string[], value: unknown, index: number): unknown {
  const key = at.at(-1)
  if (key === undefined) return value
  const parent = get(document, at.slice(0, -1), index)
  if (Array.isArray(parent)) parent.splice(key === '-' ? parent.length : position(key, parent.length, index), 0, value)
  else if (isObject(parent)) define(parent, key, value, index)
  else throw missing(index)
  return document
}

function set(document: unknown, at: readonly string[], value: unknown, index: number): unknown {
  const key = at.at(-1) ?? ''
  const parent = get(document, at.slice(0, -1), index)
  if (Array.isArray(parent)) parent[position(key, parent.length - 1, index)] = value
  else if (isObject(parent)) define(parent, key, value, index)
  return document
}

function remove(document: unknown, at: readonly string[], index: number): unknown {
  const key = at.at(-1)
  if (key === undefined) throw missing(index)
  get(document, at, index)
  const parent = get(document, at.slice(0, -1), index)
  if (Array.isArray(parent)) parent.splice(position(key, parent.length - 1, index), 1)
  else if (isObject(parent)) delete parent[key]
  return document
}

function position(part: string, last: number, index: number): number {
  const at = /^(0|[1-9]\d{0,5})$/.test(part) ? Number(part) : -1
  if (at < 0 || at > last) throw missing(index)
  return at
}

/** Property names come from the caller: `__proto__` would change the object's nature. */
function define(parent: Record<string, unknown>, key: string, value: unknown, index: number): void {
  if (key === '__proto__') throw missing(index)
  parent[key] = value
}

function missing(index: number): FhirError {
  return new FhirError('patch.path', { detail: { operation: index } })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]))
  if (!isObject(a) || !isObject(b)) return a === b
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}
