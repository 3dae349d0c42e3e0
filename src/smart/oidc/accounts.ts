import type { FindAccount, Grant } from 'oidc-provider'
import type { Entitlements } from '../../dcc/entitlement/model.ts'
import type { GrantedLaunch } from '../grants.ts'
import type { Sessions } from '../sessions.ts'

/** What tells whether somebody may still have tokens. */
export interface AccountsOptions {
  entitlements: Pick<Entitlements, 'habilitation'>
  sessions: Pick<Sessions, 'isOpen'>
}

/**
 * Who stands behind a code or refresh token: nobody any more once their habilitation has ended, or the session unless
 * the grant outlives it (`offline_access`; pitfall 23: the library would ask its own session, which it has none of).
 */
export function accountFinder({ entitlements, sessions }: AccountsOptions): FindAccount {
  return async ({ oidc }, accountId, token) => {
    const launch = launchOf(oidc.entities.Grant)
    const account = { accountId, claims: () => ({ sub: accountId, fhirUser: launch?.fhirUser }) }
    if (token === undefined) return account
    if (launch === undefined || launch.professional.nationalId !== accountId) return undefined
    if (!launch.offline && !(await sessions.isOpen(launch.sessionUid))) return undefined
    return (await entitlements.habilitation(launch.professional)) === undefined ? undefined : account
  }
}

/** The launch that a grant of the library holds (see `keepLaunches`). */
export function launchOf(grant: Grant | undefined): GrantedLaunch | undefined {
  const { launch }: { launch?: GrantedLaunch; [member: string]: unknown } = { ...grant }
  return launch
}
