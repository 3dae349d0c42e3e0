import { isObject, type JsonObject } from './json.ts'

/** What references inside a bundle can mean (bundle.html#references; validation.md B4). */
export class BundleIndex {
  readonly outer: BundleIndex | undefined
  /** A `urn:` that no entry has can mean nothing: transactions, documents and messages are complete. */
  readonly isClosed: boolean
  readonly isTransaction: boolean
  private readonly byUrl = new Map<string, JsonObject[]>()
  private readonly urls = new Map<unknown, string>()

  constructor(bundle: JsonObject, outer: BundleIndex | undefined) {
    this.outer = outer
    this.isTransaction = bundle.type === 'transaction'
    this.isClosed = CLOSED.has(bundle.type)
    const entries = Array.isArray(bundle.entry) ? bundle.entry : []
    for (const entry of entries) {
      if (!isObject(entry) || !isObject(entry.resource)) continue
      const url = typeof entry.fullUrl === 'string' ? entry.fullUrl : ''
      this.urls.set(entry.resource, url)
      const same = this.byUrl.get(url)
      if (same === undefined) this.byUrl.set(url, [entry.resource])
      else same.push(entry.resource)
    }
  }

  /** Whether a resource is one of the entries'. */
  holds(resource: unknown): boolean {
    return this.urls.has(resource)
  }

  /** The entry's resource that a reference in `from` means. */
  find(reference: string, from: unknown): JsonObject | undefined {
    return this.matches(reference, from)?.[0]
  }

  /** How many entries a reference in `from` could mean. */
  count(reference: string, from: unknown): number {
    return this.matches(reference, from)?.length ?? 0
  }

  private matches(reference: string, from: unknown): readonly JsonObject[] | undefined {
    const versionless = reference.replace(/\/_history\/[^/]*$/, '')
    if (/^[a-z][a-z0-9+.-]*:/i.test(versionless)) return this.byUrl.get(versionless)
    const base = /^(https?:.*\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(this.urls.get(from) ?? '')?.[1]
    return base === undefined ? undefined : this.byUrl.get(base + versionless)
  }
}

const CLOSED: ReadonlySet<unknown> = new Set(['transaction', 'document', 'message'])
