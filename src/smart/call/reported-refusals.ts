import type { Trace, Traces } from '../../dcc/traces.ts'

/** Why a call was refused: for whoever runs the server and is asked by a hospital. No value of a call is in it. */
export type CallRefusal = Pick<Trace, 'client' | 'detail' | 'requestId'>

/**
 * Traces that also report the calls that were refused or came twice. The page says no more than that a call could not be
 * verified, and which request it was; who connects a DPI must learn what is wrong with it.
 */
export function reportedRefusals(traces: Traces, report: (refusal: CallRefusal) => void): Traces {
  return {
    async record(trace) {
      await traces.record(trace)
      const { kind, client, detail, requestId } = trace
      if (kind === 'call-refused' || kind === 'call-replayed') report({ client, detail, requestId })
    },
  }
}
