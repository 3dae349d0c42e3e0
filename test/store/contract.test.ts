import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { DccStore } from '../../src/store/store.ts'
import { NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { firstStories } from './contract/first-stories.ts'
import type { Setting } from './contract/setting.ts'

/** One suite, both engines: a difference between them cannot hide (style.md, "same files, two dialects"). */
const SUITES: readonly ((setting: Setting) => void)[] = [firstStories]

const postgres = await startPostgres()
const folder = await mkdtemp(join(tmpdir(), 'dcc-store-'))
after(async () => {
  await rm(folder, { recursive: true, force: true })
  await postgres?.stop()
})

let files = 0
engine('sqlite', () => {
  files += 1
  return openSqliteStore(join(folder, `dcc-${files}.sqlite`))
})
engine(
  'postgres',
  async () => openPostgresStore((await postgres?.createDatabase()) ?? ''),
  postgres === undefined ? NO_POSTGRES : false,
)

function engine(name: string, open: () => Promise<DccStore>, skip: string | false = false): void {
  describe(name, { skip }, () => {
    const opened: DccStore[] = []
    let shared: DccStore | undefined

    async function fresh(): Promise<DccStore> {
      const store = await open()
      opened.push(store)
      return store
    }

    function store(): DccStore {
      if (shared === undefined) throw new Error('The store is open only while stories run')
      return shared
    }

    before(async () => {
      shared = await fresh()
    })
    after(() => Promise.all(opened.map((one) => one.close())))
    for (const suite of SUITES) suite({ store, fresh })
  })
}
