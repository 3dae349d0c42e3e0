import type { AuthorizationStore } from '../store/authorization.ts'
import { hashOf } from './secrets.ts'
import { newSecret, SECRET } from './sessions.ts'

/** A resource besides the patient that an app is launched with (smart-launch.md 1.5 `fhirContext`). */
export interface ContextReference {
  /** `Type/id`, relative to the FHIR base; never a Patient. */
  reference: string
}

/** What an app was launched with. It belongs to one launch and never changes: two launches have two of them. */
export interface LaunchContext {
  patientId: string | undefined
  /** What the caller wants to do: `open-record`, `open-rcp`, `new-rcp`, `new-pps`. */
  intent: string | undefined
  /** An id that the caller knows; there is no Encounter resource here. */
  encounter: string | undefined
  fhirContext: readonly ContextReference[]
  /** The app must show who the patient is: nothing around it does. */
  needPatientBanner: boolean
}

/** A launch on its way: which app may take it, and for whom. */
export interface LaunchRequest extends LaunchContext {
  clientId: string
  /** National id of the professional who launched it. */
  nationalId: string
}

/** Launches of apps from our own pages (EHR launch), between the page and the authorization request. */
export interface LaunchContexts {
  /** The `launch` parameter of a new launch: good once, for 120 seconds. Absent members say nothing. */
  create(facts: Pick<LaunchRequest, 'clientId' | 'nationalId'> & Partial<LaunchContext>): Promise<string>
  /**
   * Takes the launch of a handle: of two who try, one gets it. Undefined for a handle that is unknown, used, expired, or
   * of another app or person; whoever tries with the wrong one has used it up.
   */
  consume(handle: string, by: Pick<LaunchRequest, 'clientId' | 'nationalId'>): Promise<LaunchContext | undefined>
}

/** Launches by the hash of their handle: what is kept of an authorization under way. */
export interface HashedLaunches {
  /** As `consume` of LaunchContexts. */
  consumeHashed(hash: string, by: Pick<LaunchRequest, 'clientId' | 'nationalId'>): Promise<LaunchContext | undefined>
}

/** Seconds from the page to the authorization request. */
export const LAUNCH_LIFE = 120

const MODEL = 'Launch'

/** The launches of a store; `now` in milliseconds since 1970. */
export function openLaunchContexts(store: AuthorizationStore, now: () => number): LaunchContexts & HashedLaunches {
  const seconds = () => Math.floor(now() / 1000)
  const consumeHashed: HashedLaunches['consumeHashed'] = async (id, by) => {
    const record = await store.find(MODEL, id, seconds())
    if (record === undefined || !(await store.consume(MODEL, id, seconds()))) return undefined
    const { clientId, nationalId, ...context }: LaunchRequest = { ...NOTHING, ...JSON.parse(record.payload) }
    return clientId === by.clientId && nationalId === by.nationalId ? context : undefined
  }
  return {
    consumeHashed,
    async create({ clientId, nationalId, ...given }) {
      const handle = newSecret()
      const request: LaunchRequest = { clientId, nationalId, ...NOTHING, ...given }
      const expiresAt = seconds() + LAUNCH_LIFE
      await store.insert({ model: MODEL, id: hashOf(handle), payload: JSON.stringify(request), expiresAt })
      return handle
    },
    consume: async (handle, by) => (SECRET.test(handle) ? consumeHashed(hashOf(handle), by) : undefined),
  }
}

/** A launch that says nothing. */
export const NOTHING: LaunchContext = {
  patientId: undefined,
  intent: undefined,
  encounter: undefined,
  fhirContext: [],
  needPatientBanner: true,
}
