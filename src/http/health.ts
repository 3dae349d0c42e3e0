import { type Request, type Response, Router } from 'express'
import type { Registry } from 'prom-client'
import { withinTime } from './deadline.ts'

/** What the health addresses ask. */
export interface Health {
  /** Rejects while the store or the contents cannot be reached. */
  ready(): Promise<void>
  registry: Registry
}

/** A store that does not answer is away too: who asks must learn it before giving up, in milliseconds. */
const PATIENCE = 2000

/** `/healthz` (the process answers), `/readyz` (the store too), `/metrics` (Prometheus text). */
export function health({ ready, registry }: Health): Router {
  const router = Router({ caseSensitive: true })
  router.get('/healthz', (_request: Request, response: Response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request: Request, response: Response) => {
    try {
      await withinTime(PATIENCE, ready())
      response.json({ status: 'ready' })
    } catch {
      response.status(503).setHeader('Retry-After', '2').json({ status: 'unavailable' })
    }
  })
  router.get('/metrics', async (_request: Request, response: Response) => {
    response.setHeader('Content-Type', registry.contentType).end(await registry.metrics())
  })
  return router
}
