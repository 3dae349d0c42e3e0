import type { Response } from 'express'
import type { TraceKind, Traces } from '../../dcc/traces.ts'
import { requestIdOf } from '../../http/request-id.ts'

/** Traces a call that came in, or that was refused, by the DPI and a word: nothing of what it said. */
export function traceCall(
  traces: Traces,
  response: Response,
  kind: Extract<TraceKind, 'call-received' | 'call-refused' | 'call-replayed'>,
  client: string | undefined,
  detail: string,
): Promise<void> {
  const facts = { actor: undefined, patientId: undefined, requestId: requestIdOf(response) }
  return traces.record({ kind, client, detail, ...facts })
}

/** Where a browser may show what a door answers: an image or script of another site begins nothing. */
export function isNavigation(destination: string | string[] | undefined): boolean {
  return destination === undefined || destination === 'document' || destination === 'iframe'
}
