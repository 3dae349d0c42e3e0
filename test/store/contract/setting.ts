import type { DccStore } from '../../../src/store/store.ts'

/** What the stories of the contract run in: one engine. */
export interface Setting {
  /** The store that the stories share; each uses patients of its own. */
  store(): DccStore
  /** A store of its own, for stories about everything that is stored. Closed when the engine's stories are over. */
  fresh(): Promise<DccStore>
}
