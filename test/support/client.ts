import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import type { Bundle, ExtractResource, OperationOutcomeIssue, Resource, ResourceType } from '@medplum/fhirtypes'
import { assertValidAnswer } from './valid-answers.ts'

/** Headers of a request; `undefined` ones are not sent. */
export type Headers = Readonly<Record<string, string | undefined>>

/** A body: a resource or other JSON value, or the bytes as they go out. */
export type Body = object | string | Uint8Array | undefined

/** An answer as it came over the wire, decompressed by nobody. */
export interface Answer {
  status: number
  /** By lower-case name; repeated headers are joined by Node. */
  headers: Readonly<Record<string, string | undefined>>
  bytes: Buffer
  readonly text: string
  json(): unknown
  /** The resource in the body; fails when it is another type. */
  resource<T extends ResourceType>(type: T): ExtractResource<T>
}

/** Sends requests to a test server as any client would: nothing is followed, decoded or retried. */
export interface Client {
  /** `target` is below the FHIR base (`Patient/1`), absolute on the public origin, or `/path` of the server. */
  send(method: string, target: string, body?: Body, headers?: Headers): Promise<Answer>
  get(target: string, headers?: Headers): Promise<Answer>
  head(target: string, headers?: Headers): Promise<Answer>
  post(target: string, body?: Body, headers?: Headers): Promise<Answer>
  put(target: string, body?: Body, headers?: Headers): Promise<Answer>
  patch(target: string, body?: Body, headers?: Headers): Promise<Answer>
  delete(target: string, headers?: Headers): Promise<Answer>
  /** Creates a resource and gives what is stored. */
  create<T extends Resource>(resource: T): Promise<T & { id: string }>
}

/** A client of the server on a loopback port, whose addresses begin with `publicOrigin`. */
export function newClient({ port, publicOrigin }: { port: number; publicOrigin: string }): Client {
  const send: Client['send'] = (method, target, body, headers = {}) =>
    exchange(port, method, pathOf(target, publicOrigin), encoded(body), { ...typeOf(body), ...headers })
  return {
    send,
    get: (target, headers) => send('GET', target, undefined, headers),
    head: (target, headers) => send('HEAD', target, undefined, headers),
    post: (target, body, headers) => send('POST', target, body, headers),
    put: (target, body, headers) => send('PUT', target, body, headers),
    patch: (target, body, headers) => send('PATCH', target, body, headers),
    delete: (target, headers) => send('DELETE', target, undefined, headers),
    async create<T extends Resource>(resource: T) {
      const answer = await send('POST', resource.resourceType, resource)
      assert.equal(answer.status, 201, answer.text)
      return answer.json() as T & { id: string }
    },
  }
}

/** Checks that an answer is a refusal of ours: status, rule key, an OperationOutcome in FHIR JSON. Gives its issue. */
export function assertRefused(answer: Answer, status: number, key: string): OperationOutcomeIssue {
  assert.equal(answer.status, status, answer.text)
  assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+json; charset=utf-8$/)
  const [issue, ...others] = answer.resource('OperationOutcome').issue ?? []
  assert.ok(issue !== undefined && (others.length === 0 || issue.details?.coding?.[0]?.code === key), answer.text)
  assert.equal(issue.details?.coding?.[0]?.code, key)
  assert.equal(issue.details.coding[0].system, 'urn:dcc:rule')
  assert.ok((issue.details.text ?? '').length > 10)
  assert.match(issue.severity ?? '', /^(error|fatal)$/)
  return issue
}

/** The resources of a Bundle, matches and included ones alike. */
export function resourcesOf(bundle: Bundle): Resource[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? [])
}

/** The address of a link of a Bundle. */
export function linkOf(bundle: Bundle, relation: string): string | undefined {
  return bundle.link?.find((link) => link.relation === relation)?.url
}

function pathOf(target: string, publicOrigin: string): string {
  if (target.startsWith(`${publicOrigin}/`)) return target.slice(publicOrigin.length)
  assert.ok(!/^https?:/.test(target), 'an address of another origin')
  return target.startsWith('/') ? target : `/fhir/${target}`
}

function encoded(body: Body): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function typeOf(body: Body): Headers {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return {}
  return { 'content-type': Array.isArray(body) ? 'application/json-patch+json' : 'application/fhir+json' }
}

function exchange(
  port: number,
  method: string,
  path: string,
  body: Uint8Array | undefined,
  given: Headers,
): Promise<Answer> {
  const headers = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve(answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks)))
        } catch (error) {
          reject(error)
        }
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

function answerOf(status: number, received: NodeJS.Dict<string | string[]>, bytes: Buffer): Answer {
  const headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, value?.toString()]))
  const isFhir = headers['content-type']?.startsWith('application/fhir+json') === true
  if (isFhir && headers['content-encoding'] === undefined) assertValidAnswer(bytes)
  const json = (): unknown => JSON.parse(bytes.toString())
  return {
    status,
    headers,
    bytes,
    get text() {
      return bytes.toString()
    },
    json,
    resource<T extends ResourceType>(type: T) {
      const found = json()
      assert.ok(typeof found === 'object' && found !== null && 'resourceType' in found, this.text)
      assert.equal(found.resourceType, type, this.text)
      return found as ExtractResource<T>
    },
  }
}
