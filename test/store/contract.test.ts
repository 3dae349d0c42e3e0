import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { DccStore } from '../../src/store/store.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { contentStories } from './contract/contents.ts'
import { historyStories } from './contract/history.ts'
import { identifierStories } from './contract/identifiers.ts'
import { outboxStories } from './contract/outbox.ts'
import { conditionStories } from './contract/search-conditions.ts'
import { dateStories } from './contract/search-dates.ts'
import { orderStories } from './contract/search-order.ts'
import { serviceStories } from './contract/service.ts'
import type { Setting } from './contract/setting.ts'
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
  contents: contentStories,
  outbox: outboxStories,
  service: serviceStories,
}

const postgres = await startPostgres()
const folder = await mkdtemp(join(tmpdir(), 'dcc-store-'))
after(async () => {
  await rm(folder, { recursive: true, force: true })
  await postgres?.stop()
})

let files = 0
engine('sqlite', openSqliteStore, async () => {
  files += 1
  return join(folder, `dcc-${files}.sqlite`)
})
engine(
  'postgres',
  openPostgresStore,
  async () => (await postgres?.createDatabase()) ?? '',
  postgres === undefined ? NO_POSTGRES : false,
)

function engine(
  name: string,
  open: (place: string) => Promise<DccStore>,
  newPlace: () => Promise<string>,
  skip: string | false = false,
): void {
  describe(name, { skip }, () => {
    const opened: DccStore[] = []
    let shared: DccStore | undefined

    async function openAt(place: string): Promise<DccStore> {
      const store = await open(place)
      opened.push(store)
      return store
    }

    const setting: Setting = {
      store() {
        if (shared === undefined) throw new Error('The store is open only while stories run')
        return shared
      },
      fresh: async () => openAt(await newPlace()),
      async pair() {
        const place = await newPlace()
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
