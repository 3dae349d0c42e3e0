import type { Professional } from '../dcc/professional.ts'
import type { LaunchContext } from './launch-contexts.ts'

/**
 * What an app was granted besides scopes: who launched it and what for. It is stored within the grant of one launch and
 * goes with it: no later launch or sign-in changes what an earlier token stands for (pitfall 7).
 */
export interface GrantedLaunch {
  professional: Professional
  /** `Practitioner/id` of the directory. */
  fhirUser: string
  context: LaunchContext
  /** The session that it was granted in. */
  sessionUid: string
  /** The grant outlives the session (`offline_access`). */
  offline: boolean
}

/** The model under which the store keeps grants. */
export const GRANT_MODEL = 'Grant'

/** The launch within the stored text of a grant. */
export function grantedLaunch(payload: string): GrantedLaunch | undefined {
  const grant: { launch?: GrantedLaunch } = JSON.parse(payload)
  return grant.launch
}
