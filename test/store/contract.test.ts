import { after, before, describe } from 'node:test'
import type { DccStore } from '../../src/store/store.ts'
import { startEngines } from '../support/engines.ts'
import { authorizationStories } from './contract/authorization.ts'
import { contentStories } from './contract/contents.ts'
import { entitlementStories } from './contract/entitlement.ts'
import { historyStories } from './contract/history.ts'
import { identifierStories } from './contract/identifiers.ts'
import { mergeStories } from './contract/merges.ts'
import { outboxStories } from './contract/outbox.ts'
import { conditionStories } from './contract/search-conditions.ts'
import { dateStories } from './contract/search-dates.ts'
import { orderStories } from './contract/search-order.ts'
import { serviceStories } from './contract/service.ts'
import type { Setting } from './contract/setting.ts'
import { submissionStories } from './contract/submissions.ts'
import { transactionStories } from './contract/transactions.ts'
import { versionStories } from './contract/versions.ts'
import { visibilityStories } from './contract/visibility.ts'

/** What every store must do, told once and run over both engines: a difference between them cannot hide. */
const STORIES: Readonly<Record<string, (setting: Setting) => void>> = {
  versions: versionStories,
  identifiers: identifierStories,
  transactions: transactionStories,
  visibility: visibilityStories,
  'search conditions': conditionStories,
  'search by date': dateStories,
  'search order and pages': orderStories,
  history: historyStories,
  merges: mergeStories,
  contents: contentStories,
  submissions: submissionStories,
  outbox: outboxStories,
  authorization: authorizationStories,
  entitlement: entitlementStories,
  service: serviceStories,
}

const { engines, stop } = await startEngines()
after(stop)

for (const engine of engines) {
  describe(engine.name, { skip: engine.skip }, () => {
    const opened: DccStore[] = []
    let shared: DccStore | undefined

    async function openAt(place: string): Promise<DccStore> {
      const store = await engine.openStore(place)
      opened.push(store)
      return store
    }

    const setting: Setting = {
      store() {
        if (shared === undefined) throw new Error('The store is open only while stories run')
        return shared
      },
      fresh: async () => openAt(await engine.newPlace()),
      async pair() {
        const place = await engine.newPlace()
        return [await openAt(place), await openAt(place)]
      },
    }

    before(async () => {
      shared = await setting.fresh()
    })
    after(() => Promise.all(opened.map((store) => store.close())))
    for (const [title, stories] of Object.entries(STORIES)) describe(title, () => stories(setting))
  })
}
