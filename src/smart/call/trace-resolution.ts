import type { TraceKind } from '../../dcc/traces.ts'
import { newLocalId } from '../../store/ids.ts'
import type { CallOutcome, CallVisit } from './calls.ts'
import type { CallFacts, Work } from './work.ts'

/**
 * Traces what became of a call, by rule and record, before anything is shown; no value of the identity. A conflict also
 * becomes an event of the record: a task for the hospital's identity cell.
 */
export async function traceResolution(
  { traces, dcc }: Pick<Work, 'traces' | 'dcc'>,
  { session, requestId }: CallVisit,
  { dpi, origin }: Pick<CallFacts, 'dpi' | 'origin'>,
  resolution: CallOutcome['resolution'],
): Promise<void> {
  const { kind, detail, patientIds } = toldOf(resolution)
  const facts = { actor: session.professional.nationalId, client: dpi.id, requestId, detail: `${origin} ${detail}` }
  for (const patientId of patientIds.length === 0 ? [undefined] : patientIds) {
    await traces.record({ kind, ...facts, patientId })
  }
  if (kind !== 'identity-conflict') return
  for (const patientId of patientIds) {
    const version = (await dcc.store.patient(patientId))?.version ?? 0
    const id = newLocalId(dcc.now().getTime())
    const event = { id, patientId, eventType: 'patient.identity-conflict', resourceType: 'Patient' as const }
    const occurredAt = dcc.now().toISOString()
    await dcc.store.commit([{ kind: 'event', event: { ...event, resourceId: patientId, version, occurredAt } }])
  }
}

function toldOf(resolution: CallOutcome['resolution']): {
  kind: TraceKind
  detail: string
  patientIds: readonly string[]
} {
  if (resolution.kind === 'hints') return { kind: 'launch', detail: 'search', patientIds: [] }
  const { rule, insIgnored } = resolution
  const detail = insIgnored === undefined ? rule : `${rule} R3 ${insIgnored}`
  switch (resolution.kind) {
    case 'match':
      return { kind: 'launch', detail, patientIds: [resolution.patientId] }
    case 'conflict': {
      const { differing, patientIds } = resolution
      return { kind: 'identity-conflict', detail: `${detail} ${differing.join(', ')}`, patientIds }
    }
    case 'not-entitled': {
      const { patientId, behind } = resolution
      const kind = behind === undefined ? 'patient-refused' : 'identity-conflict'
      return {
        kind,
        detail: behind === undefined ? detail : `${detail} ${behind}`,
        patientIds: patientId === undefined ? [] : [patientId],
      }
    }
    default:
      return { kind: 'launch', detail, patientIds: [] }
  }
}
