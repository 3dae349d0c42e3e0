import type { TraceRow } from '../store/entitlement.ts'
import { newLocalId } from '../store/ids.ts'
import type { Trace } from './traces.ts'

/** A trace as it is kept, written at an instant. */
export function traceRow(trace: Trace, at: Date): TraceRow {
  return { ...trace, id: newLocalId(at.getTime()), at: at.toISOString() }
}
