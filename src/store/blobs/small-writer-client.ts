import { StoreError } from '../errors.ts'
import { WorkerClient } from '../worker-client.ts'
import { failureOf } from './io.ts'
import type { Reply, Request, SmallBlob } from './messages.ts'

let writer: WorkerClient<Request, Reply> | undefined

/**
 * Writes a small blob durably in the thread that serves all content stores of this process; the thread is started when
 * the first blob comes, and anew should it have ended. Rejects with `store.full` or `store.unavailable`.
 */
export async function writeSmallBlob(blob: SmallBlob): Promise<void> {
  if (writer === undefined || writer.failed) {
    writer = new WorkerClient(new URL('./small-writer.ts', import.meta.url), undefined, ended)
  }
  const { code } = await writer.ask(blob)
  if (code !== undefined) throw failureOf(code)
}

function ended(): StoreError {
  return new StoreError('store.unavailable', 'the writer of content has ended')
}
