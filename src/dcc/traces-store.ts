import { traceRow } from './trace-row.ts'
import type { Traces } from './traces.ts'
import type { DccContext } from './unit-of-work.ts'

/** Traces kept in the store, each durable when `record` resolves. */
export function openTraces({ store, now }: Pick<DccContext, 'store' | 'now'>): Traces {
  return {
    record: (trace) => store.entitlement.commit([{ kind: 'trace', trace: traceRow(trace, now()) }]),
  }
}
