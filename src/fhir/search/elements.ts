import type { JsonObject, Selector } from './model.ts'

/** The value as a JSON object, or undefined. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** The value as a list: of one when it is no array, empty when it is absent. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? NOTHING : [value]
}

/** The value as a text that is not empty, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The elements at a path of names: `content.attachment.url`, in every repetition. */
export function at(path: string): Selector {
  const names = path.split('.')
  const descend = (node: unknown, depth: number, visit: (value: unknown) => void): void => {
    const name = names[depth]
    if (name === undefined) {
      visit(node)
      return
    }
    const value = objectOf(node)?.[name]
    if (Array.isArray(value)) for (const member of value) descend(member, depth + 1, visit)
    else if (value !== undefined && value !== null) descend(value, depth + 1, visit)
  }
  return (resource, visit) => descend(resource, 0, visit)
}

/** The elements of several selections, one after the other. */
export function allOf(...selectors: readonly Selector[]): Selector {
  return (resource, visit) => {
    for (const select of selectors) select(resource, visit)
  }
}

/** The extensions of an element by url, each whole: nested extensions are inside. */
export function extensions(element: unknown, url: string, visit: (extension: JsonObject) => void): void {
  for (const member of listOf(objectOf(element)?.extension)) {
    const extension = objectOf(member)
    if (extension?.url === url) visit(extension)
  }
}

/** The values of an extension (`valueBoolean`…) of the elements at `path`, or of the resource itself when it is ''. */
export function extensionAt(path: string, url: string, value: string): Selector {
  const elements: Selector = path === '' ? (resource, visit) => visit(resource) : at(path)
  return (resource, visit) =>
    elements(resource, (element) => {
      extensions(element, url, (extension) => {
        for (const member of listOf(extension[value])) visit(member)
      })
    })
}

/** The contained resource that a reference points at (`#id`), or undefined. */
export function containedTarget(resource: JsonObject, reference: unknown): JsonObject | undefined {
  const address = objectOf(reference)?.reference
  if (typeof address !== 'string' || !address.startsWith('#')) return undefined
  const id = address.slice(1)
  for (const member of listOf(resource.contained)) {
    const candidate = objectOf(member)
    if (candidate !== undefined && candidate.id === id) return candidate
  }
  return undefined
}

const NOTHING: readonly unknown[] = []
