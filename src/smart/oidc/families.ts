import type { Trace, Traces } from '../../dcc/traces.ts'
import type { AuthorizationStore } from '../../store/authorization.ts'
import { GRANT_MODEL, grantedLaunch } from '../grants.ts'
import { hashOf } from '../secrets.ts'
import type { Tokens } from '../tokens.ts'

/** The tokens of one launch, with its grant and code. */
export interface Families {
  /** Ends them all at once: whatever another request is just issuing for the grant is worth nothing without it. */
  revoke(grantId: string, why: FamilyEnd): Promise<void>
  /** Ends those of a session, except what outlives it. */
  endSession(sessionUid: string): Promise<void>
}

/** Why a family ended: by its app or after a code or refresh token was used again, in parallel, or with the session. */
export type FamilyEnd = 'revoked' | 'used-twice' | 'logout'

/** What families are ended with. */
export interface FamiliesOptions {
  store: AuthorizationStore
  tokens: Pick<Tokens, 'forgetGrant' | 'forgetSession'>
  traces: Traces
  /** Milliseconds since 1970. */
  now(): number
}

/** The families of a store. Each end is traced once, however many ask for it. */
export function openFamilies({ store, tokens, traces, now }: FamiliesOptions): Families {
  const seconds = () => Math.floor(now() / 1000)
  const revoke: Families['revoke'] = async (grantId, why) => {
    const id = hashOf(grantId)
    const record = await store.find(GRANT_MODEL, id, seconds())
    const isFirst = record !== undefined && (await store.consume(GRANT_MODEL, id, seconds()))
    await store.removeGrant(grantId)
    tokens.forgetGrant(grantId)
    if (isFirst) await traces.record(traceOf(record.payload, why))
  }
  return {
    revoke,
    async endSession(sessionUid) {
      tokens.forgetSession(sessionUid)
      for (;;) {
        const { grantId } = (await store.findByUid(GRANT_MODEL, sessionUid, seconds())) ?? {}
        if (grantId === undefined) return
        await revoke(grantId, 'logout')
      }
    },
  }
}

function traceOf(payload: string, why: FamilyEnd): Trace {
  const { clientId }: { clientId?: string } = JSON.parse(payload)
  const launch = grantedLaunch(payload)
  return {
    kind: 'token-family-revoked',
    actor: launch?.professional.nationalId,
    client: clientId,
    patientId: launch?.context.patientId,
    detail: why,
    requestId: undefined,
  }
}
