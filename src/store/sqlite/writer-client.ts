import { Worker } from 'node:worker_threads'
import { StoreError } from '../errors.ts'
import type { Statement, StoreErrorFacts } from '../sql/driver.ts'
import type { SqliteOptions } from './connection.ts'
import type { Reply, Request, WriterData } from './messages.ts'

interface Waiting {
  resolve(reply: Reply): void
  reject(error: StoreError): void
}

/** The main thread's side of the writer. Keeps the process alive only while somebody waits for an answer. */
export class WriterClient {
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting>()
  private failure: StoreErrorFacts | undefined
  private lastId = 0

  constructor(path: string, options: SqliteOptions) {
    const workerData: WriterData = { path, options }
    this.worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData })
    this.worker.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) this.settle(reply)
    })
    this.worker.on('error', () => this.fail('The writer of the store has failed'))
    this.worker.on('exit', () => this.fail('The writer of the store has ended'))
    this.worker.unref()
  }

  /** Resolves once the writer has opened the file. */
  async opened(): Promise<void> {
    await this.wait(0)
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    await this.ask({ id: this.nextId(), kind: 'commit', statements })
  }

  async script(guard: Statement, script: string): Promise<boolean> {
    const { ran = false } = await this.ask({ id: this.nextId(), kind: 'script', guard, script })
    return ran
  }

  async analyze(): Promise<void> {
    await this.ask({ id: this.nextId(), kind: 'analyze' })
  }

  /** Ends the worker after what was asked before. */
  async close(): Promise<void> {
    if (this.failure === undefined) await this.ask({ id: this.nextId(), kind: 'close' })
  }

  /** Throws when no write can succeed any more. */
  check(): void {
    if (this.failure !== undefined) throw errorOf(this.failure)
  }

  private async ask(request: Request): Promise<Reply> {
    this.check()
    const reply = this.wait(request.id)
    this.worker.postMessage(request)
    return reply
  }

  private wait(id: number): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    this.waiting.set(id, { resolve, reject })
    this.worker.ref()
    return promise
  }

  private nextId(): number {
    this.lastId += 1
    return this.lastId
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id)
    if (waiting === undefined) return
    this.waiting.delete(reply.id)
    if (this.waiting.size === 0) this.worker.unref()
    if (reply.error === undefined) waiting.resolve(reply)
    else waiting.reject(errorOf(reply.error))
  }

  private fail(message: string): void {
    const error: StoreErrorFacts = { key: 'store.unavailable', message, detail: {} }
    this.failure ??= error
    for (const id of [...this.waiting.keys()]) this.settle({ id, error })
  }
}

function errorOf({ key, message, detail }: StoreErrorFacts): StoreError {
  return new StoreError(key, message, detail)
}
