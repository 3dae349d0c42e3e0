/** Seconds that an identity provider has for each answer. */
export const PATIENCE = 5

/** The largest answer that is read, in bytes: metadata and keys of Pro Santé Connect are about 10 kB each. */
const LARGEST = 512_000

/** An identity provider does not answer, or says that it cannot. */
export class ProviderUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProviderUnreachable'
  }
}

/** How an identity provider is asked, besides address and signal. */
interface Asked {
  method: string
  headers: Record<string, string> | Headers
  body?: unknown
  signal?: AbortSignal | undefined
}

/**
 * Asks an identity provider: nothing is followed elsewhere, an answer is read to the end within the time and size
 * allowed, and what is only a failure of the moment is told as ProviderUnreachable.
 */
export async function boundedFetch(url: string, { method, headers, body, signal }: Asked): Promise<Response> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: signal ?? AbortSignal.timeout(PATIENCE * 1000),
      ...(body === undefined || body === null ? {} : { body: String(body) }),
    })
    const bytes = await read(response)
    if (response.status >= 500 || response.status === 429) throw new ProviderUnreachable(`answered ${response.status}`)
    const empty = [204, 205, 304].includes(response.status)
    return new Response(empty ? null : bytes, { status: response.status, headers: response.headers })
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw error
    throw new ProviderUnreachable('no answer', { cause: error })
  }
}

async function read(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > LARGEST) throw new ProviderUnreachable('answered too much')
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
