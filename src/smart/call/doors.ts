import type { Tokens } from '../tokens.ts'
import { openBackChannel } from './back-channel.ts'
import type { CallKeys } from './call-keys.ts'
import type { CallRequest } from './call-request.ts'
import { openContextTokens } from './context-token.ts'
import { type Handles, openHandles } from './handles.ts'
import { type OpenCalls, openCalls } from './open-calls.ts'
import { openSmartApp, type SmartApp } from './smart-app.ts'
import type { CallsOptions } from './work.ts'

/** Path of the signed call, which is also the audience of a context. */
export const CALL_PATH = '/contextual-call'

/** The ways in for calls of DPIs (issue 5 section 3), behind the addresses of src/web/doors. */
export interface Doors extends Pick<CallsOptions, 'dpis' | 'traces'> {
  calls: OpenCalls
  handles: Handles
  /** A call that the server of a DPI prepares. */
  prepare: ReturnType<typeof openBackChannel>
  /** A signed context. Throws CallFault or ReplayedContext. */
  readContext(token: string): Promise<CallRequest>
  app: SmartApp
}

/** What doors are opened with. */
export interface DoorsOptions extends CallsOptions {
  /** `DCC_BASE_URL`. */
  origin: string
  tokens: Pick<Tokens, 'find'>
  keys: CallKeys
  /** Secret of this server; several processes of one server share it. */
  handleKey: Uint8Array
}

/** Opens the doors. */
export function openDoors(options: DoorsOptions): Doors {
  const { origin, dcc, dpis, traces, tokens, keys, handleKey, now } = options
  const store = dcc.store.authorization
  const handles = openHandles(store, now)
  return {
    dpis,
    traces,
    calls: openCalls(options),
    handles,
    prepare: openBackChannel({ origin, store, tokens, dpis, handles, handleKey, now }),
    readContext: openContextTokens({ keys, dpis, store, audience: `${origin}${CALL_PATH}`, now }),
    app: openSmartApp({ origin, store, keys, now }),
  }
}
