import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before } from 'node:test'
import { type DccErrorKey, isDccError } from '../../src/dcc/errors.ts'
import { type DccContext, UnitOfWork } from '../../src/dcc/unit-of-work.ts'
import { indexValues, sortValues } from '../../src/fhir/search/extract.ts'
import { openFileBlobs } from '../../src/store/blobs/files.ts'
import { openStore } from '../../src/store/open.ts'
import type { DccStore, OutboxEvent, SearchableType } from '../../src/store/store.ts'

/** The domain over a real embedded store and real files, without a server. */
export interface Domain {
  context: DccContext
  store: DccStore
  /** Runs `work` in a unit and commits it. */
  commit<T>(work: (unit: UnitOfWork) => Promise<T> | T, context?: Partial<DccContext>): Promise<T>
  /** Runs `work`, which must be refused with this key and leave rows and files as they were; gives the error. */
  refuses(
    key: DccErrorKey,
    work: (unit: UnitOfWork) => Promise<unknown>,
    context?: Partial<DccContext>,
  ): ReturnType<typeof refusal>
  /** Rows of each table and the files of the contents, temporary ones included. */
  state(): Promise<{ counts: Record<string, number>; files: string[] }>
  /** What waits for the gateway about a patient, oldest first, as `type resource version`. */
  events(patientId: string): Promise<string[]>
  /** Ids of the visible resources of a patient. */
  found(type: SearchableType, patientId: string): Promise<string[]>
}

/** A domain that the stories of a file share; it is there while they run. */
export function sharedDomain(options: Partial<DccContext> = {}): () => Domain {
  let domain: Domain | undefined
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcc-domain-'))
    domain = await openDomain(folder, options)
  })
  after(async () => {
    await domain?.store.close()
    await rm(folder, { recursive: true, force: true })
  })
  return () => {
    assert.ok(domain !== undefined, 'The domain is there only while stories run')
    return domain
  }
}

async function openDomain(folder: string, options: Partial<DccContext>): Promise<Domain> {
  const store = await openStore(`sqlite:${join(folder, 'dcc.sqlite')}`)
  const blobs = await openFileBlobs(join(folder, 'blobs'))
  const context: DccContext = {
    store,
    blobs,
    indexer: { index: indexValues, sort: sortValues },
    insDomain: 'test',
    inspect: () => [],
    frCore: '2.2.0',
    now: () => new Date(),
    ...options,
  }
  const state: Domain['state'] = async () => ({
    counts: await store.counts(),
    files: await filesIn(join(folder, 'blobs')),
  })
  return {
    context,
    store,
    state,
    async commit(work, changes) {
      const unit = new UnitOfWork({ ...context, ...changes })
      const result = await work(unit)
      await unit.commit()
      return result
    },
    async refuses(key, work, changes) {
      const before = await state()
      const unit = new UnitOfWork({ ...context, ...changes })
      const error = await refusal(key, async () => {
        await work(unit)
        await unit.commit()
      })
      assert.deepEqual(await state(), before, 'something was stored')
      return error
    },
    async events(patientId) {
      const events = await store.pendingEvents(10_000, new Date().toISOString())
      return events.filter((event) => event.patientId === patientId).map(eventText)
    },
    async found(type, patientId) {
      const conditions = [{ kind: 'patient' as const, ids: [patientId] }]
      const sort = { key: '_id', descending: false } as const
      const rows = await store.search({ type, conditions, sort, limit: 100 })
      return rows.map(({ id }) => id)
    },
  }
}

/** The domain's refusal of `work`, which must have this key. */
export async function refusal(key: DccErrorKey, work: () => Promise<unknown>) {
  try {
    await work()
  } catch (error) {
    assert.ok(isDccError(error), String(error))
    assert.equal(error.key, key)
    return error
  }
  assert.fail(`not refused as ${key}`)
}

/** Paths of the files in a folder and below, in order. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : []
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort()
}

function eventText({ eventType, resourceType, version }: OutboxEvent): string {
  return `${eventType} ${resourceType} ${version}`
}
