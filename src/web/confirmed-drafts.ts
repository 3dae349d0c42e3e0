import { hashOf } from '../smart/secrets.ts'
import type { AuthorizationStore } from '../store/authorization.ts'

/** Which patient a confirmed sheet became: who clicks twice, or goes back, is led to the patient. */
export interface ConfirmedDrafts {
  note(draftId: string, sessionUid: string, patientId: string): Promise<void>
  /** The patient of a sheet that this session has confirmed within the last half hour. */
  find(draftId: string, sessionUid: string): Promise<string | undefined>
}

const MODEL = 'ConfirmedDraft'
/** In seconds: as long as a sheet could have waited. */
const LIFE = 1800

/** The confirmed sheets of a store; `now` in milliseconds since 1970. */
export function openConfirmedDrafts(store: AuthorizationStore, now: () => number): ConfirmedDrafts {
  const seconds = () => Math.floor(now() / 1000)
  return {
    async note(draftId, sessionUid, patientId) {
      const payload = JSON.stringify({ sessionUid, patientId })
      await store.put({ model: MODEL, id: hashOf(draftId), payload, expiresAt: seconds() + LIFE })
    },
    async find(draftId, sessionUid) {
      const record = await store.find(MODEL, hashOf(draftId), seconds())
      if (record === undefined) return undefined
      const noted: { sessionUid: string; patientId: string } = JSON.parse(record.payload)
      return noted.sessionUid === sessionUid ? noted.patientId : undefined
    },
  }
}
