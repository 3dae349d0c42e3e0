import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { Histogram, type Registry } from 'prom-client'
import { OPERATIONS } from '../fhir/operations/table.ts'
import { isStoredType } from '../fhir/resource-types.ts'
import { pageRoute } from './page-routes.ts'
import { requestIdOf } from './request-id.ts'

/** Counts and logs one request once its answer is out; `route` is asked then, when it is known. */
export type Observer = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  route: () => string,
) => void

/**
 * Counts and logs requests by method, route and status. Ids, parameters and bodies appear nowhere: the route is the
 * shape of the path (`/fhir/Patient/:id`), since a query may name a patient (design.md section 6, rule 1).
 */
export function newObserver(logger: Logger, registry: Registry): Observer {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request line to the last byte of the answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  // Looking a histogram up by its labels costs more than counting in it; the labels come from closed lists.
  const counters = new Map<string, ReturnType<typeof durations.labels>>()
  return (request, response, requestId, route) => {
    const startedAt = performance.now()
    response.on('close', () => {
      const milliseconds = performance.now() - startedAt
      const labels = { method: methodLabel(request.method ?? ''), route: route(), status: String(response.statusCode) }
      const key = `${labels.method} ${labels.route} ${labels.status}`
      let counter = counters.get(key)
      if (counter === undefined) {
        counter = durations.labels(labels)
        counters.set(key, counter)
      }
      counter.observe(milliseconds / 1000)
      if (!logger.isLevelEnabled('info')) return
      logger.info({ ...labels, ms: Math.round(milliseconds * 10) / 10, requestId }, 'request')
    })
  }
}

/** Express middleware that observes what is served through it. */
export function observed(observe: Observer) {
  return (request: Request, response: Response, next: NextFunction): void => {
    observe(request, response, requestIdOf(response), () => routeOf(request.originalUrl))
    next()
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Every label comes from a closed list, so that no caller can make the metrics grow. */
function methodLabel(method: string): string {
  return METHODS.has(method) ? method : 'other'
}

/** The route that a path has, `/fhir/Patient/:id`; `/other` for a path that is none of ours. */
export function routeOf(url: string): string {
  const [root = '', ...below] = (url.split('?', 1)[0] ?? '').split('/').filter((segment) => segment !== '')
  if (root === 'fhir') return fhirRoute(below)
  if (below.length === 1 && FOLDERS.has(root)) return `/${root}/:name`
  if (OIDC.has(below.join('/')) && root === 'oidc') return `/oidc/${below.join('/')}`
  if (below.length === 0 && OUTSIDE.has(root)) return `/${root}`
  return pageRoute([root, ...below]) ?? OTHER
}

/** The route of the segments below the FHIR base. */
export function fhirRoute(path: readonly string[]): string {
  const [type, first, second, third] = path
  if (type === undefined) return '/fhir'
  if (path.length > 4) return OTHER
  if (type === 'metadata' && path.length === 1) return '/fhir/metadata'
  const operation = operationAt(path)
  if (operation !== undefined) return operation
  if (!isStoredType(type)) return OTHER
  const shape = `${segment(first)}${segment(second)}${segment(third)}`
  return SHAPES.has(shape) ? `/fhir/${type}${shape}` : OTHER
}

/** `/fhir/Patient/:id/$validate`: only operations that exist, so that nobody can make the metrics grow. */
function operationAt(path: readonly string[]): string | undefined {
  const last = path.at(-1)
  if (last?.startsWith('$') !== true || path.length > 3) return undefined
  const served = OPERATIONS.find(({ code }) => last === `$${code}`)
  if (served === undefined) return OTHER
  return `/fhir${path.length > 1 ? '/:type' : ''}${path.length > 2 ? '/:id' : ''}/${last}`
}

function segment(text: string | undefined): string {
  if (text === undefined) return ''
  return KEPT.has(text) ? `/${text}` : '/:id'
}

const OTHER = '/other'
const OUTSIDE = new Set(['', 'favicon.ico', 'healthz', 'readyz', 'metrics', 'conformance', 'conformance.json'])
const OIDC = new Set(['token', 'introspect', 'revoke'])
const FOLDERS = new Set(['assets', 'conformance'])
const KEPT = new Set(['_history', '_search'])
/** What may follow a type (src/fhir/routes.ts). */
const SHAPES = new Set(['', '/_search', '/_history', '/:id', '/:id/_history', '/:id/_history/:id'])
