import { StoreError } from '../errors.ts'
import type { Statement, StoreErrorFacts } from '../sql/driver.ts'
import { type Unnumbered, WorkerClient } from '../worker-client.ts'
import type { SqliteOptions } from './connection.ts'
import type { Reply, Request, WriterData } from './messages.ts'

/** The main thread's side of the writer. Keeps the process alive only while somebody waits for an answer. */
export class WriterClient {
  private readonly worker: WorkerClient<Request, Reply>

  constructor(path: string, options: SqliteOptions) {
    const data: WriterData = { path, options }
    this.worker = new WorkerClient(new URL('./writer.ts', import.meta.url), data, ended)
  }

  /** Resolves once the writer has opened the file. */
  async opened(): Promise<void> {
    checked(await this.worker.wait(0))
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    await this.ask({ kind: 'commit', statements })
  }

  async script(guard: Statement, script: string): Promise<boolean> {
    const { ran = false } = await this.ask({ kind: 'script', guard, script })
    return ran
  }

  async analyze(): Promise<void> {
    await this.ask({ kind: 'analyze' })
  }

  /** Ends the worker after what was asked before. */
  async close(): Promise<void> {
    if (!this.worker.failed) await this.ask({ kind: 'close' })
  }

  /** Throws when no write can succeed any more. */
  check(): void {
    if (this.worker.failed) throw ended()
  }

  private async ask(request: Unnumbered<Request>): Promise<Reply> {
    return checked(await this.worker.ask(request))
  }
}

function checked(reply: Reply): Reply {
  if (reply.error !== undefined) throw errorOf(reply.error)
  return reply
}

function ended(): StoreError {
  return new StoreError('store.unavailable', 'The writer of the store has ended')
}

function errorOf({ key, message, detail }: StoreErrorFacts): StoreError {
  return new StoreError(key, message, detail)
}
