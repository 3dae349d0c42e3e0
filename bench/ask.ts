import { type IncomingMessage, request } from 'node:http'
import type { BenchRequest } from './requests.ts'

/** Sends one request on a connection of its own and reads the whole answer. */
export async function ask(origin: string, { method, path, headers = {}, body }: BenchRequest) {
  const outgoing = request(origin + path, { method, headers, agent: false })
  outgoing.end(body)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  outgoing.once('response', resolve).once('error', reject)
  const response = await promise
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) }
}
