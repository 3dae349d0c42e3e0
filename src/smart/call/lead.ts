import type { Resolution } from '../../dcc/call/resolution.ts'
import { resolve } from '../../dcc/call/resolve.ts'
import { callPage } from './addresses.ts'
import type { CallOutcome, CallVisit, Opened } from './calls.ts'
import { traceResolution } from './trace-resolution.ts'
import type { CallFacts, Work } from './work.ts'

/** What the rules say of a call; candidates that the professional declined do not come again. */
export async function resolved(work: Work, { session }: CallVisit, call: CallFacts): Promise<Resolution> {
  const { dcc, entitlements } = work
  const context = {
    store: dcc.store,
    professional: session.professional,
    access: entitlements.access,
    declined: call.declined,
  }
  return resolve(context, call.identity, call.insUse)
}

/** Opens the page that a call leads to, and keeps what it needs for a person to decide. */
export async function lead(
  work: Work,
  visit: CallVisit,
  call: CallFacts,
  resolution: CallOutcome['resolution'],
): Promise<Opened> {
  await traceResolution(work, visit, call, resolution)
  const { kind } = resolution
  const { sessionUid, dpi, origin, intent } = call
  const outcome =
    kind === 'match' ? undefined : await work.outcomes.keep({ ...call, resolution, requestId: visit.requestId })
  const context = await work.contexts.open({
    sessionUid,
    origin,
    patientId: kind === 'match' ? resolution.patientId : undefined,
    draftId: outcome?.id,
    dpi,
    intent,
    unqualified: kind === 'match' && resolution.rule === 'R4',
  })
  return { kind, context, address: callPage(kind, context) }
}
